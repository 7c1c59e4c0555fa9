//! The reference for people, in Markdown.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use crate::schema::{self, Node};
use crate::variables;

/// The Markdown reference: every key with its variable, default and meaning, from the doc comments.
pub fn reference() -> String {
    Reference(Node::new(&schema::generate())).to_string()
}

const INTRODUCTION: &str = include_str!("reference/introduction.md");

struct Reference<'a>(Node<'a>);

impl Display for Reference<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{INTRODUCTION}\n## Top of the file\n")?;
        section(f, &[], self.0)
    }
}

/// The keys of a table, then the tables and lists of tables in it.
fn section(f: &mut Formatter<'_>, path: &[&str], table: Node<'_>) -> fmt::Result {
    let simple = |node: &Node<'_>| !node.is_table() && !is_list_of_tables(*node);
    let own = table.properties().filter(|(_, node)| simple(node));
    keys(f, own, |key| variables::name(&[path, &[key]].concat()))?;
    for (key, node) in table.properties().filter(|(_, node)| !simple(node)) {
        let path = [path, &[key]].concat();
        let title = path.join(".");
        if let Some(entry) = node.items() {
            writeln!(f, "\n## `[[{title}]]`\n\n{}\n", node.description())?;
            let variable = variables::name(&path);
            writeln!(f, "`{variable}` holds the whole list, as JSON or TOML.\n")?;
            entry_keys(f, entry)?;
        } else {
            writeln!(f, "\n## `[{title}]`\n\n{}\n", node.description())?;
            section(f, &path, node)?;
        }
    }
    Ok(())
}

fn is_list_of_tables(node: Node<'_>) -> bool {
    node.items().is_some_and(Node::is_table)
}

fn keys<'a>(
    f: &mut Formatter<'_>,
    keys: impl Iterator<Item = (&'a str, Node<'a>)>,
    variable: impl Fn(&str) -> String,
) -> fmt::Result {
    writeln!(f, "| Key | Environment variable | Default | Meaning |")?;
    writeln!(f, "| --- | --- | --- | --- |")?;
    for (key, node) in keys {
        writeln!(
            f,
            "| `{key}` | `{}` | {} | {} |",
            variable(key),
            default(node),
            meaning(node)
        )?;
    }
    Ok(())
}

fn entry_keys(f: &mut Formatter<'_>, entry: Node<'_>) -> fmt::Result {
    writeln!(f, "| Key | Default | Meaning |")?;
    writeln!(f, "| --- | --- | --- |")?;
    for (key, node) in entry.properties() {
        let required = entry.required().any(|required| required == key);
        let default = if required {
            "required".to_owned()
        } else {
            default(node)
        };
        writeln!(f, "| `{key}` | {default} | {} |", meaning(node))?;
    }
    Ok(())
}

/// As it would stand in the file.
fn default(node: Node<'_>) -> String {
    match node.default() {
        None => "not set".to_owned(),
        Some(Value::Array(items)) => {
            let items: Vec<_> = items.iter().map(Value::to_string).collect();
            format!("`[{}]`", items.join(", "))
        }
        Some(value) => format!("`{value}`"),
    }
}

fn meaning(node: Node<'_>) -> String {
    node.description().replace('|', "\\|")
}
