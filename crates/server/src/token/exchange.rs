//! Token exchange (RFC 8693): a client that the operator named gets the token for the product's API.

use countersign_domain::{Client, ClientId, EventKind};
use countersign_oauth::client_metadata::GrantType;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::scope::ScopeSet;
use countersign_oauth::token_exchange::TokenExchangeRequest;

use super::TokenError;
use crate::AuthorizationServer;
use crate::access::{AccessError, Principal};
use crate::refusal::Unavailable;
use crate::server::Subject;
use crate::upstream::{UpstreamToken, UpstreamTokenError};

/// A token for the product's API, and for whom it is.
pub struct ExchangedToken {
    /// The token.
    pub token: UpstreamToken,
    /// Its life in seconds from now.
    pub expires_in: i64,
}

/// How an exchange can be refused, beside what every token request can be refused for.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The token that was given is not one of this server's, or not alive (RFC 8693 section 2.2.2).
    #[error("subject_token is not a live access token of this server")]
    SubjectToken,
    /// The client did not receive the token that it presents.
    #[error("this client may not exchange tokens")]
    NotAllowed,
    /// For another audience than the product's API.
    #[error("audience and resource must name the product's API, or be absent")]
    Target,
    /// The person has to sign in again.
    #[error("the person has to sign in again")]
    SignInAgain,
    /// There is no API to have a token for.
    #[error("no API is configured to have a token for: set [api]")]
    NotConfigured,
}

impl ExchangeError {
    pub(super) const fn code(&self) -> ErrorCode {
        match self {
            Self::SubjectToken | Self::NotConfigured => ErrorCode::InvalidRequest,
            Self::NotAllowed => ErrorCode::UnauthorizedClient,
            Self::Target => ErrorCode::InvalidTarget,
            Self::SignInAgain => ErrorCode::InvalidGrant,
        }
    }
}

/// What mcp2's endpoint answered.
pub struct Mcp2Exchange {
    /// `privyAccessToken`.
    pub token: UpstreamToken,
    /// `userId`: the person as the product knows them.
    pub user_id: String,
    /// `scope`.
    pub scope: ScopeSet,
}

impl AuthorizationServer {
    /// Exchanges an access token of any client for the token with which the product's API is called
    /// for its person.
    pub(super) async fn exchange(
        &self,
        client: &Client,
        request: &TokenExchangeRequest,
    ) -> Result<ExchangedToken, TokenError> {
        Self::require_grant_type(client, GrantType::TokenExchange)?;
        let names_api = |target: &String| self.settings().api_names.contains(target);
        if !request.targets.iter().all(names_api) {
            return Err(ExchangeError::Target.into());
        }
        let principal = match self.authenticate(&request.subject_token).await {
            Ok(principal) => principal,
            Err(AccessError::InvalidToken(_)) => return Err(ExchangeError::SubjectToken.into()),
            Err(AccessError::Unavailable) => return Err(Unavailable.into()),
        };
        let token = self.exchanged(&principal, &client.id).await?;
        let expires_in = token.expires_at().as_seconds() - self.now().as_seconds();
        Ok(ExchangedToken { token, expires_in })
    }

    /// The exchange as mcp2 had it: the bearer is the access token itself. Only for a token that was
    /// issued to a client which may exchange, and which therefore proved its secret for it.
    pub async fn exchange_for_mcp2(&self, bearer: &str) -> Result<Mcp2Exchange, TokenError> {
        let principal = match self.authenticate(bearer).await {
            Ok(principal) => principal,
            Err(AccessError::InvalidToken(_)) => return Err(ExchangeError::SubjectToken.into()),
            Err(AccessError::Unavailable) => return Err(Unavailable.into()),
        };
        let client = self.settings().configured_client(&principal.client_id);
        if !client.is_some_and(|client| {
            client
                .metadata
                .grant_types
                .contains(&GrantType::TokenExchange)
        }) {
            return Err(ExchangeError::NotAllowed.into());
        }
        let token = self.exchanged(&principal, &principal.client_id).await?;
        let identity = match principal.user_id {
            Some(user_id) => self.upstream_identity(user_id).await?,
            None => None,
        };
        Ok(Mcp2Exchange {
            token,
            user_id: identity
                .map_or_else(|| principal.subject.clone(), |identity| identity.subject),
            scope: principal.scope.clone(),
        })
    }

    /// The token, with a note of who took it for whom.
    async fn exchanged(
        &self,
        principal: &Principal,
        client: &ClientId,
    ) -> Result<UpstreamToken, TokenError> {
        let token = self
            .upstream_token(principal)
            .await
            .map_err(|error| match error {
                UpstreamTokenError::SignInAgain(_) => ExchangeError::SignInAgain.into(),
                UpstreamTokenError::NotConfigured => ExchangeError::NotConfigured.into(),
                UpstreamTokenError::Unavailable => TokenError::Unavailable(Unavailable),
            })?;
        let subject = Subject {
            client: Some(client),
            user: principal.user_id,
            grant: principal.grant_id,
        };
        let detail = format!("a token of client {} was exchanged", principal.client_id);
        self.record(EventKind::TokenExchanged, subject, &detail)
            .await;
        Ok(token)
    }
}
