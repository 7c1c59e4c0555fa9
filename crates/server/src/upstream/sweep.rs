//! Sessions at the login whose grant is over: taken out of the store, and ended there too.

use countersign_storage::commands::TakeEndedUpstreamSessions;

use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// Sessions in one run: each costs the login up to ten requests, one after another.
const BATCH: i64 = 50;

impl AuthorizationServer {
    /// Deletes the upstream sessions of grants and interactions that are over, and revokes them at
    /// the login as well as it can. Answers how many were deleted; none is ever lent again, whether
    /// the login answered or not.
    pub async fn end_upstream_sessions(&self) -> Result<usize, Unavailable> {
        let take = TakeEndedUpstreamSessions {
            limit: BATCH,
            now: self.now(),
        };
        let ended = self.store().execute(take).await?;
        let Some(privy) = self.privy() else {
            return Ok(ended.len());
        };
        let opened = ended
            .iter()
            .filter_map(|session| self.vault().open(session.id, &session.sealed).ok());
        for refresh_token in opened.flat_map(|secrets| secrets.lines().collect::<Vec<_>>()) {
            if let Err(fault) = privy.revoke(&refresh_token).await {
                // In an outage the others would wait just as long for nothing.
                tracing::warn!(error = %fault, sessions = ended.len(), "upstream sessions were deleted here, but not all of them revoked at the login");
                break;
            }
        }
        Ok(ended.len())
    }
}
