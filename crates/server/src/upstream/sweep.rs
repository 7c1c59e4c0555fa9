//! Sessions at the login whose grant is over: taken out of the store, and ended there too.

use countersign_storage::commands::TakeEndedUpstreamSessions;

use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// Sessions in one run: each may cost two requests to the login.
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
        for session in &ended {
            let Ok(secrets) = self.vault().open(session.id, &session.sealed) else {
                continue;
            };
            for refresh_token in secrets.lines() {
                if let Err(fault) = privy.revoke(&refresh_token).await {
                    tracing::warn!(error = %fault, "an upstream session was deleted here but not revoked at the login");
                }
            }
        }
        Ok(ended.len())
    }
}
