//! Around every request: the log, the faults, and CORS.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_loopback::Lost;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::core::Core;
use crate::failure::Failure;
use crate::log::LoggedRequest;

const MAX_BODY: usize = 1 << 20;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");

/// What the SDKs send.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, accept, privy-app-id, privy-ca-id, privy-client, \
     privy-client-id, privy-retry-attempt, privy-ui, x-native-app-identifier",
);

/// Logs a request, lets happen to it what was asked for, and lets pages of allowed origins read
/// the answer.
pub(crate) async fn observe(
    State(core): State<Arc<Core>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = allowed_origin(&core, request.headers());
    if request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        return readable(response, origin);
    }
    // The control plane and the provider's page are not Privy.
    if request.uri().path() == "/" || request.uri().path().starts_with("/sim/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        let failure = Failure::plain(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large");
        return readable(failure.into_response(), origin);
    };
    let logged = LoggedRequest {
        at_ms: core.clock.now_ms(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: readable_headers(&parts.headers),
        body: readable_body(&body),
        status: None,
    };
    let (number, fault) = {
        let mut world = core.world();
        let fault = world.faults.take(&logged.method, &logged.path);
        (world.log.begin(logged), fault)
    };
    let request = Request::from_parts(parts, Body::from(body));
    let Some(fault) = fault else {
        let response = next.run(request).await;
        core.world()
            .log
            .answered(number, response.status().as_u16());
        return readable(response, origin);
    };
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let real = if fault.is_processed() {
        Some(next.run(request).await)
    } else {
        None
    };
    if fault.drop {
        let mut response = StatusCode::BAD_GATEWAY.into_response();
        response.extensions_mut().insert(Lost);
        return response;
    }
    let response = fault
        .answer()
        .or(real)
        .unwrap_or_else(|| StatusCode::BAD_GATEWAY.into_response());
    core.world()
        .log
        .answered(number, response.status().as_u16());
    readable(response, origin)
}

fn allowed_origin(core: &Core, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    let listed = core.world().settings.allows_origin(origin.to_str().ok()?);
    listed.then(|| origin.clone())
}

fn readable(mut response: Response, origin: Option<HeaderValue>) -> Response {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
    }
    response
}

fn readable_headers(headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect()
}

fn readable_body(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body).into_owned()))
}
