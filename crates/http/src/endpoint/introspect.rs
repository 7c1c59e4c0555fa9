//! `POST /token/introspect` (RFC 7662).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::token::authorization;
use crate::answer::{OAuthError, json};
use crate::form::OAuthForm;
use crate::site::Shared;

pub(crate) async fn post(
    State(site): Shared,
    headers: HeaderMap,
    OAuthForm(params): OAuthForm,
) -> Response {
    match site
        .server
        .introspect(authorization(&headers), &params)
        .await
    {
        Ok(introspection) => json(StatusCode::OK, &introspection),
        Err(error) => OAuthError::presented_token(&error),
    }
}
