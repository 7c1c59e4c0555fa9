//! What was asked of the simulator. It keeps tokens and codes on purpose: it is there to be read
//! by tests, and nothing in it is worth anything outside.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// One request to one of Privy's endpoints.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// When it came, in milliseconds since the Unix epoch.
    pub at_ms: i64,
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
    /// What was answered; none while it has not been, and where the answer was lost.
    pub status: Option<u16>,
}

/// Every request since the start or the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Number of the first entry, so that clearing does not confuse requests under way.
    first: usize,
    entries: Vec<LoggedRequest>,
}

impl Log {
    /// Notes a request. Answers its number.
    pub(crate) fn begin(&mut self, request: LoggedRequest) -> usize {
        self.entries.push(request);
        self.first + self.entries.len() - 1
    }

    pub(crate) fn answered(&mut self, number: usize, status: u16) {
        let entry = number
            .checked_sub(self.first)
            .and_then(|index| self.entries.get_mut(index));
        if let Some(entry) = entry {
            entry.status = Some(status);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.first += self.entries.len();
        self.entries.clear();
    }

    pub(crate) fn entries(&self) -> &[LoggedRequest] {
        &self.entries
    }

    /// How many requests there were, by `METHOD /path`.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            *counts
                .entry(format!("{} {}", entry.method, entry.path))
                .or_default() += 1;
        }
        counts
    }
}
