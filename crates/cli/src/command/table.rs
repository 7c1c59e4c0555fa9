//! Lists: aligned columns for people, JSON for programs.

use serde::Serialize;

use super::say;

/// A list that can be printed.
pub(super) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty list with these heads.
    pub(super) fn new(heads: &[&'static str]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints the list, or `empty` when there is nothing in it.
    pub(super) fn print(&self, empty: &str) {
        if self.rows.is_empty() {
            return say(empty);
        }
        let widths: Vec<usize> = self
            .heads
            .iter()
            .enumerate()
            .map(|(column, head)| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| cell.chars().count())
                    .chain([head.len()])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        say(&line(self.heads.iter().copied(), &widths));
        for row in &self.rows {
            say(&line(row.iter().map(String::as_str), &widths));
        }
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let cells: Vec<String> = cells
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    cells.join("  ").trim_end().to_owned()
}

/// Prints a value as JSON.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A moment as RFC 3339 in whole seconds.
pub(super) fn moment(at: countersign_domain::Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_seconds())
        .map(|at| at.to_string())
        .unwrap_or_default()
}
