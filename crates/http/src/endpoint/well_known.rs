//! The documents that clients discover this server by (RFC 8414, RFC 9728, RFC 7517).
//!
//! Serialized once at start: they never change while the server runs, apart from the key set.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;

use crate::site::{Shared, Site};

/// Authorization server metadata: RFC 8414's form, OpenID Connect's, and where clients look that
/// append the well-known path to the resource.
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

/// The routes of all documents.
pub(crate) fn routes(site: &Site) -> Router<Arc<Site>> {
    let server = serialize(&site.server.authorization_server_metadata());
    let resource = serialize(&site.server.protected_resource_metadata());
    let mut router = Router::new().route("/.well-known/jwks.json", get(jwks));
    for (paths, document) in [
        (&AUTHORIZATION_SERVER[..], server),
        (&PROTECTED_RESOURCE[..], resource),
    ] {
        for path in paths {
            let document = document.clone();
            router = router.route(
                path,
                get(async move || answer(document, "public, max-age=300")),
            );
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
