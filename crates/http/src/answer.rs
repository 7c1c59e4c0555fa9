//! Answers in the OAuth wire format (RFC 6749 section 5.2).

use axum::Json;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_oauth::error::ErrorCode;
use countersign_oauth::www_authenticate;
use countersign_server::presented_token::PresentedTokenError;
use serde::Serialize;

use crate::headers::no_store;

/// Seconds after which a client should try again when the fault is a passing one.
pub(crate) const RETRY_SECONDS: u64 = 2;

/// An OAuth error: `{"error": …, "error_description": …}` that nobody may cache.
pub(crate) struct OAuthError {
    status: StatusCode,
    code: ErrorCode,
    description: String,
    headers: HeaderMap,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: &'a str,
}

impl OAuthError {
    /// An error whose status follows from its code.
    pub(crate) fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        let status = match code {
            ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let error = Self {
            status,
            code,
            description: description.into(),
            headers: HeaderMap::new(),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            error.retry_after(RETRY_SECONDS)
        } else {
            error
        }
    }

    /// The same with another status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with `Retry-After` in seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    /// The same with a Basic challenge (RFC 6749 section 5.2), if `due`.
    pub(crate) fn with_basic_challenge(mut self, due: bool) -> Self {
        if due && let Ok(challenge) = HeaderValue::from_str(&www_authenticate::basic("countersign"))
        {
            self.headers.insert(WWW_AUTHENTICATE, challenge);
        }
        self
    }

    /// A token that could not be introspected or revoked.
    pub(crate) fn presented_token(error: &PresentedTokenError) -> Response {
        Self::new(error.code(), error.to_string())
            .with_basic_challenge(error.wants_basic_challenge())
            .into_response()
    }

    /// The whole answer.
    pub(crate) fn into_response(self) -> Response {
        let body = Body {
            error: self.code.as_str(),
            error_description: &self.description,
        };
        let mut response = (self.status, self.headers, Json(body)).into_response();
        no_store(response.headers_mut());
        response
    }
}

/// A successful JSON answer that nobody may cache.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    no_store(response.headers_mut());
    response
}
