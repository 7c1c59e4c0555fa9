//! The login's token as the browser handed it over: lent until it expires, never a moment longer.

use countersign_domain::{GrantId, Timestamp};
use countersign_storage::commands::FindUpstreamSession;

use super::{ApiToken, EARLY, SESSION_OVER, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;

impl AuthorizationServer {
    /// The token behind a grant, which ends when the token is about to expire or is the one that
    /// the API `refused`: nothing but a sign-in brings another.
    pub(super) async fn browser_token(
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
            tracing::warn!(grant.id = %grant_id, "the product's API refused the login's token before it expired; the person has to sign in again");
        }
        self.end_with_upstream(grant_id).await?;
        Err(UpstreamTokenError::SignInAgain(SESSION_OVER))
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
