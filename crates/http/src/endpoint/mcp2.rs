//! What mcp2 had and this server does otherwise: its callers learn what to do instead.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::scope::Scope;
use countersign_server::token::TokenError;
use serde_json::json;

use super::token::authorization;
use crate::answer::{self, OAuthError};
use crate::site::Shared;

/// Why a bare token of the login is not taken.
const REPLACEMENT: &str = "this server takes no bare Privy token: open \
    GET /authorize?response_type=code&client_id=…&redirect_uri=…&code_challenge=…&code_challenge_method=S256 \
    in the person's browser; they agree and sign in there, and the code arrives at the redirect_uri";

/// `POST /authorize` as mcp2's page sent it: JSON, with a Privy token in it.
pub(crate) fn is_mcp2(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"application/json")
    })
}

/// `POST /authorize/complete`, and what [`is_mcp2`] tells from a form: gone (RFC 9110 section 15.5.11).
pub(crate) async fn complete() -> Response {
    OAuthError::new(ErrorCode::InvalidRequest, REPLACEMENT)
        .with_status(StatusCode::GONE)
        .into_response()
}

/// `POST /token/privy/access-token`: in mcp2's shape, where the operator turned it on.
pub(crate) async fn exchange(State(site): Shared, headers: HeaderMap) -> Response {
    if !site.server.settings().mcp2_exchange {
        return OAuthError::new(
            ErrorCode::InvalidRequest,
            "the login's tokens stay on this server; a confidential client that the operator named uses \
             grant_type=urn:ietf:params:oauth:grant-type:token-exchange at /token",
        )
        .with_status(StatusCode::GONE)
        .into_response();
    }
    let Some(bearer) = bearer(&headers) else {
        return unauthorized("send the access token as a bearer token");
    };
    match site.server.exchange_for_mcp2(bearer).await {
        Ok(exchange) => answer::json(
            StatusCode::OK,
            &json!({
                "privyAccessToken": exchange.token.expose(),
                "expiresAt": exchange.token.expires_at().as_millis(),
                "issuedAt": null,
                "userId": exchange.user_id,
                "scope": exchange.scope.iter().map(Scope::as_str).collect::<Vec<_>>(),
            }),
        ),
        Err(error) => refusal(&error),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = authorization(headers)?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

fn refusal(error: &TokenError) -> Response {
    tracing::info!("exchange for mcp2 refused: {error}");
    match error.code() {
        ErrorCode::InvalidRequest | ErrorCode::InvalidGrant => {
            unauthorized(&error.public_description())
        }
        ErrorCode::UnauthorizedClient => {
            OAuthError::new(ErrorCode::UnauthorizedClient, error.public_description())
                .with_status(StatusCode::FORBIDDEN)
                .into_response()
        }
        code => OAuthError::new(code, error.public_description()).into_response(),
    }
}

fn unauthorized(description: &str) -> Response {
    let mut response = OAuthError::new(ErrorCode::InvalidToken, description)
        .with_status(StatusCode::UNAUTHORIZED)
        .into_response();
    response.headers_mut().insert(
        WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    );
    response
}
