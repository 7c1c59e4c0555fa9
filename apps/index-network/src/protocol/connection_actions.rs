//! `POST /connections/actions`: what the person does about somebody else.

use countersign_mcp::ToolError;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::call::{Call, Refusals, read};
use super::session::Session;

/// What a person does about somebody else, and what they did last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Action {
    /// Asks to be connected.
    Request,
    /// Passes over somebody.
    Skip,
    /// Agrees to a request.
    Accept,
    /// Refuses a request.
    Decline,
    /// Takes back an own request.
    Cancel,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deed {
    target_user_id: Uuid,
    action: Action,
}

const REFUSALS: Refusals = Refusals {
    not_accepted: "This cannot be done now: REQUEST needs that there is no connection or open request, ACCEPT, DECLINE and SKIP a request from that person, CANCEL an open request of one's own; and nobody connects to themselves.",
    not_found: "Index Network knows nobody with this identifier. Take `user.id` of a connection that was found.",
};

pub(crate) async fn act(
    session: &Session<'_>,
    user_id: Uuid,
    action: Action,
) -> Result<(), ToolError> {
    let deed = Deed {
        target_user_id: user_id,
        action,
    };
    let call = Call::json("/connections/actions", &deed)?;
    read::<IgnoredAny>(&session.send(&call).await?, REFUSALS)?;
    Ok(())
}
