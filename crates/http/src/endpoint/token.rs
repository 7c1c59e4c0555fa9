//! `POST /token` (RFC 6749 section 3.2).

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::PlainRefreshToken;
use countersign_oauth::token_exchange::ACCESS_TOKEN_TYPE;
use countersign_server::token::{ExchangedToken, TokenAnswer, TokenError, TokenResponse};
use serde::Serialize;

use crate::answer::{OAuthError, json};
use crate::form::OAuthForm;
use crate::site::Shared;

#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

pub(crate) async fn post(
    State(site): Shared,
    headers: HeaderMap,
    OAuthForm(params): OAuthForm,
) -> Response {
    match site.server.token(authorization(&headers), &params).await {
        Ok(TokenResponse::Issued(answer)) => success(&answer),
        Ok(TokenResponse::Exchanged(answer)) => exchanged(&answer),
        Err(error) => refusal(&error),
    }
}

/// The `Authorization` header; one that is no text cannot be valid and is passed on as empty, so
/// that it is refused rather than ignored.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or_default())
}

fn success(answer: &TokenAnswer) -> Response {
    json(
        StatusCode::OK,
        &Body {
            access_token: &answer.access_token,
            token_type: "Bearer",
            expires_in: answer.expires_in,
            scope: answer.scope.to_string(),
            refresh_token: answer.refresh_token.as_ref().map(PlainRefreshToken::expose),
            id_token: answer.id_token.as_deref(),
        },
    )
}

/// RFC 8693 section 2.2.1. No scope: what the login's token allows is the product's to say.
fn exchanged(answer: &ExchangedToken) -> Response {
    json(
        StatusCode::OK,
        &serde_json::json!({
            "access_token": answer.token.expose(),
            "issued_token_type": ACCESS_TOKEN_TYPE,
            "token_type": "Bearer",
            "expires_in": answer.expires_in,
        }),
    )
}

fn refusal(error: &TokenError) -> Response {
    let challenge = matches!(error, TokenError::Client(client) if client.wants_basic_challenge());
    OAuthError::new(error.code(), error.public_description())
        .with_basic_challenge(challenge)
        .into_response()
}
