//! The login's token as the browser handed it over: lent until it expires, never a moment longer.

use countersign_domain::{GrantId, Timestamp};
use countersign_storage::commands::FindUpstreamSession;

use super::{ApiToken, EARLY, SESSION_OVER, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;

impl AuthorizationServer {
    pub(super) async fn browser_token(
        &self,
        grant_id: GrantId,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let find = FindUpstreamSession {
            grant_id,
            now: self.now(),
        };
        let found = self.store().read(find).await.map_err(Unavailable::from)?;
        let session = found.filter(|session| session.expires_at.minus(EARLY) > self.now());
        let Some(session) = session else {
            self.end_with_upstream(grant_id).await?;
            return Err(UpstreamTokenError::SignInAgain(SESSION_OVER));
        };
        let secrets = self
            .vault()
            .open(session.id, &session.sealed)
            .map_err(|fault| {
                tracing::error!(grant.id = %grant_id, "{fault}");
                UpstreamTokenError::Unavailable
            })?;
        Ok(UpstreamToken::new(
            secrets.access_token.clone(),
            session.expires_at,
        ))
    }

    /// Until when tokens of a grant may live: where the login's token is only lent, no longer than
    /// that. `None` where the grant alone decides; an end in the past where the loan is over.
    pub(crate) async fn lent_until(
        &self,
        grant_id: GrantId,
    ) -> Result<Option<Timestamp>, Unavailable> {
        if self.settings().api_token != ApiToken::Browser {
            return Ok(None);
        }
        let now = self.now();
        let find = FindUpstreamSession { grant_id, now };
        let found = self.store().read(find).await?;
        Ok(Some(found.map_or(Timestamp::from_millis(0), |session| {
            session.expires_at.minus(EARLY)
        })))
    }
}
