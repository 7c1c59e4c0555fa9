//! The token request (RFC 6749 §4.1.3, §6), read from its parameters.

use std::fmt;

use crate::error::ErrorCode;
use crate::params::{DuplicateParameter, Params};
use crate::pkce::{CodeVerifier, InvalidCodeVerifier};
use crate::scope::{InvalidScope, ScopeSet};
use crate::token_exchange::{self, TokenExchangeError, TokenExchangeRequest};

/// A well-formed token request. Whether the client may use the grant type, and whether the code or
/// the refresh token is good, is for the caller to find out. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// `grant_type=authorization_code`.
    AuthorizationCode {
        /// The code to redeem.
        code: String,
        /// Sent by OAuth 2.0 clients; has to be the one of the authorization request then.
        redirect_uri: Option<String>,
        /// The verifier that the code's challenge was made from.
        code_verifier: CodeVerifier,
        /// The values of `resource`, equal or not.
        resource: Vec<String>,
        /// Not in RFC 6749; some clients send it, and it must not widen the grant.
        scope: Option<ScopeSet>,
    },
    /// `grant_type=refresh_token`.
    RefreshToken {
        /// The refresh token to rotate.
        refresh_token: String,
        /// The narrower scope that is asked for; `None` means all of the grant's.
        scope: Option<ScopeSet>,
        /// The values of `resource`, equal or not; empty means the grant's.
        resource: Vec<String>,
    },
    /// `grant_type=urn:ietf:params:oauth:grant-type:token-exchange`.
    TokenExchange(TokenExchangeRequest),
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthorizationCode {
                redirect_uri,
                resource,
                scope,
                ..
            } => f
                .debug_struct("AuthorizationCode")
                .field("redirect_uri", redirect_uri)
                .field("resource", resource)
                .field("scope", scope)
                .finish_non_exhaustive(),
            Self::RefreshToken {
                scope, resource, ..
            } => f
                .debug_struct("RefreshToken")
                .field("scope", scope)
                .field("resource", resource)
                .finish_non_exhaustive(),
            Self::TokenExchange(request) => request.fmt(f),
        }
    }
}

/// Which rule a token request breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRequestError {
    /// A parameter other than `resource` was sent more than once (RFC 6749 §3.2).
    #[error(transparent)]
    Duplicate(#[from] DuplicateParameter),
    /// A required parameter is missing; holds its name.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The grant type is not one of this server's.
    #[error("grant_type must be `authorization_code` or `refresh_token`")]
    UnsupportedGrantType,
    /// A token exchange that breaks a rule of its own.
    #[error(transparent)]
    TokenExchange(#[from] TokenExchangeError),
    /// `code_verifier` breaks the grammar. Told apart from a wrong one, which is `invalid_grant`:
    /// a request that no verifier's owner can have sent does not get as far as the code.
    #[error(transparent)]
    MalformedCodeVerifier(#[from] InvalidCodeVerifier),
    /// `scope` breaks the grammar.
    #[error(transparent)]
    MalformedScope(#[from] InvalidScope),
}

impl TokenRequestError {
    /// The `error` of the token error response.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Duplicate(_)
            | Self::Missing(_)
            | Self::MalformedCodeVerifier(_)
            | Self::TokenExchange(_) => ErrorCode::InvalidRequest,
            Self::UnsupportedGrantType => ErrorCode::UnsupportedGrantType,
            Self::MalformedScope(_) => ErrorCode::InvalidScope,
        }
    }
}

impl TokenRequest {
    /// Reads the request from the parameters of the body. Client credentials among them are read
    /// by [`ClientCredentials`](crate::client_authentication::ClientCredentials).
    pub fn parse(params: &Params) -> Result<Self, TokenRequestError> {
        if params.get("grant_type") == Ok(Some(token_exchange::GRANT_TYPE)) {
            return Ok(Self::TokenExchange(TokenExchangeRequest::parse(params)?));
        }
        if let Some(name) = params.first_duplicate(&["resource"]) {
            return Err(DuplicateParameter(name.to_owned()).into());
        }
        let resource = params
            .all("resource")
            .into_iter()
            .map(str::to_owned)
            .collect();
        match required(params, "grant_type")? {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: required(params, "code")?.to_owned(),
                redirect_uri: params.get("redirect_uri")?.map(str::to_owned),
                code_verifier: CodeVerifier::parse(required(params, "code_verifier")?)?,
                resource,
                scope: scope(params)?,
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                refresh_token: required(params, "refresh_token")?.to_owned(),
                scope: scope(params)?,
                resource,
            }),
            _ => Err(TokenRequestError::UnsupportedGrantType),
        }
    }
}

fn required<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, TokenRequestError> {
    params.get(name)?.ok_or(TokenRequestError::Missing(name))
}

fn scope(params: &Params) -> Result<Option<ScopeSet>, TokenRequestError> {
    let scope = params.get("scope")?.map(ScopeSet::parse).transpose()?;
    Ok(scope.filter(|scope| !scope.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{TokenRequest, TokenRequestError};
    use crate::error::ErrorCode;
    use crate::params::Params;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn parse(body: &str) -> Result<TokenRequest, TokenRequestError> {
        TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap())
    }

    #[track_caller]
    fn refused(body: &str) -> ErrorCode {
        parse(body).unwrap_err().code()
    }

    #[test]
    fn reads_an_authorization_code_request() {
        let body = format!(
            "grant_type=authorization_code&code=c0de&code_verifier={VERIFIER}&client_id=c1\
             &redirect_uri=https%3A%2F%2Fa.example%2Fcb&resource=r&resource=r&scope=b+a"
        );
        let Ok(TokenRequest::AuthorizationCode {
            code,
            redirect_uri,
            resource,
            scope,
            ..
        }) = parse(&body)
        else {
            panic!("an authorization code request");
        };
        assert_eq!(code, "c0de");
        assert_eq!(redirect_uri.as_deref(), Some("https://a.example/cb"));
        assert_eq!(resource, ["r", "r"]);
        assert_eq!(scope.unwrap().to_string(), "b a");
    }

    #[test]
    fn reads_a_refresh_request_without_resource_and_scope() {
        let request = parse("grant_type=refresh_token&refresh_token=rt&scope=").unwrap();
        let expected = TokenRequest::RefreshToken {
            refresh_token: "rt".to_owned(),
            scope: None,
            resource: vec![],
        };
        assert_eq!(request, expected);
    }

    #[test]
    fn missing_grant_type_is_an_invalid_request() {
        assert_eq!(refused("code=c"), ErrorCode::InvalidRequest);
        assert_eq!(refused(""), ErrorCode::InvalidRequest);
        assert_eq!(refused("grant_type="), ErrorCode::InvalidRequest);
    }

    #[test]
    fn unknown_grant_type_is_unsupported() {
        for grant in [
            "password",
            "client_credentials",
            "implicit",
            "AUTHORIZATION_CODE",
            "x",
        ] {
            assert_eq!(
                refused(&format!("grant_type={grant}")),
                ErrorCode::UnsupportedGrantType,
                "{grant}"
            );
        }
    }

    #[test]
    fn any_duplicate_is_an_invalid_request() {
        for duplicate in [
            "code=c",
            "client_id=x&client_id=x",
            "grant_type=",
            "unknown=1&unknown=1",
        ] {
            let body = format!(
                "grant_type=authorization_code&code=c&code_verifier={VERIFIER}&{duplicate}"
            );
            assert!(
                matches!(parse(&body), Err(TokenRequestError::Duplicate(_))),
                "{duplicate}"
            );
        }
    }

    #[test]
    fn missing_verifier_is_an_invalid_request() {
        assert_eq!(
            refused("grant_type=authorization_code&code=c"),
            ErrorCode::InvalidRequest
        );
    }

    #[test]
    fn malformed_verifier_is_an_invalid_request() {
        for verifier in [
            "a".repeat(42),
            "a".repeat(129),
            "%2B".repeat(43),
            "%7B%7D".to_owned(),
        ] {
            let body = format!("grant_type=authorization_code&code=c&code_verifier={verifier}");
            assert_eq!(refused(&body), ErrorCode::InvalidRequest, "{verifier}");
        }
    }

    #[test]
    fn array_and_object_syntax_leave_the_parameter_missing() {
        let body = format!("grant_type=authorization_code&code[a]=1&code_verifier={VERIFIER}");
        assert_eq!(parse(&body), Err(TokenRequestError::Missing("code")));
    }

    #[test]
    fn malformed_scope_is_an_invalid_scope() {
        assert_eq!(
            refused("grant_type=refresh_token&refresh_token=r&scope=%22"),
            ErrorCode::InvalidScope
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let code = parse(&format!(
            "grant_type=authorization_code&code=s3cret&code_verifier={VERIFIER}"
        ))
        .unwrap();
        let refresh = parse("grant_type=refresh_token&refresh_token=s3cret").unwrap();
        for shown in [format!("{code:?}"), format!("{refresh:?}")] {
            assert!(
                !shown.contains("s3cret") && !shown.contains(VERIFIER),
                "{shown}"
            );
        }
    }
}
