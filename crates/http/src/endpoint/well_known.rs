//! The documents that clients discover this server by (RFC 8414, RFC 9728, RFC 7517).
//!
//! Serialized once at start: they never change while the server runs, apart from the key set.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use serde::Serialize;

use super::not_found;
use crate::site::{Shared, Site};

/// Authorization server metadata: RFC 8414's form, OpenID Connect's, and where clients look that
/// take the resource for the issuer, with the well-known path inserted or appended.
const AUTHORIZATION_SERVER: [&str; 6] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration/mcp",
    "/mcp/.well-known/oauth-authorization-server",
    "/mcp/.well-known/openid-configuration",
];

/// Protected resource metadata: RFC 9728's form for `/mcp`, the root form, and rmcp's probe.
const PROTECTED_RESOURCE: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/mcp/.well-known/oauth-protected-resource",
];

/// The routes of all documents. Each also with a slash behind it: the Python SDK keeps the one of
/// an address that was pasted as `/mcp/`.
///
/// What does not exist is said in JSON and readable from any origin: to a client in a browser an
/// answer without CORS headers is no answer, and it would not try the next address.
pub(crate) fn routes(site: &Site) -> Router<Arc<Site>> {
    let server = serialize(&site.server.authorization_server_metadata());
    let resource = serialize(&site.server.protected_resource_metadata());
    let mut router = Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route("/.well-known/{*document}", any(not_found::unknown_document))
        .route(
            "/mcp/.well-known/{*document}",
            any(not_found::unknown_document),
        );
    for (paths, document) in [
        (&AUTHORIZATION_SERVER[..], server),
        (&PROTECTED_RESOURCE[..], resource),
    ] {
        for path in paths {
            let document = document.clone();
            let read = get(async move || answer(document, "public, max-age=300"));
            router = router
                .route(&format!("{path}/"), read.clone())
                .route(path, read);
        }
    }
    router
}

fn serialize(document: &impl Serialize) -> Bytes {
    serde_json::to_vec(document).unwrap_or_default().into()
}

async fn jwks(State(site): Shared) -> Response {
    let keys = site.server.keys().current();
    let seconds = site.server.settings().lifetimes.jwks_max_age / 1000;
    answer(keys.jwks(), &format!("public, max-age={seconds}"))
}

fn answer(document: Bytes, cache: &str) -> Response {
    let mut response = document.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(cache) = HeaderValue::from_str(cache) {
        headers.insert(CACHE_CONTROL, cache);
    }
    response
}
