//! The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, OpenID Connect Core
//! §3.1.2.1), in the two steps that decide where its errors go.
//!
//! [`Presented::read`] finds out who asks and where the answer would go. Until the caller knows
//! that client and that redirect URI, every error is a page and never a redirect. From then on
//! [`AuthorizationRequest::check`] reads the rest, and every error is sent to the redirect URI.

mod check;
mod prompt;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::check::{AuthorizationRequestError, AuthorizationRules};
pub use self::prompt::Prompt;
use crate::params::{DuplicateParameter, Params};
use crate::pkce::CodeChallenge;
use crate::redirect_uri::RedirectUri;
use crate::resource::Resource;
use crate::scope::ScopeSet;

/// A validated authorization request, as an interaction stores it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client that asks.
    pub client_id: String,
    /// Where the answer goes, with the port that the client listens on this time.
    pub redirect_uri: RedirectUri,
    /// What is asked for and may be granted; never more than was requested.
    pub scope: ScopeSet,
    /// The client's own value, echoed as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The protected resource that tokens will be for.
    pub resource: Resource,
    /// What the code verifier will be checked against.
    pub code_challenge: CodeChallenge,
    /// The client's own value, echoed in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Which pages the client asks for, or asks to do without.
    #[serde(default)]
    pub prompt: Prompt,
    /// Whom the client expects to sign in: a hint for the form, never an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
}

/// Leaves out what the client may treat as secret (`state`, `nonce`) or names a person.
impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri.as_str())
            .field("scope", &self.scope.to_string())
            .field("resource", &self.resource.as_str())
            .field("prompt", &self.prompt)
            .finish_non_exhaustive()
    }
}

/// Who asks and where the answer would go, as sent and not yet known to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented<'a> {
    /// `client_id`.
    pub client_id: &'a str,
    /// `redirect_uri`, to be looked up with
    /// [`RedirectUri::presented`](crate::redirect_uri::RedirectUri::presented).
    pub redirect_uri: &'a str,
}

/// Client or redirect URI cannot even be looked up. Answered with a page: there is nowhere to
/// redirect to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresentedError {
    /// `client_id` is missing.
    #[error("client_id is missing")]
    MissingClientId,
    /// `redirect_uri` is missing. Required even where only one is registered (OAuth 2.1 §4.1.1
    /// would allow a default): what the answer is bound to is then always what was asked for.
    #[error("redirect_uri is missing")]
    MissingRedirectUri,
    /// One of the two was sent more than once.
    #[error(transparent)]
    Duplicate(#[from] DuplicateParameter),
}

impl<'a> Presented<'a> {
    /// Reads `client_id` and `redirect_uri`, and nothing else: no other fault of the request may
    /// be reported before these two are known to be good.
    pub fn read(params: &'a Params) -> Result<Self, PresentedError> {
        let client_id = params
            .get("client_id")?
            .ok_or(PresentedError::MissingClientId)?;
        let redirect_uri = params
            .get("redirect_uri")?
            .ok_or(PresentedError::MissingRedirectUri)?;
        Ok(Self {
            client_id,
            redirect_uri,
        })
    }
}

/// The `state` to echo, also beside an error of the rest of the request. A duplicated one is not
/// echoed: there is no exact value to return.
pub fn state(params: &Params) -> Option<&str> {
    params.get("state").ok().flatten()
}
