//! `POST /connections/by-user`: whom the person has to do with.

use countersign_mcp::ToolError;
use serde::{Deserialize, Serialize};

use super::call::{Call, Refusals, read};
use super::connection_actions::Action;
use super::discover_filter::Person;
use super::session::Session;

/// Which connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Whoever asked the person.
    Inbox,
    /// Whom the person asked.
    Pending,
    /// Where something became of it.
    History,
}

/// Somebody whom the person has to do with.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connection {
    pub(crate) user: Person,
    /// What happened last.
    pub(crate) status: Action,
    /// Whether it was the person who did it.
    #[serde(default)]
    pub(crate) is_initiator: bool,
    /// When (RFC 3339).
    #[serde(default)]
    pub(crate) last_updated: Option<String>,
}

#[derive(Serialize)]
struct Question {
    r#type: Kind,
}

#[derive(Deserialize)]
struct Listed {
    connections: Vec<Connection>,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "Index Network does not accept this question for connections.",
    not_found: "Index Network does not know this question. The operator of this server sets its address in api.url.",
};

pub(crate) async fn connections(
    session: &Session<'_>,
    kind: Kind,
) -> Result<Vec<Connection>, ToolError> {
    let call = Call::json("/connections/by-user", &Question { r#type: kind })?;
    let Listed { connections } = read(&session.send(&call).await?, REFUSALS)?;
    Ok(connections)
}
