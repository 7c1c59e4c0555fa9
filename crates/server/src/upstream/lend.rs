//! Lending what the store keeps: the login's token of one grant, for one call.

use countersign_domain::{GrantId, Milliseconds};
use countersign_storage::commands::{FindUpstreamSession, StoredUpstreamSession};

use super::{EARLY, SESSION_OVER, SessionSecrets, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// A token that is refused so soon after the login gave it is not what is wrong: the next one
/// would be refused as well. It is also how often one session is renewed for that reason.
const JUST_RECEIVED: Milliseconds = 60_000;

impl AuthorizationServer {
    /// The session of a grant, which ends if it has none.
    pub(super) async fn upstream_session(
        &self,
        grant_id: GrantId,
    ) -> Result<StoredUpstreamSession, UpstreamTokenError> {
        let now = self.now();
        let find = FindUpstreamSession { grant_id, now };
        let found = self.store().read(find).await.map_err(Unavailable::from)?;
        if let Some(session) = found {
            return Ok(session);
        }
        // Made before the operator chose this mode.
        self.end_with_upstream(grant_id).await?;
        Err(UpstreamTokenError::SignInAgain(SESSION_OVER))
    }

    /// What is sealed in a session.
    pub(super) fn unsealed(
        &self,
        session: &StoredUpstreamSession,
    ) -> Result<SessionSecrets, UpstreamTokenError> {
        self.vault()
            .open(session.id, &session.sealed)
            .map_err(|fault| {
                tracing::error!(upstream_session.id = %session.id, "{fault}");
                UpstreamTokenError::Unavailable
            })
    }

    /// The token of a session; `None` when it is about to expire, or is the one that the API
    /// `refused`.
    pub(super) fn lend(
        &self,
        session: &StoredUpstreamSession,
        secrets: &SessionSecrets,
        refused: Option<&UpstreamToken>,
    ) -> Result<Option<UpstreamToken>, UpstreamTokenError> {
        let now = self.now();
        if session.expires_at.minus(EARLY) <= now {
            return Ok(None);
        }
        let token = UpstreamToken::new(secrets.access_token.clone(), session.expires_at);
        if !refused.is_some_and(|refused| refused.is(&token)) {
            return Ok(Some(token));
        }
        if secrets.received_at.plus(JUST_RECEIVED) > now {
            tracing::error!(
                upstream_session.id = %session.id,
                "the product's API refuses a token that Privy issued less than a minute ago; see that api.url is the API that takes tokens of the app in login.privy.app_id, and what it demands of `aud`"
            );
            return Err(UpstreamTokenError::Unavailable);
        }
        Ok(None)
    }
}
