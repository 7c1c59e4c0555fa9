//! One renewal of a session at the login, by whoever holds its lease.

use std::time::Duration;

use countersign_domain::{EventKind, GrantId, LeaseId, Milliseconds, Timestamp};
use countersign_identity::privy::{DeviceTokens, Privy, RefreshError};
use countersign_storage::commands::{
    ReleaseUpstreamSession, StoreUpstreamSession, StoredUpstreamSession, UpstreamStore,
};

use super::{SESSION_OVER, SessionSecrets, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// Longer than a refresh takes at its worst, so that a lease runs out only when its holder is gone.
pub(super) const LEASE: Milliseconds = 12_000;

/// How often an answer that was received is stored again when the store does not answer: it exists
/// nowhere else.
const STORE_ATTEMPTS: u32 = 8;

/// How long to wait before that, times the number of the attempt.
const STORE_PAUSE: Duration = Duration::from_millis(50);

/// A session on lease.
pub(super) struct Renewal<'a> {
    pub(super) server: &'a AuthorizationServer,
    pub(super) grant_id: GrantId,
    pub(super) session: StoredUpstreamSession,
    pub(super) secrets: SessionSecrets,
    pub(super) holder: LeaseId,
}

impl Renewal<'_> {
    /// Asks the login, line by line; `None` when the lease was lost meanwhile.
    pub(super) async fn run(
        mut self,
        privy: &Privy,
        refused: Option<&UpstreamToken>,
    ) -> Result<Option<UpstreamToken>, UpstreamTokenError> {
        while let Some(refresh_token) = self.secrets.due() {
            match privy.refresh(&refresh_token).await {
                Ok(tokens) => return self.renewed(&tokens).await,
                Err(RefreshError::Dead) => {
                    tracing::info!(grant.id = %self.grant_id, "the login no longer knows a line of an upstream session");
                    self.secrets.drop_due();
                    if !self.store(self.session.expires_at, Then::GoOn).await? {
                        return Ok(None);
                    }
                }
                Err(fault) => {
                    tracing::warn!(grant.id = %self.grant_id, error = %fault, "an upstream session could not be renewed yet");
                    self.release().await?;
                    return self.last_minute(refused).map(Some);
                }
            }
        }
        self.server.end_with_upstream(self.grant_id).await?;
        Err(UpstreamTokenError::SignInAgain(SESSION_OVER))
    }

    /// Stores what the login answered, and only then lends it.
    async fn renewed(
        mut self,
        tokens: &DeviceTokens,
    ) -> Result<Option<UpstreamToken>, UpstreamTokenError> {
        self.secrets.renew(tokens, self.server.now());
        if !self.store(tokens.expires_at, Then::GiveBack).await? {
            return Ok(None);
        }
        let subject = Subject {
            user: Some(self.session.user_id),
            grant: Some(self.grant_id),
            ..Subject::default()
        };
        self.server
            .record(
                EventKind::UpstreamRefreshed,
                subject,
                "the session at the login was renewed",
            )
            .await;
        Ok(Some(UpstreamToken::new(
            tokens.access_token.expose(),
            tokens.expires_at,
        )))
    }

    /// What is left of the old token while the login cannot be asked, unless the API refuses it.
    fn last_minute(
        &self,
        refused: Option<&UpstreamToken>,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let expires_at = self.session.expires_at;
        let token = UpstreamToken::new(self.secrets.access_token.clone(), expires_at);
        if expires_at <= self.server.now() || refused.is_some_and(|refused| refused.is(&token)) {
            return Err(UpstreamTokenError::Unavailable);
        }
        Ok(token)
    }

    async fn store(&self, expires_at: Timestamp, then: Then) -> Result<bool, UpstreamTokenError> {
        let sealed = self
            .server
            .vault()
            .seal(self.session.id, &self.secrets)
            .map_err(|fault| {
                tracing::error!(grant.id = %self.grant_id, "{fault}");
                UpstreamTokenError::Unavailable
            })?;
        for attempt in 1.. {
            let now = self.server.now();
            let store = StoreUpstreamSession {
                grant_id: self.grant_id,
                holder: self.holder,
                sealed: sealed.clone(),
                expires_at,
                keep_lease_until: match then {
                    Then::GoOn => Some(now.plus(LEASE)),
                    Then::GiveBack => None,
                },
                now,
            };
            match self.server.store().execute(store).await {
                Ok(UpstreamStore::Stored { .. }) => return Ok(true),
                Ok(UpstreamStore::LeaseLost | UpstreamStore::Gone) => return Ok(false),
                Err(fault) if attempt < STORE_ATTEMPTS => {
                    tracing::warn!(error = %fault, "a renewed upstream session could not be stored yet");
                    tokio::time::sleep(STORE_PAUSE * attempt).await;
                }
                Err(fault) => return Err(Unavailable::from(fault).into()),
            }
        }
        Ok(false)
    }

    async fn release(&self) -> Result<(), Unavailable> {
        let release = ReleaseUpstreamSession {
            grant_id: self.grant_id,
            holder: self.holder,
        };
        Ok(self.server.store().execute(release).await?)
    }
}

/// What becomes of the lease when the session is stored.
#[derive(Clone, Copy)]
enum Then {
    GoOn,
    GiveBack,
}
