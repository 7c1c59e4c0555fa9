//! Secrets by file: `secret_file = "PATH"` instead of `secret = "…"`.

use std::path::Path;

use toml::{Table, Value};

use crate::environment::Environment;
use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::layer::Layer;
use crate::schema::Node;

const LARGEST: usize = 64 * 1024;

/// Reads every file that a `…_file` key names and sets the key that it stands for.
pub(crate) fn read(
    schema: Node<'_>,
    settings: &mut Layer,
    environment: &impl Environment,
    findings: &mut Findings,
) {
    table(
        schema,
        &mut settings.table,
        &KeyPath::default(),
        environment,
        findings,
    );
}

fn table(
    node: Node<'_>,
    values: &mut Table,
    path: &KeyPath,
    environment: &impl Environment,
    findings: &mut Findings,
) {
    for (key, node) in node.properties() {
        match (values.get_mut(key), node.items()) {
            (Some(Value::Table(inner)), _) => {
                table(node, inner, &path.key(key), environment, findings);
            }
            (Some(Value::Array(items)), Some(node)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if let Value::Table(inner) = item {
                        table(
                            node,
                            inner,
                            &path.key(key).index(index),
                            environment,
                            findings,
                        );
                    }
                }
            }
            _ => {}
        }
        let file_key = format!("{key}_file");
        let Some(file) = values.get(&file_key).and_then(Value::as_str) else {
            continue;
        };
        if values.contains_key(key) {
            findings.refuse(
                path.key(&file_key),
                format!("\"{key}\" is set too: remove one of the two"),
            );
            continue;
        }
        match contents(Path::new(file), environment) {
            Ok(text) => {
                values.insert(key.to_owned(), Value::String(text));
            }
            Err(message) => findings.refuse(path.key(&file_key), message),
        }
    }
}

/// The text of the file without the newline that every editor adds.
fn contents(path: &Path, environment: &impl Environment) -> Result<String, String> {
    let bytes = environment.read(path).map_err(|error| {
        format!("cannot read {}: {error}; correct the path (it counts from the working directory) or make the file readable", path.display())
    })?;
    if bytes.len() > LARGEST {
        return Err(format!(
            "{} is larger than 64 KiB: it is the wrong file",
            path.display()
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{} is not UTF-8 text: it is the wrong file", path.display()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(format!(
            "{} is empty: write the secret into it",
            path.display()
        ));
    }
    Ok(text.to_owned())
}
