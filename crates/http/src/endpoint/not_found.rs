//! Everything that is not here.

use axum::extract::State;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_ui::ErrorPage;

use crate::site::{Shared, Site};

/// A page for people, JSON for programs: a client that probes an address of the specification
/// must not take a page for a document.
pub(crate) async fn fallback(State(site): Shared, headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page { page(&site) } else { json() }
}

/// Below `/.well-known/` nobody is a person.
pub(crate) async fn unknown_document() -> Response {
    json()
}

pub(crate) fn page(site: &Site) -> Response {
    crate::page::show(StatusCode::NOT_FOUND, &ErrorPage::not_found(&site.brand))
}

pub(crate) fn json() -> Response {
    (
        StatusCode::NOT_FOUND,
        axum::Json(serde_json::json!({"error": "not_found"})),
    )
        .into_response()
}
