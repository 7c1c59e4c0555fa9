//! `POST /discover/filter`: people who match intents.

use countersign_mcp::ToolError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Call, Refusals, read};
use super::session::Session;

/// Somebody else.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(crate) struct Person {
    /// The identifier.
    pub(crate) id: String,
    /// The name; empty if there is none.
    #[serde(default, deserialize_with = "or_empty")]
    pub(crate) name: String,
    /// The address of a picture.
    #[serde(default)]
    pub(crate) avatar: Option<String>,
}

/// Somebody who matches.
#[derive(Debug, Deserialize)]
pub(crate) struct Match {
    pub(crate) user: Person,
    /// The intents that matched.
    #[serde(default)]
    pub(crate) intents: Vec<serde::de::IgnoredAny>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter<'a> {
    intent_ids: &'a [String],
    exclude_discovered: bool,
    page: u32,
    limit: usize,
}

#[derive(Deserialize)]
struct Filtered {
    results: Vec<Match>,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "Index Network does not accept this question for people.",
    not_found: "Index Network does not know this question. The operator of this server sets its address in api.url.",
};

/// People who match any of these intents of the person, at most `limit`, and nobody whom the person
/// has to do with already.
pub(crate) async fn discover_filter(
    session: &Session<'_>,
    intent_ids: &[String],
    limit: usize,
) -> Result<Vec<Match>, ToolError> {
    let filter = Filter {
        intent_ids,
        exclude_discovered: true,
        page: 1,
        limit,
    };
    let call = Call::json("/discover/filter", &filter)?;
    let Filtered { mut results } = read(&session.send(&call).await?, REFUSALS)?;
    results.truncate(limit);
    Ok(results)
}

fn or_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
