//! `POST /register` (RFC 7591 section 3).

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use countersign_domain::PlainClientSecret;
use countersign_oauth::client_metadata::ClientInformationResponse;
use countersign_oauth::error::ErrorCode;
use countersign_server::register::{RegisterError, Registered};

use super::not_found;
use crate::answer::{OAuthError, json};
use crate::peer::Peer;
use crate::site::Shared;

pub(crate) async fn post(State(site): Shared, Peer(address): Peer, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let is_json = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return refuse(
            ErrorCode::InvalidClientMetadata,
            "send the metadata as application/json",
        );
    }
    let Ok(body) = to_bytes(body, site.body_limit).await else {
        return OAuthError::new(ErrorCode::InvalidClientMetadata, "the body is too large")
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
            .into_response();
    };
    match site.server.register(&body, address).await {
        Ok(registered) => created(&registered),
        Err(RegisterError::Off) => not_found::json(),
        Err(RegisterError::TooMany {
            retry_after_seconds,
        }) => OAuthError::new(ErrorCode::TemporarilyUnavailable, "too many registrations")
            .with_status(StatusCode::TOO_MANY_REQUESTS)
            .retry_after(retry_after_seconds)
            .into_response(),
        Err(error) => refuse(error.code(), &error.to_string()),
    }
}

fn refuse(code: ErrorCode, description: &str) -> Response {
    tracing::info!(
        error.code = code.as_str(),
        "registration refused: {description}"
    );
    OAuthError::new(code, description).into_response()
}

fn created(registered: &Registered) -> Response {
    let client = &registered.client;
    let body = ClientInformationResponse {
        client_id: client.id.as_str(),
        client_id_issued_at: u64::try_from(client.created_at.as_seconds()).unwrap_or(0),
        client_secret: registered.secret.as_ref().map(PlainClientSecret::expose),
        // It does not expire by itself.
        client_secret_expires_at: registered.secret.as_ref().map(|_| 0),
        metadata: &client.metadata,
    };
    json(StatusCode::CREATED, &body)
}
