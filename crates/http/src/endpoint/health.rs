//! `/health` and `/ready`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse as _, Response};

use crate::site::Shared;

/// The process runs.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// The store answers, so requests can be sent here.
pub(crate) async fn ready(State(site): Shared) -> Response {
    if site.server.is_ready().await {
        return "ready\n".into_response();
    }
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        "the store does not answer\n",
    )
        .into_response();
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}
