//! Client authentication at the token, introspection and revocation endpoints (RFC 6749
//! section 2.3).

use countersign_domain::{Client, ClientId, ClientKind, PlainClientSecret};
use countersign_oauth::client_authentication::{
    ClientAuthenticationError as CredentialsError, ClientCredentials,
};
use countersign_oauth::client_metadata::TokenEndpointAuthMethod;
use countersign_oauth::error::ErrorCode;

use crate::AuthorizationServer;
use crate::client_assertion::AssertionError;
use crate::clients::ClientError;
use crate::refusal::Unavailable;

/// Why a client is not believed.
#[derive(Debug, thiserror::Error)]
pub enum ClientAuthenticationError {
    /// The credentials cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// Nobody by that id. 401, also without Basic, because clients register anew on
    /// `invalid_client` and on nothing else.
    #[error("no client with this client_id is registered here")]
    UnknownClient {
        /// The client used Basic, and is answered with its challenge.
        basic: bool,
    },
    /// Another method than the registered one (a downgrade, RFC 9700 section 2.5).
    #[error("the client registered another token_endpoint_auth_method")]
    WrongMethod {
        /// The client used Basic.
        basic: bool,
    },
    /// The secret is wrong.
    #[error("the client secret is wrong")]
    WrongSecret {
        /// The client used Basic.
        basic: bool,
    },
    /// The assertion is no good.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// This endpoint is for clients that hold a secret or a key.
    #[error("this endpoint needs a client that authenticates with a secret or a key")]
    PublicClient,
    /// It cannot be said who the client is.
    #[error(transparent)]
    Client(ClientError),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl ClientAuthenticationError {
    /// The OAuth error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Credentials(error) => error.code(),
            Self::UnknownClient { .. }
            | Self::WrongMethod { .. }
            | Self::WrongSecret { .. }
            | Self::Assertion(_)
            | Self::PublicClient => ErrorCode::InvalidClient,
            Self::Client(error) if !error.is_transient() => ErrorCode::InvalidClient,
            Self::Client(_) | Self::Unavailable(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// Whether the answer carries a Basic challenge (RFC 6749 section 5.2).
    pub fn wants_basic_challenge(&self) -> bool {
        match self {
            Self::Credentials(error) => error.is_basic_challenge_due(),
            Self::UnknownClient { basic }
            | Self::WrongMethod { basic }
            | Self::WrongSecret { basic } => *basic,
            Self::PublicClient => true,
            Self::Assertion(_) | Self::Client(_) | Self::Unavailable(_) => false,
        }
    }
}

impl From<ClientError> for ClientAuthenticationError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Unavailable(unavailable) => Self::Unavailable(unavailable),
            error => Self::Client(error),
        }
    }
}

impl AuthorizationServer {
    /// The client that presents these credentials, by the method it registered and no other.
    pub async fn authenticate_client(
        &self,
        credentials: &ClientCredentials,
    ) -> Result<Client, ClientAuthenticationError> {
        use TokenEndpointAuthMethod as Method;
        let (id, method, secret) = match credentials {
            ClientCredentials::None { client_id } => (client_id, Method::None, None),
            ClientCredentials::Basic { client_id, secret } => {
                (client_id, Method::ClientSecretBasic, Some(secret))
            }
            ClientCredentials::Post { client_id, secret } => {
                (client_id, Method::ClientSecretPost, Some(secret))
            }
            ClientCredentials::Assertion {
                client_id,
                assertion_type,
                assertion,
            } => {
                let client_id = client_id.as_deref();
                return self
                    .authenticate_by_assertion(client_id, assertion_type, assertion)
                    .await;
            }
        };
        let basic = method == Method::ClientSecretBasic;
        let client = self
            .recall_client(&ClientId::new(id.clone()))
            .await?
            .ok_or(ClientAuthenticationError::UnknownClient { basic })?;
        // An operator writes down a secret, not a method: either form of it will do.
        let either_form =
            client.kind == ClientKind::Configured && client.secret.is_some() && secret.is_some();
        if !either_form && !client.metadata.authenticates_with(method) {
            return Err(ClientAuthenticationError::WrongMethod { basic });
        }
        match (&client.secret, secret) {
            (None, None) => Ok(client),
            (Some(expected), Some(presented))
                if *expected == PlainClientSecret::hash_presented(presented) =>
            {
                Ok(client)
            }
            _ => Err(ClientAuthenticationError::WrongSecret { basic }),
        }
    }

    /// Like [`Self::authenticate_client`], for endpoints that a public client may not use.
    pub async fn authenticate_confidential_client(
        &self,
        credentials: &ClientCredentials,
    ) -> Result<Client, ClientAuthenticationError> {
        if let ClientCredentials::None { .. } = credentials {
            return Err(ClientAuthenticationError::PublicClient);
        }
        self.authenticate_client(credentials).await
    }
}
