//! `POST /discover/new`: the intents in a text.

use countersign_mcp::ToolError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Call, Refusals, read};
use super::session::Session;

/// What somebody is looking for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Intent {
    /// Its identifier.
    pub(crate) id: String,
    /// What it says.
    pub(crate) payload: String,
    /// A shorter form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<String>,
    /// When it was made (RFC 3339).
    pub(crate) created_at: String,
}

/// What the API found in a text.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Discovered {
    /// The new intents.
    pub(crate) intents: Vec<Intent>,
    /// How many files were read.
    #[serde(default)]
    pub(crate) files_processed: u64,
    /// How many links were read.
    #[serde(default)]
    pub(crate) links_processed: u64,
    /// How many intents were made.
    #[serde(default)]
    pub(crate) intents_generated: u64,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "Index Network does not accept this text. Say in plain words what the person is looking for.",
    not_found: "Index Network does not know this question. The operator of this server sets its address in api.url.",
};

pub(crate) async fn discover_new(
    session: &Session<'_>,
    text: &str,
) -> Result<Discovered, ToolError> {
    let call = Call::form("/discover/new", "payload", text)?;
    read(&session.send(&call).await?, REFUSALS)
}
