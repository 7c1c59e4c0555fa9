//! `/token/revoke` (RFC 7009).

use countersign_domain::{EndReason, EventKind, PlainRefreshToken, Timestamp};
use countersign_oauth::client_authentication::ClientCredentials;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::params::Params;
use countersign_storage::commands::{RevokeAccessToken, RevokeRefreshToken};

use crate::AuthorizationServer;
use crate::client_authentication::ClientAuthenticationError;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// How a revocation can be refused. A token that is unknown, or another client's, is no refusal:
/// it is answered 200 like any other (RFC 7009 section 2.2), and nothing happens.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// `token` is missing, or a parameter is there twice.
    #[error("{0}")]
    Malformed(String),
    /// The client is not believed.
    #[error(transparent)]
    Client(#[from] ClientAuthenticationError),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl RevokeError {
    /// The OAuth error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed(_) => ErrorCode::InvalidRequest,
            Self::Client(error) => error.code(),
            Self::Unavailable(_) => ErrorCode::TemporarilyUnavailable,
        }
    }
}

impl AuthorizationServer {
    /// Revokes a token of the calling client: a refresh token ends its family, an access token
    /// only itself.
    pub async fn revoke(
        &self,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<(), RevokeError> {
        let token = single_token(params).map_err(RevokeError::Malformed)?;
        let credentials = ClientCredentials::extract(authorization, params)
            .map_err(ClientAuthenticationError::from)?;
        let client = self.authenticate_client(&credentials).await?;
        let now = self.now();
        if let Some(refresh_token) = PlainRefreshToken::parse(token) {
            let revoke = RevokeRefreshToken {
                hash: refresh_token.hash(),
                client_id: client.id.clone(),
                now,
            };
            let ended = self
                .store()
                .execute(revoke)
                .await
                .map_err(Unavailable::from)?;
            if let Some(grant) = ended {
                let subject = Subject {
                    client: Some(&client.id),
                    user: Some(grant.user_id),
                    grant: Some(grant.id),
                };
                let reason = EndReason::RevokedByClient;
                self.record(EventKind::GrantEnded, subject, reason.as_str())
                    .await;
            }
        } else if let Ok(claims) = self.verify_access_token(token).await
            && claims.client_id == client.id.as_str()
            && let Ok(jti) = claims.jti.parse()
        {
            let revoke = RevokeAccessToken {
                jti,
                expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)),
            };
            self.store()
                .execute(revoke)
                .await
                .map_err(Unavailable::from)?;
        }
        Ok(())
    }
}

/// The one `token` parameter of a request; anything else in it may stand only once.
pub(crate) fn single_token(params: &Params) -> Result<&str, String> {
    if let Some(name) = params.first_duplicate(&[]) {
        return Err(format!("{name} is there twice"));
    }
    match params.get("token") {
        Ok(Some(token)) => Ok(token),
        _ => Err("token is missing".to_owned()),
    }
}
