//! `/token/introspect` (RFC 7662).

use countersign_domain::{Client, ClientKind, PlainRefreshToken, RefreshTokenState};
use countersign_oauth::client_authentication::ClientCredentials;
use countersign_oauth::params::Params;
use countersign_storage::commands::{FindRefreshToken, FoundRefreshToken};
use serde::Serialize;

use crate::AuthorizationServer;
use crate::access::AccessError;
use crate::client_authentication::ClientAuthenticationError;
use crate::presented_token::{PresentedTokenError, presented_token};
use crate::refusal::Unavailable;

/// The answer (RFC 7662 section 2.2). One that is not active says nothing else, so that the
/// caller cannot tell an expired token from an invented one.
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(flatten)]
    known: Option<Known>,
}

#[derive(Debug, Serialize)]
struct Known {
    scope: String,
    client_id: String,
    sub: String,
    iss: String,
    aud: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

impl AuthorizationServer {
    /// What a token is, for a client that authenticates with a secret.
    ///
    /// A client that the operator configured is a resource server and may ask about any token; a
    /// registered one only about its own.
    pub async fn introspect(
        &self,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<Introspection, PresentedTokenError> {
        let token = presented_token(params)?;
        let credentials = ClientCredentials::extract(authorization, params)
            .map_err(ClientAuthenticationError::from)?;
        let client = self.authenticate_confidential_client(&credentials).await?;
        let known = match PlainRefreshToken::parse(token) {
            Some(token) => self.known_refresh_token(&token).await?,
            None => self.known_access_token(token).await?,
        };
        let known = known.filter(|known| may_ask_about(&client, known));
        Ok(Introspection {
            active: known.is_some(),
            known,
        })
    }

    async fn known_access_token(&self, token: &str) -> Result<Option<Known>, Unavailable> {
        match self.live_access_token(token).await {
            Ok(claims) => Ok(Some(Known {
                scope: claims.scope.clone(),
                client_id: claims.client_id.clone(),
                sub: claims.sub.clone(),
                iss: claims.iss.clone(),
                aud: claims.aud.clone(),
                exp: claims.exp,
                iat: Some(claims.iat),
                jti: Some(claims.jti.clone()),
                token_type: Some("Bearer"),
            })),
            Err(AccessError::InvalidToken(_)) => Ok(None),
            Err(AccessError::Unavailable) => Err(Unavailable),
        }
    }

    async fn known_refresh_token(
        &self,
        token: &PlainRefreshToken,
    ) -> Result<Option<Known>, Unavailable> {
        let now = self.now();
        let Some(found) = self
            .store()
            .read(FindRefreshToken { hash: token.hash() })
            .await?
        else {
            return Ok(None);
        };
        let FoundRefreshToken { token, grant } = found;
        let usable =
            token.state == RefreshTokenState::Leaf && token.expires_at > now && grant.is_live(now);
        Ok(usable.then(|| Known {
            scope: grant.scope.to_string(),
            client_id: grant.client_id.as_str().to_owned(),
            sub: grant.user_id.to_string(),
            iss: self.settings().issuer.clone(),
            aud: grant.resource.as_str().to_owned(),
            exp: token.expires_at.min(grant.expires_at).as_seconds(),
            iat: None,
            jti: None,
            token_type: None,
        }))
    }
}

fn may_ask_about(client: &Client, known: &Known) -> bool {
    client.kind == ClientKind::Configured || known.client_id == client.id.as_str()
}
