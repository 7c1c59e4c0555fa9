//! Minting the tokens of a grant.

use countersign_domain::{Grant, PlainRefreshToken, TokenId};
use countersign_jose::access_token::AccessTokenClaims;
use countersign_jose::id_token::{IdTokenClaims, at_hash};
use countersign_oauth::scope::{OPENID, ScopeSet};

use super::{TokenAnswer, TokenError};
use crate::AuthorizationServer;

impl AuthorizationServer {
    /// Issues an access token of `grant`, and what goes with it. Outside of any transaction: a
    /// signature costs more than the commit, and a retry mints another one at no harm.
    pub(super) async fn issue(
        &self,
        grant: &Grant,
        scope: ScopeSet,
        refresh_token: Option<PlainRefreshToken>,
        nonce: Option<&str>,
    ) -> Result<TokenAnswer, TokenError> {
        let now = self.now();
        let ttl = self.settings().lifetimes.access_token;
        // Nothing outlives the grant it was issued from, nor the login's token where that is only
        // lent: a client that holds a living token could not be told why its calls fail.
        let mut end = now.plus(ttl).min(grant.expires_at);
        if let Some(lent_until) = self.lent_until(grant.id).await? {
            if lent_until <= now {
                self.end_with_upstream(grant.id).await?;
                return Err(TokenError::GrantEnded);
            }
            end = end.min(lent_until);
        }
        let exp = end.as_seconds();
        let iat = now.as_seconds();
        let claims = AccessTokenClaims {
            iss: self.settings().issuer.clone(),
            sub: grant.user_id.to_string(),
            aud: grant.resource.as_str().to_owned(),
            exp,
            iat,
            jti: TokenId::generate(now, self.entropy()).to_string(),
            client_id: grant.client_id.as_str().to_owned(),
            scope: scope.to_string(),
            auth_time: Some(grant.authenticated_at.as_seconds()),
            grant_id: grant.id.to_string(),
        };
        let keys = self.keys().current();
        let key = keys.active();
        let access_token = claims.sign(key).map_err(|_| TokenError::Internal)?;
        let id_token = if self.settings().openid && scope.contains(OPENID) {
            let id_token = IdTokenClaims {
                iss: claims.iss,
                sub: claims.sub,
                aud: claims.client_id,
                exp,
                iat,
                auth_time: claims.auth_time,
                nonce: nonce.map(str::to_owned),
                at_hash: Some(at_hash(key.algorithm(), &access_token)),
                preferred_username: None,
                name: None,
            };
            Some(id_token.sign(key).map_err(|_| TokenError::Internal)?)
        } else {
            None
        };
        Ok(TokenAnswer {
            access_token,
            expires_in: exp - iat,
            scope,
            refresh_token,
            id_token,
        })
    }
}
