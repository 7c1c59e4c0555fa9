//! What was asked of the simulator, and how much of it at once.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// Method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// Query, without the question mark.
    pub query: Option<String>,
    /// Headers by lower-case name; of a repeated one the last.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON, or as a string if it is not JSON, or `null` if there was none.
    pub body: Value,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not answered yet.
    Open,
    /// Answered with this status.
    Answered(u16),
    /// Never answered: the client left, or the answer was lost on purpose.
    Abandoned,
}

/// Every request since the start or the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Number of the first entry, so that clearing does not confuse requests under way.
    first: usize,
    entries: Vec<LoggedRequest>,
    most_at_once: BTreeMap<String, usize>,
}

impl Log {
    /// Notes a request. Answers its number.
    pub(crate) fn begin(&mut self, request: LoggedRequest) -> usize {
        let path = request.path.clone();
        self.entries.push(request);
        let is_open = |entry: &&LoggedRequest| entry.path == path && entry.outcome == Outcome::Open;
        let open = self.entries.iter().filter(is_open).count();
        let most = self.most_at_once.entry(path).or_default();
        *most = open.max(*most);
        self.first + self.entries.len() - 1
    }

    pub(crate) fn end(&mut self, number: usize, outcome: Outcome) {
        let entry = number
            .checked_sub(self.first)
            .and_then(|index| self.entries.get_mut(index));
        if let Some(entry) = entry {
            entry.outcome = outcome;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.first += self.entries.len();
        self.entries.clear();
        self.most_at_once.clear();
    }

    pub(crate) fn entries(&self) -> &[LoggedRequest] {
        &self.entries
    }

    /// By path.
    pub(crate) fn all_at_once(&self) -> &BTreeMap<String, usize> {
        &self.most_at_once
    }

    pub(crate) fn most_at_once(&self, path: &str) -> usize {
        self.most_at_once.get(path).copied().unwrap_or_default()
    }
}
