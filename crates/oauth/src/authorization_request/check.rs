//! The rules for everything behind client and redirect URI.

use super::{AuthorizationRequest, Prompt};
use crate::error::ErrorCode;
use crate::params::{DuplicateParameter, Params};
use crate::pkce::{CodeChallenge, InvalidCodeChallenge, S256};
use crate::redirect_uri::RedirectUri;
use crate::resource::{InvalidTarget, ResourceRule};
use crate::scope::{InvalidScope, ScopeSet};

/// What this server and the client's registration allow.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRules<'a> {
    /// The scopes that the client may be granted: its registered ones within the catalogue.
    pub allowed: &'a ScopeSet,
    /// The scopes of a request that names none.
    pub default: &'a ScopeSet,
    /// The protected resource and its spellings.
    pub resource: &'a ResourceRule,
}

/// Which rule a request from a known client with a known redirect URI breaks. Always answered by a
/// redirect that carries [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRequestError {
    /// A parameter other than `resource` was sent more than once (RFC 6749 §3.1).
    #[error(transparent)]
    Duplicate(#[from] DuplicateParameter),
    /// `request` (RFC 9101) is not supported.
    #[error("request objects are not supported")]
    RequestObject,
    /// `request_uri` (RFC 9101) is not supported, and not fetched.
    #[error("request_uri is not supported")]
    RequestUri,
    /// `registration` (OpenID Connect Core §7.2.1) is not supported.
    #[error("the registration parameter is not supported")]
    Registration,
    /// `response_type` is missing.
    #[error("response_type is missing")]
    MissingResponseType,
    /// `response_type` is not `code`.
    #[error("response_type must be `code`")]
    UnsupportedResponseType,
    /// `response_mode` is not `query`.
    #[error("response_mode must be `query`")]
    UnsupportedResponseMode,
    /// `code_challenge` is missing (OAuth 2.1 §4.1.1).
    #[error("code_challenge is missing: PKCE with S256 is required")]
    MissingCodeChallenge,
    /// `code_challenge_method` is missing, which would mean `plain`, or not S256.
    #[error("code_challenge_method must be `S256`")]
    UnsupportedCodeChallengeMethod,
    /// `code_challenge` cannot be a SHA-256.
    #[error(transparent)]
    MalformedCodeChallenge(#[from] InvalidCodeChallenge),
    /// `resource` names nothing of this server.
    #[error(transparent)]
    Target(#[from] InvalidTarget),
    /// `scope` breaks the grammar.
    #[error(transparent)]
    MalformedScope(#[from] InvalidScope),
    /// None of the requested scopes may be granted to this client.
    #[error("none of the requested scopes can be granted")]
    NoGrantableScope,
    /// `prompt=none` beside another value.
    #[error("prompt `none` excludes every other value")]
    ContradictoryPrompt,
}

impl AuthorizationRequestError {
    /// The `error` of the authorization response.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::RequestObject => ErrorCode::RequestNotSupported,
            Self::RequestUri => ErrorCode::RequestUriNotSupported,
            Self::Registration => ErrorCode::RegistrationNotSupported,
            Self::UnsupportedResponseType => ErrorCode::UnsupportedResponseType,
            Self::Target(_) => ErrorCode::InvalidTarget,
            Self::MalformedScope(_) | Self::NoGrantableScope => ErrorCode::InvalidScope,
            Self::Duplicate(_)
            | Self::MissingResponseType
            | Self::UnsupportedResponseMode
            | Self::MissingCodeChallenge
            | Self::UnsupportedCodeChallengeMethod
            | Self::MalformedCodeChallenge(_)
            | Self::ContradictoryPrompt => ErrorCode::InvalidRequest,
        }
    }
}

impl AuthorizationRequest {
    /// Checks what is left of the request, once the caller has found the client and turned the
    /// presented redirect URI into a registered one.
    ///
    /// Parameters that this server does not know are ignored (RFC 6749 §3.1).
    pub fn check(
        params: &Params,
        client_id: String,
        redirect_uri: RedirectUri,
        rules: AuthorizationRules<'_>,
    ) -> Result<Self, AuthorizationRequestError> {
        if let Some(name) = params.first_duplicate(&["resource"]) {
            return Err(DuplicateParameter(name.to_owned()).into());
        }
        check_unsupported(params)?;
        check_response(params)?;
        Ok(Self {
            client_id,
            redirect_uri,
            code_challenge: code_challenge(params)?,
            resource: rules.resource.resolve(&params.all("resource"))?,
            scope: scope(params, rules)?,
            prompt: prompt(params)?,
            state: owned(params, "state")?,
            nonce: owned(params, "nonce")?,
            login_hint: owned(params, "login_hint")?,
        })
    }
}

fn owned(params: &Params, name: &str) -> Result<Option<String>, DuplicateParameter> {
    Ok(params.get(name)?.map(str::to_owned))
}

/// These parameters would change what is asked for; to ignore them would be to answer another
/// request than the one that was sent.
fn check_unsupported(params: &Params) -> Result<(), AuthorizationRequestError> {
    for (name, error) in [
        ("request", AuthorizationRequestError::RequestObject),
        ("request_uri", AuthorizationRequestError::RequestUri),
        ("registration", AuthorizationRequestError::Registration),
    ] {
        if params.get(name)?.is_some() {
            return Err(error);
        }
    }
    Ok(())
}

fn check_response(params: &Params) -> Result<(), AuthorizationRequestError> {
    match params.get("response_type")? {
        None => return Err(AuthorizationRequestError::MissingResponseType),
        Some("code") => {}
        Some(_) => return Err(AuthorizationRequestError::UnsupportedResponseType),
    }
    match params.get("response_mode")? {
        None | Some("query") => Ok(()),
        Some(_) => Err(AuthorizationRequestError::UnsupportedResponseMode),
    }
}

fn code_challenge(params: &Params) -> Result<CodeChallenge, AuthorizationRequestError> {
    let challenge = params
        .get("code_challenge")?
        .ok_or(AuthorizationRequestError::MissingCodeChallenge)?;
    if params.get("code_challenge_method")? != Some(S256) {
        return Err(AuthorizationRequestError::UnsupportedCodeChallengeMethod);
    }
    Ok(CodeChallenge::parse(challenge)?)
}

/// The grantable part of what is asked for. Unknown scopes beside known ones are dropped, because
/// clients ask for whatever they have seen elsewhere; the token response says what was granted.
fn scope(
    params: &Params,
    rules: AuthorizationRules<'_>,
) -> Result<ScopeSet, AuthorizationRequestError> {
    let requested = params.get("scope")?.map(ScopeSet::parse).transpose()?;
    let requested = requested.filter(|scope| !scope.is_empty());
    let grantable = requested
        .as_ref()
        .unwrap_or(rules.default)
        .intersection(rules.allowed);
    if grantable.is_empty() {
        Err(AuthorizationRequestError::NoGrantableScope)
    } else {
        Ok(grantable)
    }
}

fn prompt(params: &Params) -> Result<Prompt, AuthorizationRequestError> {
    match params.get("prompt")? {
        None => Ok(Prompt::default()),
        Some(list) => Prompt::parse(list).ok_or(AuthorizationRequestError::ContradictoryPrompt),
    }
}
