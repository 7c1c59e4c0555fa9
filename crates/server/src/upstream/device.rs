//! Keeping a session at the login alive: device grants whose refresh tokens this server holds
//! (RFC 8628, RFC 6749 section 6).
//!
//! The login's refresh tokens count once, so whoever refreshes must be alone and must not lose the
//! answer. One process holds the lease of the session while it asks; the answer is stored before it is
//! used. What no order of steps can prevent, an answer that is lost on the way or with the process,
//! costs one of the session's lines: each session has two, which take turns, and the line that the
//! login no longer knows leaves.

use std::time::Duration;

use countersign_domain::{GrantId, LeaseId};
use countersign_storage::commands::{LeaseUpstreamSession, UpstreamLease};

use super::renewal::{LEASE, Renewal};
use super::{SESSION_OVER, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// How often the store is asked whether another process is done.
const POLL: Duration = Duration::from_millis(50);

/// Together with [`POLL`]: as long as a lease, after which it is ours to take.
const POLLS: u32 = 300;

impl AuthorizationServer {
    /// The token of the session behind a grant, renewed when it is about to expire or is the one
    /// that the API `refused`.
    pub(super) async fn device_token(
        &self,
        grant_id: GrantId,
        refused: Option<&UpstreamToken>,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let session = self.upstream_session(grant_id).await?;
        let secrets = self.unsealed(&session)?;
        if let Some(token) = self.lend(&session, &secrets, refused)? {
            return Ok(token);
        }
        if refused.is_some() {
            tracing::warn!(grant.id = %grant_id, "the product's API refused the login's token before it expired; it is renewed");
        }
        // A task of its own: a client that goes away must not take the login's answer with it.
        let (server, refused) = (self.clone(), refused.cloned());
        let task = tokio::spawn(async move { server.renew_in_turn(grant_id, refused).await });
        task.await.map_err(|_| UpstreamTokenError::Unavailable)?
    }

    async fn renew_in_turn(
        &self,
        grant_id: GrantId,
        refused: Option<UpstreamToken>,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let refused = refused.as_ref();
        let privy = self.privy().ok_or(UpstreamTokenError::NotConfigured)?;
        let _turn = self.turns().take(grant_id).await;
        for _ in 0..POLLS {
            let session = self.upstream_session(grant_id).await?;
            // Before the lease: a session that does not open is nobody's to hold.
            let secrets = self.unsealed(&session)?;
            if let Some(token) = self.lend(&session, &secrets, refused)? {
                return Ok(token);
            }
            let now = self.now();
            let holder = LeaseId::generate(now, self.entropy());
            let lease = LeaseUpstreamSession {
                grant_id,
                generation: session.generation,
                holder,
                until: now.plus(LEASE),
                now,
            };
            match self
                .store()
                .execute(lease)
                .await
                .map_err(Unavailable::from)?
            {
                UpstreamLease::Leased => {
                    let renewal = Renewal {
                        server: self,
                        grant_id,
                        session,
                        secrets,
                        holder,
                    };
                    if let Some(token) = renewal.run(privy, refused).await? {
                        return Ok(token);
                    }
                }
                UpstreamLease::Held { .. } => tokio::time::sleep(POLL).await,
                UpstreamLease::Moved => {}
                UpstreamLease::Gone => {
                    return Err(UpstreamTokenError::SignInAgain(SESSION_OVER));
                }
            }
        }
        Err(UpstreamTokenError::Unavailable)
    }
}
