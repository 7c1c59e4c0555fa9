//! Refusals, in the two forms Privy has.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// `{"error": …, "code": …}`, everywhere but at the OAuth endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    status: StatusCode,
    error: Cow<'static, str>,
    code: Option<&'static str>,
    retry_after: Option<i64>,
}

impl Failure {
    pub(crate) fn new(
        status: StatusCode,
        error: impl Into<Cow<'static, str>>,
        code: &'static str,
    ) -> Self {
        Self {
            status,
            error: error.into(),
            code: Some(code),
            retry_after: None,
        }
    }

    /// Without a code, as Privy answers a wrong app secret.
    pub(crate) fn plain(status: StatusCode, error: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            error: error.into(),
            code: None,
            retry_after: None,
        }
    }

    pub(crate) fn invalid_data(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, "invalid_data")
    }

    pub(crate) fn invalid_credentials(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            error,
            "invalid_credentials",
        )
    }

    pub(crate) fn invalid_token(status: StatusCode, error: &'static str) -> Self {
        Self::new(status, error, "missing_or_invalid_token")
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "User not found",
            "user_does_not_exist",
        )
    }

    pub(crate) fn too_many_requests(retry_after: i64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests. Please wait to try again.",
                "too_many_requests",
            )
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.error });
        if let (Some(code), Some(members)) = (self.code, body.as_object_mut()) {
            members.insert("code".to_owned(), code.into());
        }
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// `{"error": …, "error_description": …}` of the OAuth endpoints (RFC 6749 section 5.2, RFC 8628
/// section 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OAuthFailure {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
    /// Seconds to wait between polls, where that is what the answer is about.
    pub(crate) interval: Option<i64>,
}

impl OAuthFailure {
    pub(crate) fn bad_request(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description,
            interval: None,
        }
    }
}

impl IntoResponse for OAuthFailure {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.error, "error_description": self.description });
        if let (Some(interval), Some(members)) = (self.interval, body.as_object_mut()) {
            members.insert("interval".to_owned(), interval.into());
        }
        (self.status, Json(body)).into_response()
    }
}
