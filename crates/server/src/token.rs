//! `/token`: a grant becomes tokens (RFC 6749 section 5).

mod authorization_code;
mod exchange;
mod issue;
mod refresh_token;

use authorization_code::Presented;
use countersign_domain::{Client, PlainRefreshToken};
use countersign_oauth::client_authentication::ClientCredentials;
use countersign_oauth::client_metadata::GrantType;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::params::Params;
use countersign_oauth::resource::InvalidTarget;
use countersign_oauth::scope::ScopeSet;
use countersign_oauth::token_request::{TokenRequest, TokenRequestError};
pub use exchange::{ExchangeError, ExchangedToken, Mcp2Exchange};

use crate::AuthorizationServer;
use crate::client_authentication::ClientAuthenticationError;
use crate::refusal::Unavailable;

/// A successful answer of the token endpoint (RFC 6749 section 5.1). All of `expires_in`, `scope`
/// and `token_type` are always there: clients refresh early and step up by them.
pub struct TokenAnswer {
    /// The access token (RFC 9068).
    pub access_token: String,
    /// Its life in seconds.
    pub expires_in: i64,
    /// What it allows.
    pub scope: ScopeSet,
    /// The refresh token, for clients that registered the grant type.
    pub refresh_token: Option<PlainRefreshToken>,
    /// The ID token, when `openid` was granted.
    pub id_token: Option<String>,
}

/// What a token request comes to.
pub enum TokenResponse {
    /// Tokens of a grant.
    Issued(TokenAnswer),
    /// A token for the product's API (RFC 8693 section 2.2.1).
    Exchanged(ExchangedToken),
}

/// How a token request can be refused. The variants of one code differ for the operator; the
/// client learns only the code, so that a guess teaches nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The request itself is wrong.
    #[error(transparent)]
    Request(#[from] TokenRequestError),
    /// The client is not believed.
    #[error(transparent)]
    Client(#[from] ClientAuthenticationError),
    /// The client did not register this grant type.
    #[error("the client did not register this grant type")]
    GrantTypeNotRegistered,
    /// No code or refresh token by that value, or one that nothing is left of.
    #[error("the code or token is unknown")]
    Unknown,
    /// It was issued to another client.
    #[error("the code or token was issued to another client")]
    WrongClient,
    /// The redirect URI is another than the one the code was sent to (RFC 6749 section 4.1.3).
    #[error("the redirect_uri differs from the one of the authorization request")]
    RedirectUriMismatch,
    /// The verifier does not match the challenge (RFC 7636 section 4.6).
    #[error("the code_verifier does not match the code_challenge")]
    PkceVerifierMismatch,
    /// Too old.
    #[error("the code or token has expired")]
    Expired,
    /// It was used before, a moment ago: most likely the client's own retry.
    #[error("the code was redeemed a moment ago")]
    AlreadyRedeemed,
    /// It was used before; the grant ended because of it (RFC 9700 section 4.14.2).
    #[error("the code or token was used before, so the grant has ended")]
    Replayed,
    /// The grant has ended: disconnected, revoked, account disabled.
    #[error("the grant has ended")]
    GrantEnded,
    /// Another resource than the granted one (RFC 8707 section 2.2).
    #[error(transparent)]
    Resource(#[from] InvalidTarget),
    /// More than was granted (RFC 6749 section 6).
    #[error("the scope goes beyond what was granted")]
    ScopeExceedsGrant,
    /// A token exchange breaks a rule of its own.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The token could not be signed or unsealed.
    #[error("internal error")]
    Internal,
    /// The store could not answer; the grant is untouched.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl TokenError {
    /// The OAuth error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Request(error) => error.code(),
            Self::Client(error) => error.code(),
            Self::GrantTypeNotRegistered => ErrorCode::UnauthorizedClient,
            Self::Unknown
            | Self::WrongClient
            | Self::RedirectUriMismatch
            | Self::PkceVerifierMismatch
            | Self::Expired
            | Self::AlreadyRedeemed
            | Self::Replayed
            | Self::GrantEnded => ErrorCode::InvalidGrant,
            Self::Resource(_) => ErrorCode::InvalidTarget,
            Self::ScopeExceedsGrant => ErrorCode::InvalidScope,
            Self::Exchange(error) => error.code(),
            Self::Internal => ErrorCode::ServerError,
            Self::Unavailable(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// What the client may read.
    pub fn public_description(&self) -> String {
        match self.code() {
            ErrorCode::InvalidGrant if !matches!(self, Self::Exchange(_)) => {
                "the authorization code or refresh token is invalid, expired, revoked or was \
                 issued to another client; start a new authorization request"
                    .to_owned()
            }
            ErrorCode::ServerError => "internal error".to_owned(),
            _ => self.to_string(),
        }
    }
}

impl AuthorizationServer {
    /// Answers a token request.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<TokenResponse, TokenError> {
        // RFC 6749 section 3.2: no parameter twice; `resource` alone may repeat (RFC 8707).
        let request = TokenRequest::parse(params)?;
        let credentials = ClientCredentials::extract(authorization, params)
            .map_err(ClientAuthenticationError::from)?;
        let client = self.authenticate_client(&credentials).await?;
        let answer = match request {
            TokenRequest::AuthorizationCode {
                code,
                redirect_uri,
                code_verifier,
                resource,
                scope,
            } => {
                let presented = Presented {
                    code,
                    redirect_uri,
                    code_verifier,
                    resource,
                    scope,
                };
                self.redeem(&client, &presented)
                    .await
                    .map(TokenResponse::Issued)
            }
            TokenRequest::RefreshToken {
                refresh_token,
                scope,
                resource,
            } => self
                .rotate(&client, &refresh_token, scope, &resource)
                .await
                .map(TokenResponse::Issued),
            TokenRequest::TokenExchange(request) => self
                .exchange(&client, &request)
                .await
                .map(TokenResponse::Exchanged),
        };
        if let Err(error) = &answer {
            tracing::info!(
                client.id = client.id.as_str(),
                error.code = error.code().as_str(),
                "token request refused: {error}"
            );
        }
        answer
    }

    fn require_grant_type(client: &Client, grant_type: GrantType) -> Result<(), TokenError> {
        if client.metadata.grant_types.contains(&grant_type) {
            Ok(())
        } else {
            Err(TokenError::GrantTypeNotRegistered)
        }
    }

    fn require_resource(&self, presented: &[String]) -> Result<(), TokenError> {
        let presented: Vec<&str> = presented.iter().map(String::as_str).collect();
        self.settings().resource.resolve(&presented)?;
        Ok(())
    }
}
