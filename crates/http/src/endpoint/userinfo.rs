//! `GET` and `POST /userinfo` (OpenID Connect Core section 5.3).

use axum::extract::State;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_oauth::scope::ScopeSet;
use countersign_oauth::www_authenticate::{BearerChallenge, BearerError};
use countersign_server::access::AccessError;
use countersign_server::userinfo::UserinfoError;

use super::not_found;
use super::token::authorization;
use crate::answer::json;
use crate::headers::no_store;
use crate::site::Shared;

pub(crate) async fn get(State(site): Shared, headers: HeaderMap) -> Response {
    if !site.server.settings().openid {
        return not_found::json();
    }
    let issuer = &site.server.settings().issuer;
    let token = authorization(&headers).and_then(bearer);
    let Some(token) = token else {
        return challenge(issuer, StatusCode::UNAUTHORIZED, None, "");
    };
    match site.server.userinfo(token).await {
        Ok(userinfo) => json(StatusCode::OK, &userinfo),
        Err(UserinfoError::Access(AccessError::InvalidToken(reason))) => challenge(
            issuer,
            StatusCode::UNAUTHORIZED,
            Some(BearerError::InvalidToken),
            reason,
        ),
        Err(UserinfoError::InsufficientScope) => challenge(
            issuer,
            StatusCode::FORBIDDEN,
            Some(BearerError::InsufficientScope),
            "the access token does not carry the openid scope",
        ),
        Err(UserinfoError::Access(AccessError::Unavailable)) => {
            let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
    }
}

/// The token of a Bearer header; the scheme is compared without regard to case (RFC 9110
/// section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

fn challenge(
    issuer: &str,
    status: StatusCode,
    error: Option<BearerError>,
    description: &str,
) -> Response {
    let challenge = BearerChallenge {
        scope: ScopeSet::parse("openid").ok(),
        error_description: error.map(|_| description.to_owned()),
        error,
        resource_metadata: format!("{issuer}/.well-known/oauth-protected-resource/mcp"),
    };
    let mut response = status.into_response();
    if let Ok(value) = HeaderValue::from_str(&challenge.to_string()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    no_store(response.headers_mut());
    response
}
