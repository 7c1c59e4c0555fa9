//! `/userinfo` (OpenID Connect Core section 5.3).

use countersign_oauth::scope::{OPENID, PROFILE, ScopeSet};
use countersign_storage::commands::FindUser;
use serde::Serialize;

use crate::AuthorizationServer;
use crate::access::AccessError;
use crate::refusal::Unavailable;

/// How a userinfo request can be refused.
#[derive(Debug, thiserror::Error)]
pub enum UserinfoError {
    /// The token is not accepted.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The token was issued without `openid` (RFC 6750 section 3.1 `insufficient_scope`).
    #[error("the access token does not carry the openid scope")]
    InsufficientScope,
}

/// What the person let the client know.
#[derive(Debug, Serialize)]
pub struct Userinfo {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
}

impl AuthorizationServer {
    /// The claims about the person behind an access token.
    pub async fn userinfo(&self, token: &str) -> Result<Userinfo, UserinfoError> {
        let claims = self.live_access_token(token).await?;
        let scope = ScopeSet::parse(&claims.scope)
            .map_err(|_| AccessError::InvalidToken("the access token is malformed"))?;
        if !scope.contains(OPENID) {
            return Err(UserinfoError::InsufficientScope);
        }
        let preferred_username = if scope.contains(PROFILE) {
            let id = claims
                .sub
                .parse()
                .map_err(|_| AccessError::InvalidToken("the access token is malformed"))?;
            let user = self
                .store()
                .read(FindUser::ById(id))
                .await
                .map_err(Unavailable::from);
            user.map_err(AccessError::from)?
                .map(|user| user.username.to_string())
        } else {
            None
        };
        Ok(Userinfo {
            sub: claims.sub,
            preferred_username,
        })
    }
}
