//! The layer of `COUNTERSIGN_*` variables.

use std::ffi::OsString;

use toml::Value;

use crate::layer::Layer;
use crate::nearest::nearest;
use crate::problem::{Origin, Problem};
use crate::schema::Node;

const PREFIX: &str = "COUNTERSIGN_";

/// Names the file to read; everything else that begins so is a key.
pub(crate) const FILE: &str = "COUNTERSIGN_CONFIG";

/// The variable for the key below these sections.
pub(crate) fn name(keys: &[&str]) -> String {
    format!("{PREFIX}{}", keys.join("__").to_ascii_uppercase())
}

/// Reads every variable that is a key. An empty one counts as not set, since that is how a compose
/// file or a CI system hands on what it does not have.
pub(crate) fn read(schema: Node<'_>, variables: &[(String, OsString)]) -> (Layer, Vec<Problem>) {
    let (mut layer, mut problems) = (Layer::default(), Vec::new());
    let keys = keys(schema);
    for (variable, value) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        if variable == FILE
            || rest.starts_with("TEST_")
            || is_service_link(rest)
            || value.is_empty()
        {
            continue;
        }
        let problem = |key: &str, message: String| Problem {
            origin: Origin::Variable(variable.clone()),
            key: key.to_owned(),
            message,
        };
        let Some((_, path, node)) = keys.iter().find(|(name, ..)| name == variable) else {
            problems.push(problem("", unknown(variable, &keys)));
            continue;
        };
        let value = value.to_str().ok_or("not UTF-8 text: set it anew");
        match value.and_then(|text| parse(*node, text)) {
            Ok(value) => layer.set(path, value, Origin::Variable(variable.clone())),
            Err(message) => problems.push(problem(&path.join("."), message.to_owned())),
        }
    }
    (layer, problems)
}

type Key<'a> = (String, Vec<&'a str>, Node<'a>);

fn keys(schema: Node<'_>) -> Vec<Key<'_>> {
    let mut keys = Vec::new();
    collect(schema, &[], &mut keys);
    keys
}

fn collect<'a>(table: Node<'a>, sections: &[&'a str], keys: &mut Vec<Key<'a>>) {
    for (key, node) in table.properties() {
        let path = [sections, &[key]].concat();
        if node.is_table() {
            collect(node, &path, keys);
        } else {
            keys.push((name(&path), path, node));
        }
    }
}

fn unknown(variable: &str, keys: &[Key<'_>]) -> String {
    let rest = |name: &str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let (written, known) = (rest(variable), keys.iter().map(|(name, ..)| name.as_str()));
    // The prefix is the same in all of them and would make everything look alike.
    let names: Vec<_> = known.map(rest).collect();
    let within_section = format!("__{written}");
    let near = nearest(&written, names.iter().map(String::as_str)).or_else(|| {
        names
            .iter()
            .map(String::as_str)
            .find(|name| name.ends_with(&within_section))
    });
    match near {
        Some(near) => format!("unknown variable, did you mean {PREFIX}{near}?"),
        None => "unknown variable: unset it (`countersign config reference` lists the known ones)"
            .to_owned(),
    }
}

/// Text as the key's type wants it: lists in JSON or TOML, numbers and booleans bare, the rest as is.
fn parse(node: Node<'_>, text: &str) -> Result<Value, &'static str> {
    if node.allows("string") {
        return Ok(Value::String(text.to_owned()));
    }
    let json = serde_json::from_str(text).ok();
    let value = json.or_else(|| {
        toml::from_str::<toml::Table>(&format!("value = {text}"))
            .ok()?
            .remove("value")
    });
    match value {
        Some(value) if node.accepts(&value) => Ok(value),
        // The text is not quoted: a list of clients holds secrets.
        _ if node.allows("array") => Err(
            "not a list: write JSON or TOML, for example [\"one\", \"two\"] or [{\"id\": \"…\"}]",
        ),
        _ if node.allows("boolean") => Err("must be true or false"),
        _ => Err("must be a whole number"),
    }
}

/// What Kubernetes sets in every pod when a service is called `countersign`
/// (`COUNTERSIGN_PORT_3002_TCP_ADDR` and the like).
fn is_service_link(rest: &str) -> bool {
    let after_port = rest
        .strip_prefix("PORT_")
        .map(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    rest == "PORT"
        || rest == "SERVICE_HOST"
        || rest.starts_with("SERVICE_PORT")
        || after_port == Some(true)
}
