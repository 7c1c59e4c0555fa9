//! Names and types: the table against the schema, before any value is read.

use toml::{Table, Value};

use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::nearest::nearest;
use crate::schema::Node;

/// Finds unknown keys, missing keys and wrong types. Its words quote names, never values: what stands
/// in the wrong place may be a secret.
pub(crate) fn check(schema: Node<'_>, table: &Table) -> Findings {
    let mut findings = Findings::default();
    Walk {
        schema,
        findings: &mut findings,
    }
    .table(schema, table, &KeyPath::default());
    findings
}

struct Walk<'a> {
    schema: Node<'a>,
    findings: &'a mut Findings,
}

impl Walk<'_> {
    fn table(&mut self, node: Node<'_>, table: &Table, path: &KeyPath) {
        for (key, value) in table {
            match node.property(key) {
                Some(node) => self.value(node, value, &path.key(key)),
                None => self
                    .findings
                    .refuse(path.key(key), self.unknown(key, value, node)),
            }
        }
        // A slip in a required name is one problem, not two.
        let unknown = table.keys().filter(|key| node.property(key).is_none());
        let meant: Vec<_> = unknown
            .filter_map(|key| nearest(key, names(node)))
            .collect();
        let given = |key: &&str| table.contains_key(*key) || meant.contains(key);
        for key in node.required().filter(|key| !given(key)) {
            self.findings
                .refuse(path.clone(), format!("has no \"{key}\": add it"));
        }
    }

    fn value(&mut self, node: Node<'_>, value: &Value, path: &KeyPath) {
        if !node.accepts(value) {
            let message = format!("must be {}, not {}", wanted(node), found(value));
            return self.findings.refuse(path.clone(), message);
        }
        match value {
            Value::Table(table) => self.table(node, table, path),
            Value::Array(items) => {
                for (node, (index, item)) in node
                    .items()
                    .into_iter()
                    .cycle()
                    .zip(items.iter().enumerate())
                {
                    self.value(node, item, &path.index(index));
                }
            }
            _ => {}
        }
    }

    fn unknown(&self, key: &str, value: &Value, here: Node<'_>) -> String {
        if let Some(place) = self.home(key, value) {
            return format!("unknown key here: \"{key}\" belongs {place}");
        }
        if let Some(near) = nearest(key, names(here)) {
            return format!("unknown key, did you mean \"{near}\"?");
        }
        let known = names(here).collect::<Vec<_>>().join(", ");
        format!("unknown key: remove it (the keys here are {known})")
    }

    /// Where a key of this very name exists. TOML makes it easy to write a key under the wrong header.
    fn home(&self, key: &str, value: &Value) -> Option<String> {
        if self
            .schema
            .property(key)
            .is_some_and(|node| !node.is_table())
        {
            return Some("at the top of the file, before the first [section]".to_owned());
        }
        let mut homes = Vec::new();
        find_homes(self.schema, &KeyPath::default(), key, value, &mut homes);
        // A name that several sections use says nothing about which was meant.
        match homes.as_slice() {
            [section] => Some(format!("in [{section}]")),
            _ => None,
        }
    }
}

/// The sections below this one that have such a key.
fn find_homes(table: Node<'_>, path: &KeyPath, key: &str, value: &Value, homes: &mut Vec<KeyPath>) {
    for (section, node) in table.properties().filter(|(_, node)| node.is_table()) {
        let path = path.key(section);
        if node.property(key).is_some_and(|node| node.accepts(value)) {
            homes.push(path.clone());
        }
        find_homes(node, &path, key, value, homes);
    }
}

fn names(node: Node<'_>) -> impl Iterator<Item = &str> {
    node.properties().map(|(name, _)| name)
}

fn wanted(node: Node<'_>) -> &'static str {
    match () {
        () if node.is_table() => "a section with keys of its own",
        () if node.allows("array") => "a list",
        () if node.allows("boolean") => "true or false",
        () if node.allows("string") => "a string in quotes",
        () => "a whole number",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "a number",
        Value::Float(_) => "a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}
