//! Acting on the product's API: the token that its API accepts for the person behind a grant.
//!
//! There are three ways to one, chosen by the operator ([`ApiToken`]): the server mints a token of its
//! own, or keeps the person's session at the login alive, or lends what the browser handed over until
//! that expires. Whichever it is, it stays in this process: clients never see it, except through a
//! configured exchange (RFC 8693).

mod browser;
mod device;
mod lend;
mod minted;
mod person;
mod renewal;
mod sealed;
mod sweep;
mod turns;

use std::fmt;

use countersign_domain::{
    EndReason, EventKind, GrantId, Milliseconds, Timestamp, UpstreamIdentity, User, UserId,
};
use countersign_storage::commands::{EndGrant, FindUpstreamIdentity, GrantEnd};
use zeroize::Zeroizing;

pub(crate) use self::person::PersonChecks;
pub(crate) use self::sealed::SessionSecrets;
pub use self::sealed::Vault;
pub(crate) use self::turns::Turns;
use crate::AuthorizationServer;
use crate::access::Principal;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// A token is not lent in the last minute of its life: the call it is for takes time, and clocks differ.
pub(crate) const EARLY: Milliseconds = 60_000;

/// What the product's API accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiToken {
    /// A token of this server for that audience, minted for each call and verified by the key set;
    /// without an audience there is no API to call.
    Countersign {
        /// `aud` of the token.
        audience: Option<String>,
    },
    /// The login's own token, kept fresh by this server (RFC 8628).
    Device,
    /// The login's own token as the browser handed it over, until it expires.
    Browser,
}

impl ApiToken {
    /// Whether each grant needs a session of its own at the login.
    pub const fn needs_session(&self) -> bool {
        matches!(self, Self::Device | Self::Browser)
    }
}

/// A bearer token for the product's API. `Debug` does not show it.
#[derive(Clone)]
pub struct UpstreamToken {
    value: Zeroizing<String>,
    expires_at: Timestamp,
}

impl UpstreamToken {
    /// A token and its true expiry.
    pub fn new(value: impl Into<String>, expires_at: Timestamp) -> Self {
        Self {
            value: Zeroizing::new(value.into()),
            expires_at,
        }
    }

    /// The token, for the one request that carries it.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// When it expires.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    fn is(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Debug for UpstreamToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why there is no token for the product's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamTokenError {
    /// The person has to sign in again: their session at the login is over, and the grant with it.
    #[error("{0}")]
    SignInAgain(&'static str),
    /// The login or the store does not answer at the moment, or something is set up wrong, which
    /// is in the log then; nothing is lost.
    #[error("there is no token for the product's API right now")]
    Unavailable,
    /// The operator configured none.
    #[error("no upstream token is configured")]
    NotConfigured,
}

impl From<Unavailable> for UpstreamTokenError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// What a person reads whose session at the login is over.
const SESSION_OVER: &str = "the sign-in behind this connection has ended; sign in again";

/// What a client reads that still holds a token which mcp2 minted.
const NO_SESSION: &str = "this connection was made before the server was replaced; sign in again";

impl AuthorizationServer {
    /// The token with which to call the product's API for `principal`, fresh for at least a minute
    /// unless the login itself is out of reach.
    pub async fn upstream_token(
        &self,
        principal: &Principal,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        self.upstream_token_besides(principal, None).await
    }

    /// A token to try once more with, after the API answered 401 to `refused`, which was lent to
    /// `principal`; or the reason why there is none. The login's token is renewed where it can be,
    /// at most once a minute, and else ends with its grant. What a new token would not help, because
    /// the API or this server is set up wrong, is [`UpstreamTokenError::Unavailable`] and an error
    /// in the log.
    pub async fn upstream_token_refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        // One that expired on the way proves nothing.
        let refused = Some(refused).filter(|refused| refused.expires_at > self.now());
        self.upstream_token_besides(principal, refused).await
    }

    async fn upstream_token_besides(
        &self,
        principal: &Principal,
        refused: Option<&UpstreamToken>,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let grant_id = principal.grant_id;
        match &self.settings().api_token {
            ApiToken::Countersign { audience: None } => Err(UpstreamTokenError::NotConfigured),
            ApiToken::Countersign {
                audience: Some(audience),
            } => self.minted_token(principal, audience, refused).await,
            ApiToken::Browser => {
                let grant_id = grant_id.ok_or(UpstreamTokenError::SignInAgain(NO_SESSION))?;
                self.browser_token(grant_id, refused).await
            }
            ApiToken::Device => {
                let grant_id = grant_id.ok_or(UpstreamTokenError::SignInAgain(NO_SESSION))?;
                self.device_token(grant_id, refused).await
            }
        }
    }

    /// Who a person is at the login; `None` for a local account.
    pub async fn upstream_identity(
        &self,
        user_id: UserId,
    ) -> Result<Option<UpstreamIdentity>, Unavailable> {
        Ok(self.store().read(FindUpstreamIdentity { user_id }).await?)
    }

    /// What a person is called on the pages: as the login knows them, or by their user name here.
    pub async fn shown_name(&self, user: &User) -> Result<String, Unavailable> {
        let identity = self.upstream_identity(user.id).await?;
        let shown = identity
            .as_ref()
            .and_then(|identity| identity.profile.display());
        Ok(shown.unwrap_or(user.username.as_str()).to_owned())
    }

    /// Whether a sign-in also makes a session at the login that this server keeps.
    pub fn keeps_device_session(&self) -> bool {
        self.settings().api_token == ApiToken::Device
    }

    /// Ends a grant whose session at the login is over, so that no client meets the same error
    /// twice: the next call is refused with 401, the next refresh with `invalid_grant`.
    pub(crate) async fn end_with_upstream(&self, grant_id: GrantId) -> Result<(), Unavailable> {
        let reason = EndReason::UpstreamEnded;
        let end = EndGrant {
            id: grant_id,
            of: None,
            reason,
            now: self.now(),
        };
        if let GrantEnd::Ended(grant) = self.store().execute(end).await? {
            let subject = Subject {
                client: Some(&grant.client_id),
                user: Some(grant.user_id),
                grant: Some(grant.id),
            };
            self.record(EventKind::GrantEnded, subject, reason.as_str())
                .await;
        }
        Ok(())
    }
}
