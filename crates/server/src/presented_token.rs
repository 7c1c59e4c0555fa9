//! What introspection and revocation share: a client presents one token (RFC 7662 section 2.1,
//! RFC 7009 section 2.1).

use countersign_oauth::error::ErrorCode;
use countersign_oauth::params::Params;

use crate::client_authentication::ClientAuthenticationError;
use crate::refusal::Unavailable;

/// How the presentation of a token can be refused. A token that is unknown, expired or another
/// client's is no refusal.
#[derive(Debug, thiserror::Error)]
pub enum PresentedTokenError {
    /// `token` is missing.
    #[error("token is missing")]
    Missing,
    /// A parameter is there twice.
    #[error("{0} is there twice")]
    Duplicate(String),
    /// The client is not believed.
    #[error(transparent)]
    Client(#[from] ClientAuthenticationError),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl PresentedTokenError {
    /// The OAuth error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Missing | Self::Duplicate(_) => ErrorCode::InvalidRequest,
            Self::Client(error) => error.code(),
            Self::Unavailable(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// Whether the answer carries a Basic challenge.
    pub fn wants_basic_challenge(&self) -> bool {
        matches!(self, Self::Client(error) if error.wants_basic_challenge())
    }
}

/// The one `token` of a request in which nothing stands twice.
pub(crate) fn presented_token(params: &Params) -> Result<&str, PresentedTokenError> {
    if let Some(name) = params.first_duplicate(&[]) {
        return Err(PresentedTokenError::Duplicate(name.to_owned()));
    }
    match params.get("token") {
        Ok(Some(token)) => Ok(token),
        _ => Err(PresentedTokenError::Missing),
    }
}
