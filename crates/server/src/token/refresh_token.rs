//! `grant_type=refresh_token` (RFC 6749 section 6), rotating (RFC 9700 section 4.14.2).

use countersign_domain::{Client, EndReason, EventKind, Grant, PlainRefreshToken};
use countersign_jose::seal::{open_under_token, seal_under_token};
use countersign_oauth::client_metadata::GrantType;
use countersign_oauth::scope::ScopeSet;
use countersign_storage::commands::{FindRefreshToken, RefreshRotation, RotateRefresh};

use super::{TokenAnswer, TokenError};
use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// Binds a sealed successor to its purpose.
const SUCCESSOR: &[u8] = b"countersign refresh successor";

impl AuthorizationServer {
    /// Rotates a refresh token.
    pub(super) async fn rotate(
        &self,
        client: &Client,
        refresh_token: &str,
        scope: Option<ScopeSet>,
        resource: &[String],
    ) -> Result<TokenAnswer, TokenError> {
        Self::require_grant_type(client, GrantType::RefreshToken)?;
        let presented = PlainRefreshToken::parse(refresh_token).ok_or(TokenError::Unknown)?;
        // Clients leave `resource` out on refresh: the grant's own is inherited.
        self.require_resource(resource)?;
        if scope.is_some() || self.privy().is_some() {
            self.check_before(&presented, client, scope.as_ref())
                .await?;
        }

        let now = self.now();
        let fresh = PlainRefreshToken::generate(self.entropy());
        // Sealed under the token it replaces: a retry can be answered with the same successor,
        // and the database alone opens nothing.
        let sealed = seal_under_token(presented.expose(), SUCCESSOR, fresh.expose().as_bytes())
            .map_err(|_| TokenError::Internal)?;
        let rotate = RotateRefresh {
            hash: presented.hash(),
            client_id: client.id.clone(),
            grace: self.settings().lifetimes.refresh_grace,
            successor: fresh.hash(),
            successor_sealed: sealed,
            successor_expires_at: now.plus(self.settings().lifetimes.refresh_token),
            now,
        };
        let (grant, successor) = match self
            .store()
            .execute(rotate)
            .await
            .map_err(Unavailable::from)?
        {
            RefreshRotation::Rotated { grant } => (grant, fresh),
            RefreshRotation::Retried {
                grant,
                successors_sealed,
            } => (grant, unseal(presented, &successors_sealed)?),
            RefreshRotation::Reused { grant_id } => {
                let subject = Subject {
                    client: Some(&client.id),
                    user: None,
                    grant: Some(grant_id),
                };
                let reason = EndReason::RefreshTokenReplayed;
                self.record(EventKind::GrantEnded, subject, reason.as_str())
                    .await;
                return Err(TokenError::Replayed);
            }
            RefreshRotation::Expired { .. } => return Err(TokenError::Expired),
            RefreshRotation::WrongClient => return Err(TokenError::WrongClient),
            RefreshRotation::GrantEnded => return Err(TokenError::GrantEnded),
            RefreshRotation::Unknown => return Err(TokenError::Unknown),
        };
        let scope = narrowed(&grant, scope);
        self.issue(&grant, scope, Some(successor), None).await
    }

    /// What can be refused before anything is rotated. A client that asks for a wider scope keeps its
    /// token; a person who was deleted at the login loses the grant.
    async fn check_before(
        &self,
        presented: &PlainRefreshToken,
        client: &Client,
        scope: Option<&ScopeSet>,
    ) -> Result<(), TokenError> {
        let found = self
            .store()
            .read(FindRefreshToken {
                hash: presented.hash(),
            })
            .await
            .map_err(Unavailable::from)?
            .ok_or(TokenError::Unknown)?;
        if found.grant.client_id != client.id {
            return Err(TokenError::WrongClient);
        }
        if scope.is_some_and(|scope| !scope.is_subset(&found.grant.scope)) {
            return Err(TokenError::ScopeExceedsGrant);
        }
        if !found.grant.is_live(self.now()) {
            return Ok(());
        }
        if !self.still_exists(found.grant.user_id).await? {
            return Err(TokenError::GrantEnded);
        }
        Ok(())
    }
}

fn narrowed(grant: &Grant, requested: Option<ScopeSet>) -> ScopeSet {
    match requested {
        Some(scope) if !scope.is_empty() => scope,
        _ => grant.scope.clone(),
    }
}

/// The live leaf: each token opens the one that took its place.
fn unseal(
    presented: PlainRefreshToken,
    successors_sealed: &[Vec<u8>],
) -> Result<PlainRefreshToken, TokenError> {
    successors_sealed
        .iter()
        .try_fold(presented, |token, sealed| {
            let plain = open_under_token(token.expose(), SUCCESSOR, sealed)
                .map_err(|_| TokenError::Internal)?;
            std::str::from_utf8(&plain)
                .ok()
                .and_then(PlainRefreshToken::parse)
                .ok_or(TokenError::Internal)
        })
}
