//! Waiting until the API has matched new intents.

use countersign_mcp::ToolError;
use tokio::time::{Instant, sleep};

use crate::protocol::{Match, Session, discover_filter};
use crate::settings::Discovery;

/// People who match these intents, at most `limit`: as soon as the API has found so many, or finds
/// no more than at the question before, or patience ends. That it does not answer for a moment is
/// an error only if it never does.
pub(crate) async fn matches(
    session: &Session<'_>,
    intent_ids: &[String],
    limit: usize,
    discovery: &Discovery,
    deadline: Instant,
) -> Result<Vec<Match>, ToolError> {
    let end = deadline.min(Instant::now() + discovery.patience);
    let mut wait = discovery.first_wait;
    let mut last = Ok(Vec::new());
    loop {
        sleep(wait.min(end.saturating_duration_since(Instant::now()))).await;
        match discover_filter(session, intent_ids, limit).await {
            Ok(found) => {
                let before = last.as_ref().map_or(0, Vec::len);
                let is_all = found.len() >= limit || (before > 0 && found.len() <= before);
                last = Ok(found);
                if is_all {
                    return last;
                }
            }
            Err(error @ ToolError::Unavailable(_)) => {
                if last.as_ref().is_ok_and(Vec::is_empty) {
                    last = Err(error);
                }
            }
            Err(error) => return Err(error),
        }
        if Instant::now() >= end {
            return last;
        }
        wait = wait.saturating_mul(2).min(discovery.longest_wait);
    }
}
