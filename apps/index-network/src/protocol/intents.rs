//! `GET /intents` and `GET /intents/{id}`: what the person is looking for.

use countersign_mcp::ToolError;
use serde::Deserialize;
use uuid::Uuid;

use super::call::{Call, Refusals, read};
use super::discover_new::Intent;
use super::session::Session;

/// As many as the API gives at once.
const PAGE: usize = 100;
/// More pages than this are not read: who has more intents finds the newest.
const PAGES: usize = 5;

#[derive(Deserialize)]
struct Page {
    intents: Vec<Intent>,
}

#[derive(Deserialize)]
struct One {
    intent: Intent,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "Index Network does not accept this question for intents.",
    not_found: "There is no such intent. Take `id` of a result of `search`.",
};

/// The person's intents, newest first.
pub(crate) async fn intents(session: &Session<'_>) -> Result<Vec<Intent>, ToolError> {
    let mut all = Vec::new();
    for page in 1..=PAGES {
        let call = Call::get(format!("/intents?page={page}&limit={PAGE}"));
        let Page { intents } = read(&session.send(&call).await?, REFUSALS)?;
        let is_last = intents.len() < PAGE;
        all.extend(intents);
        if is_last {
            break;
        }
    }
    Ok(all)
}

pub(crate) async fn intent(session: &Session<'_>, id: Uuid) -> Result<Intent, ToolError> {
    let call = Call::get(format!("/intents/{id}"));
    let One { intent } = read(&session.send(&call).await?, REFUSALS)?;
    Ok(intent)
}
