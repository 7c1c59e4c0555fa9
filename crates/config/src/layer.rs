//! A TOML table that remembers where each value came from.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::findings::Findings;
use crate::key_path::{KeyPath, Segment};
use crate::problem::{Origin, Problem};

/// Values from one source, or from several laid over each other.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    pub(crate) table: Table,
    origins: BTreeMap<KeyPath, Origin>,
}

impl Layer {
    pub(crate) fn new(table: Table, origins: BTreeMap<KeyPath, Origin>) -> Self {
        Self { table, origins }
    }

    /// Sets a value below the given keys, making the tables on the way.
    pub(crate) fn set(&mut self, keys: &[&str], value: impl Into<Value>, origin: Origin) {
        let Some((last, sections)) = keys.split_last() else {
            return;
        };
        let mut path = KeyPath::default();
        let mut table = &mut self.table;
        for section in sections {
            path = path.key(*section);
            let entry = table
                .entry(*section)
                .or_insert_with(|| Value::Table(Table::new()));
            // A value stands where a section belongs: it is reported as such, and nothing is lost by
            // leaving it.
            let Value::Table(inner) = entry else { return };
            table = inner;
        }
        table.insert((*last).to_owned(), value.into());
        self.origins.insert(path.key(*last), origin);
    }

    /// Lays this layer over a lower one: what both set is this layer's.
    pub(crate) fn over(self, mut lower: Self) -> Self {
        lay(
            self.table,
            &mut lower.table,
            &KeyPath::default(),
            &mut lower.origins,
        );
        lower.origins.extend(self.origins);
        lower
    }

    /// Where a value came from: what was set for it, or for the nearest thing around it.
    pub(crate) fn origin(&self, path: &KeyPath) -> Origin {
        let mut path = Some(path.clone());
        while let Some(here) = path {
            // A secret that was read from a file stands where the file was named.
            if let Some(origin) = self
                .origins
                .get(&here)
                .or_else(|| self.origins.get(&here.file_twin()?))
            {
                return origin.clone();
            }
            path = here.parent();
        }
        Origin::Default
    }

    /// Takes a value out, so that its default stands in for it; for one inside a list, the whole list,
    /// since a shorter list would give the rest other numbers. Returns whether there was one.
    pub(crate) fn discard(&mut self, path: &KeyPath) -> bool {
        let keys = path.keys();
        let Some((last, sections)) = keys.split_last() else {
            return false;
        };
        let mut table = &mut self.table;
        for section in sections {
            let Some(Value::Table(inner)) = table.get_mut(*section) else {
                return false;
            };
            table = inner;
        }
        table.remove(*last).is_some()
    }

    /// The findings with their places.
    pub(crate) fn locate(&self, findings: Findings) -> Vec<Problem> {
        let problem = |finding: crate::findings::Finding| Problem {
            origin: self.origin(&finding.path),
            key: finding.path.to_string(),
            message: finding.message,
        };
        findings.into_iter().map(problem).collect()
    }

    /// Every value that is no table, with its path.
    pub(crate) fn leaves(&self) -> Vec<(KeyPath, &Value)> {
        let mut leaves = Vec::new();
        collect(&self.table, &KeyPath::default(), &mut leaves);
        leaves
    }
}

fn lay(upper: Table, lower: &mut Table, path: &KeyPath, origins: &mut BTreeMap<KeyPath, Origin>) {
    // A secret and its file are two ways to say one thing: whichever stands higher replaces both.
    for key in upper.keys() {
        let twin = key
            .strip_suffix("_file")
            .map_or_else(|| format!("{key}_file"), str::to_owned);
        if !upper.contains_key(&twin) && lower.remove(&twin).is_some() {
            origins.remove(&path.key(twin));
        }
    }
    for (key, value) in upper {
        let path = path.key(&key);
        match (value, lower.get_mut(&key)) {
            (Value::Table(upper), Some(Value::Table(lower))) => lay(upper, lower, &path, origins),
            (value, _) => {
                origins.retain(|known, _| !known.starts_with(&path));
                lower.insert(key, value);
            }
        }
    }
}

fn collect<'a>(table: &'a Table, path: &KeyPath, leaves: &mut Vec<(KeyPath, &'a Value)>) {
    for (key, value) in table {
        collect_value(value, path.step(Segment::Key(key.clone())), leaves);
    }
}

fn collect_value<'a>(value: &'a Value, path: KeyPath, leaves: &mut Vec<(KeyPath, &'a Value)>) {
    match value {
        Value::Table(table) => collect(table, &path, leaves),
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (index, item) in items.iter().enumerate() {
                collect_value(item, path.index(index), leaves);
            }
        }
        leaf => leaves.push((path, leaf)),
    }
}
