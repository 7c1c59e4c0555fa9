//! Keeping a session at the login alive: device grants whose refresh tokens this server holds
//! (RFC 8628, RFC 6749 section 6).
//!
//! The login's refresh tokens count once, so whoever refreshes must be alone and must not lose the
//! answer. One process holds the lease of the session while it asks; the answer is stored before it is
//! used. What no order of steps can prevent, an answer that is lost on the way or with the process,
//! costs one of the session's lines: each session has two, which take turns, and the line that the
//! login no longer knows leaves.

use std::time::Duration;

use countersign_domain::{EventKind, GrantId, LeaseId, Milliseconds, Timestamp};
use countersign_identity::privy::{DeviceTokens, RefreshError};
use countersign_storage::commands::{
    FindUpstreamSession, LeaseUpstreamSession, ReleaseUpstreamSession, StoreUpstreamSession,
    StoredUpstreamSession, UpstreamLease, UpstreamStore,
};

use super::{EARLY, SESSION_OVER, SessionSecrets, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// Longer than a refresh takes at its worst, so that a lease runs out only when its holder is gone.
const LEASE: Milliseconds = 12_000;

/// How often the store is asked whether another process is done.
const POLL: Duration = Duration::from_millis(50);

/// Together with [`POLL`]: as long as a lease, after which it is ours to take.
const POLLS: u32 = 300;

/// How often an answer that was received is stored again when the store does not answer: it exists
/// nowhere else.
const STORE_ATTEMPTS: u32 = 8;

impl AuthorizationServer {
    pub(super) async fn device_token(
        &self,
        grant_id: GrantId,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        let session = self.upstream_session(grant_id).await?;
        if session.expires_at.minus(EARLY) > self.now() {
            return self.lend(&session);
        }
        // A task of its own: a client that goes away must not take the login's answer with it.
        let server = self.clone();
        let task = tokio::spawn(async move { server.renew_in_turn(grant_id).await });
        task.await.map_err(|_| UpstreamTokenError::Unavailable)?
    }

    async fn upstream_session(
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

    async fn renew_in_turn(&self, grant_id: GrantId) -> Result<UpstreamToken, UpstreamTokenError> {
        let _turn = self.turns().take(grant_id).await;
        for _ in 0..POLLS {
            let session = self.upstream_session(grant_id).await?;
            if session.expires_at.minus(EARLY) > self.now() {
                return self.lend(&session);
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
                    if let Some(token) = self.renew(grant_id, &session, holder).await? {
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

    /// Renews a leased session, line by line; `None` when the lease was lost meanwhile.
    async fn renew(
        &self,
        grant_id: GrantId,
        session: &StoredUpstreamSession,
        holder: LeaseId,
    ) -> Result<Option<UpstreamToken>, UpstreamTokenError> {
        let mut secrets = self.unsealed(session)?;
        let privy = self.privy().ok_or(UpstreamTokenError::NotConfigured)?;
        while let Some(refresh_token) = secrets.due() {
            match privy.refresh(&refresh_token).await {
                Ok(tokens) => {
                    return self
                        .renewed(session, secrets, &tokens, grant_id, holder)
                        .await;
                }
                Err(RefreshError::Dead) => {
                    tracing::info!(grant.id = %grant_id, "the login no longer knows a line of an upstream session");
                    secrets.drop_due();
                    let kept = self
                        .keep(
                            session,
                            &secrets,
                            grant_id,
                            holder,
                            session.expires_at,
                            true,
                        )
                        .await?;
                    if !kept {
                        return Ok(None);
                    }
                }
                Err(fault) => {
                    tracing::warn!(grant.id = %grant_id, error = %fault, "an upstream session could not be renewed yet");
                    let release = ReleaseUpstreamSession { grant_id, holder };
                    self.store()
                        .execute(release)
                        .await
                        .map_err(Unavailable::from)?;
                    // What is left of the old token's last minute is still good.
                    if session.expires_at > self.now() {
                        return self.lend(session).map(Some);
                    }
                    return Err(UpstreamTokenError::Unavailable);
                }
            }
        }
        self.end_with_upstream(grant_id).await?;
        Err(UpstreamTokenError::SignInAgain(SESSION_OVER))
    }

    /// Stores what the login answered, and only then lends it.
    async fn renewed(
        &self,
        session: &StoredUpstreamSession,
        mut secrets: SessionSecrets,
        tokens: &DeviceTokens,
        grant_id: GrantId,
        holder: LeaseId,
    ) -> Result<Option<UpstreamToken>, UpstreamTokenError> {
        let expires_at = tokens.expires_at;
        secrets.renew(&tokens.access_token, &tokens.refresh_token);
        if !self
            .keep(session, &secrets, grant_id, holder, expires_at, false)
            .await?
        {
            return Ok(None);
        }
        let subject = Subject {
            user: Some(session.user_id),
            grant: Some(grant_id),
            ..Subject::default()
        };
        self.record(
            EventKind::UpstreamRefreshed,
            subject,
            "the session at the login was renewed",
        )
        .await;
        Ok(Some(UpstreamToken::new(
            secrets.access_token.clone(),
            expires_at,
        )))
    }

    async fn keep(
        &self,
        session: &StoredUpstreamSession,
        secrets: &SessionSecrets,
        grant_id: GrantId,
        holder: LeaseId,
        expires_at: Timestamp,
        go_on: bool,
    ) -> Result<bool, UpstreamTokenError> {
        let sealed = self.vault().seal(session.id, secrets).map_err(|fault| {
            tracing::error!(grant.id = %grant_id, "{fault}");
            UpstreamTokenError::Unavailable
        })?;
        for attempt in 1.. {
            let now = self.now();
            let store = StoreUpstreamSession {
                grant_id,
                holder,
                sealed: sealed.clone(),
                expires_at,
                keep_lease_until: go_on.then(|| now.plus(LEASE)),
                now,
            };
            match self.store().execute(store).await {
                Ok(UpstreamStore::Stored { .. }) => return Ok(true),
                Ok(UpstreamStore::LeaseLost | UpstreamStore::Gone) => return Ok(false),
                Err(fault) if attempt < STORE_ATTEMPTS => {
                    tracing::warn!(error = %fault, "a renewed upstream session could not be stored yet");
                    tokio::time::sleep(POLL * attempt).await;
                }
                Err(fault) => return Err(Unavailable::from(fault).into()),
            }
        }
        Ok(false)
    }

    fn lend(&self, session: &StoredUpstreamSession) -> Result<UpstreamToken, UpstreamTokenError> {
        let secrets = self.unsealed(session)?;
        Ok(UpstreamToken::new(
            secrets.access_token.clone(),
            session.expires_at,
        ))
    }

    fn unsealed(
        &self,
        session: &StoredUpstreamSession,
    ) -> Result<SessionSecrets, UpstreamTokenError> {
        self.vault()
            .open(session.id, &session.sealed)
            .map_err(|fault| {
                tracing::error!("{fault}");
                UpstreamTokenError::Unavailable
            })
    }
}
