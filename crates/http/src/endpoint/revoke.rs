//! `POST /token/revoke` (RFC 7009).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::token::authorization;
use crate::answer::OAuthError;
use crate::form::OAuthForm;
use crate::headers::no_store;
use crate::site::Shared;

pub(crate) async fn post(
    State(site): Shared,
    headers: HeaderMap,
    OAuthForm(params): OAuthForm,
) -> Response {
    match site.server.revoke(authorization(&headers), &params).await {
        Ok(()) => {
            let mut response = StatusCode::OK.into_response();
            no_store(response.headers_mut());
            response
        }
        Err(error) => OAuthError::presented_token(&error),
    }
}
