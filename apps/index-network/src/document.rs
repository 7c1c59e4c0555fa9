//! What `search` finds and `fetch` reads: the person's intents and connections.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::protocol::{Action, Connection, Intent};
use crate::sections::cut;

/// Characters of a title.
const TITLE: usize = 80;

/// Names a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentId {
    Intent(Uuid),
    Person(Uuid),
}

impl DocumentId {
    /// Where people read more about it.
    pub(crate) fn url(self, site: &str) -> String {
        match self {
            Self::Intent(id) => format!("{site}/intents/{id}"),
            Self::Person(id) => format!("{site}/u/{id}"),
        }
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Intent(id) => write!(formatter, "intent:{id}"),
            Self::Person(id) => write!(formatter, "person:{id}"),
        }
    }
}

/// Not the name of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotADocument;

impl FromStr for DocumentId {
    type Err = NotADocument;

    fn from_str(text: &str) -> Result<Self, NotADocument> {
        let (kind, id) = text.split_once(':').ok_or(NotADocument)?;
        let id = Uuid::parse_str(id).map_err(|_| NotADocument)?;
        match kind {
            "intent" => Ok(Self::Intent(id)),
            "person" => Ok(Self::Person(id)),
            _ => Err(NotADocument),
        }
    }
}

/// The summary, or the beginning.
pub(crate) fn intent_title(intent: &Intent) -> String {
    let text = intent.summary.as_deref().unwrap_or(&intent.payload);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&line, TITLE).to_owned()
}

/// The name, and what is between the two.
pub(crate) fn connection_title(connection: &Connection) -> String {
    format!("{} ({})", connection.user.name, status(connection))
}

/// What is between the two, in words.
pub(crate) fn status(connection: &Connection) -> &'static str {
    match (connection.status, connection.is_initiator) {
        (Action::Request, true) => "asked to connect",
        (Action::Request, false) => "asks to connect",
        (Action::Accept, _) => "connected",
        (Action::Decline, true) => "declined by you",
        (Action::Decline, false) => "declined",
        (Action::Skip, true) => "skipped by you",
        (Action::Skip, false) => "skipped",
        (Action::Cancel, _) => "request taken back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back() {
        for id in [
            DocumentId::Intent(Uuid::nil()),
            DocumentId::Person(Uuid::max()),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for other in [
            "",
            "intent",
            "intent:",
            "intent:../x",
            "index:00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(other.parse::<DocumentId>(), Err(NotADocument), "{other}");
        }
    }
}
