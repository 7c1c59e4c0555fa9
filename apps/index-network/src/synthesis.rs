//! The texts about people.

use countersign_mcp::ToolError;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, timeout_at};

use crate::protocol::{Match, Session, vibecheck};
use crate::settings::Discovery;

/// A text about each of `people`, in their order. One that fails, or is not there at the deadline,
/// is empty; only a person who has to sign in again ends the call.
pub(crate) async fn about(
    session: &Session<'_>,
    intent_ids: &[String],
    people: &[Match],
    discovery: &Discovery,
    deadline: Instant,
) -> Result<Vec<String>, ToolError> {
    let texts: Vec<_> = people
        .iter()
        .map(|person| {
            let text = vibecheck(
                session,
                &person.user.id,
                Some(intent_ids),
                discovery.synthesis_chars,
            );
            async move {
                match timeout_at(deadline, text).await {
                    Ok(text) => or_empty(text),
                    Err(_elapsed) => Ok(String::new()),
                }
            }
        })
        .collect();
    stream::iter(texts)
        .buffered(discovery.concurrency.max(1))
        .try_collect()
        .await
}

fn or_empty(text: Result<String, ToolError>) -> Result<String, ToolError> {
    match text {
        Err(ToolError::Unavailable(cause)) => {
            tracing::warn!(error = %cause, "a text about somebody is missing");
            Ok(String::new())
        }
        Err(ToolError::Refused(_)) => Ok(String::new()),
        text => text,
    }
}
