//! The TOML file, with the line and column of every value.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use crate::environment::Environment;
use crate::key_path::KeyPath;
use crate::layer::Layer;
use crate::problem::{Origin, Problem};

/// The name that is looked for when none is given.
pub(crate) const DEFAULT_NAME: &str = "countersign.toml";

/// Reads a file that must be there.
pub(crate) fn read(path: &Path, environment: &impl Environment) -> Result<Layer, Vec<Problem>> {
    let text = environment.read(path).map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => {
                "correct the path, or start without it: every key has a default"
            }
            _ => "make it readable for the user that runs the server",
        };
        nowhere(
            path,
            format!("cannot read the configuration file: {error}; {remedy}"),
        )
    })?;
    parse(path, text)
}

/// Reads a file that may be missing.
pub(crate) fn read_if_present(
    path: &Path,
    environment: &impl Environment,
) -> Result<Layer, Vec<Problem>> {
    match environment.read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Layer::default()),
        _ => read(path, environment),
    }
}

fn parse(path: &Path, bytes: Vec<u8>) -> Result<Layer, Vec<Problem>> {
    let text = String::from_utf8(bytes)
        .map_err(|_| nowhere(path, "not UTF-8 text: save the file as UTF-8".to_owned()))?;
    let place = |offset| place(path, &text, offset);
    let (table, errors) = DeTable::parse_recoverable(&text);
    if !errors.is_empty() {
        // Only the parser's own words: its `Display` quotes the line, which may hold a secret.
        let problem = |error: &toml::de::Error| Problem {
            origin: place(error.span().map_or(0, |span| span.start)),
            key: String::new(),
            message: format!("not valid TOML: {}", error.message()),
        };
        return Err(errors.iter().map(problem).collect());
    }
    let mut origins = BTreeMap::new();
    note_table(table.get_ref(), &KeyPath::default(), &place, &mut origins);
    // What the syntax allows and no type can hold; here too the parser's words quote the value.
    let table: Table = toml::from_str(&text).map_err(|error| {
        vec![Problem {
            origin: place(error.span().map_or(0, |span| span.start)),
            key: String::new(),
            message: "a number that is too large: write a smaller one, or quotes if it is text"
                .to_owned(),
        }]
    })?;
    Ok(Layer::new(table, origins))
}

fn note_table(
    table: &DeTable<'_>,
    path: &KeyPath,
    place: &impl Fn(usize) -> Origin,
    origins: &mut BTreeMap<KeyPath, Origin>,
) {
    for (key, value) in table {
        let path = path.key(key.get_ref().as_ref());
        origins.insert(path.clone(), place(key.span().start));
        note_value(value, &path, place, origins);
    }
}

fn note_value(
    value: &Spanned<DeValue<'_>>,
    path: &KeyPath,
    place: &impl Fn(usize) -> Origin,
    origins: &mut BTreeMap<KeyPath, Origin>,
) {
    match value.get_ref() {
        DeValue::Table(table) => note_table(table, path, place, origins),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = path.index(index);
                origins.insert(path.clone(), place(item.span().start));
                note_value(item, &path, place, origins);
            }
        }
        _ => {}
    }
}

fn place(path: &Path, text: &str, offset: usize) -> Origin {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Origin::File {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

fn nowhere(path: &Path, message: String) -> Vec<Problem> {
    let origin = Origin::Default;
    vec![Problem {
        origin,
        key: path.display().to_string(),
        message,
    }]
}
