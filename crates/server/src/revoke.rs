//! `/token/revoke` (RFC 7009).

use countersign_domain::{EndReason, EventKind, PlainRefreshToken, Timestamp};
use countersign_oauth::client_authentication::ClientCredentials;
use countersign_oauth::params::Params;
use countersign_storage::commands::{RevokeAccessToken, RevokeRefreshToken};

use crate::AuthorizationServer;
use crate::client_authentication::ClientAuthenticationError;
use crate::presented_token::{PresentedTokenError, presented_token};
use crate::refusal::Unavailable;
use crate::server::Subject;

impl AuthorizationServer {
    /// Revokes a token of the calling client: a refresh token ends its family, an access token
    /// only itself. A token that is unknown, or another client's, is left alone and answered alike
    /// (RFC 7009 section 2.2).
    pub async fn revoke(
        &self,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<(), PresentedTokenError> {
        let token = presented_token(params)?;
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
