//! A token of this server for the product's API.

use countersign_domain::{Milliseconds, Timestamp, TokenId};
use countersign_jose::access_token::AccessTokenClaims;

use super::{NO_SESSION, UpstreamToken, UpstreamTokenError};
use crate::AuthorizationServer;
use crate::access::Principal;

/// Long enough for one call with its retries; the API needs no revocation list then.
const LIFE: Milliseconds = 5 * 60 * 1000;

impl AuthorizationServer {
    /// Mints a token (RFC 9068) whose subject is the person as the product knows them. The token
    /// that the client sent is not it: that one is for this server alone. In place of one that the
    /// API `refused` there is none, since the next would be refused as well.
    pub(super) async fn minted_token(
        &self,
        principal: &Principal,
        audience: &str,
        refused: Option<&UpstreamToken>,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        if refused.is_some() {
            let issuer = &self.settings().issuer;
            tracing::error!(
                "the product's API refuses a token that this server minted for it; the API must check `iss` against {issuer}, `aud` against {audience}, and the signature with the keys at {issuer}/.well-known/jwks.json, read anew when it does not know a `kid`"
            );
            return Err(UpstreamTokenError::Unavailable);
        }
        let (Some(user_id), Some(grant_id)) = (principal.user_id, principal.grant_id) else {
            return Err(UpstreamTokenError::SignInAgain(NO_SESSION));
        };
        let identity = self.upstream_identity(user_id).await?;
        let now = self.now();
        let exp = now.plus(LIFE).as_seconds();
        let claims = AccessTokenClaims {
            iss: self.settings().issuer.clone(),
            sub: identity.map_or_else(|| user_id.to_string(), |identity| identity.subject),
            aud: audience.to_owned(),
            exp,
            iat: now.as_seconds(),
            jti: TokenId::generate(now, self.entropy()).to_string(),
            client_id: principal.client_id.as_str().to_owned(),
            scope: principal.scope.to_string(),
            auth_time: None,
            grant_id: grant_id.to_string(),
        };
        let token = claims
            .sign(self.keys().current().active())
            .map_err(|fault| {
                tracing::error!(error = %fault, "a token for the product's API could not be signed");
                UpstreamTokenError::Unavailable
            })?;
        let expires_at = Timestamp::from_millis(exp.saturating_mul(1000));
        Ok(UpstreamToken::new(token, expires_at))
    }
}
