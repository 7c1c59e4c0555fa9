//! Refusals in the forms of the API.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// `{"error": …}`, or `{"errors": […]}` where a member of the request is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    body: Value,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self {
            status,
            body: json!({ "error": error.into() }),
        }
    }

    pub(crate) fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// What express-validator says.
    pub(crate) fn invalid(location: &str, path: &str, value: &Value, message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: json!({ "errors": [{
                "type": "field",
                "value": value,
                "msg": message,
                "path": path,
                "location": location,
            }] }),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
