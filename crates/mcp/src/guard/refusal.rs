//! Every answer of the guard that is not the tool's.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;
use serde_json::value::RawValue;

use super::envelope::InvalidMessage;

/// Why a request does not reach a tool, or its answer not the client.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// No host, or one that cannot be read.
    MissingHost,
    /// Sent to a name that is not ours: DNS rebinding, or a proxy that was not told.
    ForeignHost,
    /// Sent by a page that may not.
    ForeignOrigin,
    /// Two `Authorization` headers.
    AmbiguousCredentials {
        challenge: HeaderValue,
    },
    /// No credentials.
    Unauthenticated {
        challenge: HeaderValue,
    },
    /// A token that is no good, or no longer enough because the person must sign in again.
    InvalidToken {
        challenge: HeaderValue,
        description: Cow<'static, str>,
    },
    /// The token cannot be judged right now.
    Unavailable,
    /// `GET`, `DELETE` and whatever else is not `POST`.
    MethodNotAllowed,
    UnsupportedMediaType,
    NotAcceptable,
    TooLarge {
        limit: usize,
    },
    /// The body ended early.
    Interrupted,
    /// Not a message that can be dispatched.
    Message(InvalidMessage),
    /// The token is good and its scope is not enough for this tool.
    InsufficientScope {
        challenge: HeaderValue,
        description: String,
    },
}

/// How long a client waits before it asks again, in seconds: longer than a failover of the
/// database takes to notice, shorter than a person's patience.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = match self {
            Self::MissingHost => sentence(StatusCode::BAD_REQUEST, "the request names no host"),
            Self::ForeignHost => sentence(
                StatusCode::FORBIDDEN,
                "this server does not answer to that host name; its public_url names the one it answers to",
            ),
            Self::ForeignOrigin => sentence(
                StatusCode::FORBIDDEN,
                "pages of this origin may not call this server; its operator can allow the origin",
            ),
            Self::AmbiguousCredentials { challenge } => challenged(
                StatusCode::BAD_REQUEST,
                challenge,
                oauth("invalid_request", "send one Authorization header"),
            ),
            Self::Unauthenticated { challenge } => challenged(
                StatusCode::UNAUTHORIZED,
                challenge,
                sentence(
                    StatusCode::UNAUTHORIZED,
                    "an access token is required; WWW-Authenticate says where to get one",
                ),
            ),
            Self::InvalidToken {
                challenge,
                description,
            } => challenged(
                StatusCode::UNAUTHORIZED,
                challenge,
                oauth("invalid_token", &description),
            ),
            Self::InsufficientScope {
                challenge,
                description,
            } => challenged(
                StatusCode::FORBIDDEN,
                challenge,
                oauth("insufficient_scope", &description),
            ),
            Self::Unavailable => {
                let mut response = oauth(
                    "temporarily_unavailable",
                    "the token cannot be checked right now; try again",
                );
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
                response
            }
            Self::MethodNotAllowed => {
                let mut response = sentence(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "send MCP messages with POST; there is no stream to GET",
                );
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static("POST"));
                response
            }
            Self::UnsupportedMediaType => sentence(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send application/json without Content-Encoding",
            ),
            Self::NotAcceptable => sentence(
                StatusCode::NOT_ACCEPTABLE,
                "accept application/json, and text/event-stream too",
            ),
            Self::TooLarge { limit } => sentence(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("a message has at most {limit} bytes"),
            ),
            Self::Interrupted => sentence(StatusCode::BAD_REQUEST, "the body ended early"),
            Self::Message(invalid) => invalid_message(invalid),
        };
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn sentence(status: StatusCode, text: impl IntoResponse) -> Response {
    (status, text).into_response()
}

fn oauth(error: &str, description: &str) -> Response {
    json_response(json!({ "error": error, "error_description": description }).to_string())
}

fn challenged(status: StatusCode, challenge: HeaderValue, mut response: Response) -> Response {
    *response.status_mut() = status;
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// An error as a message. `id` is `null` without one (JSON-RPC 2.0 section 5).
pub(crate) fn error_message(id: Option<&RawValue>, code: i32, message: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } }).to_string()
}

/// The id is `null`: it is among what could not be trusted.
fn invalid_message(invalid: InvalidMessage) -> Response {
    let mut response = json_response(error_message(None, invalid.code(), &invalid.to_string()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// A refusal as ChatGPT reads it: the call "succeeds" with an error result that carries the
/// challenge (clients.md 1.1). `complete` adds the result type that MCP 2026-07-28 wants.
pub(crate) fn refused_call(
    id: &RawValue,
    challenge: &HeaderValue,
    description: &str,
    complete: bool,
) -> String {
    let mut result = json!({
        "content": [{ "type": "text", "text": description }],
        "isError": true,
        "_meta": { "mcp/www_authenticate": [challenge.to_str().unwrap_or_default()] },
    });
    if complete && let Some(members) = result.as_object_mut() {
        members.insert("resultType".to_owned(), json!("complete"));
    }
    json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string()
}

/// An answer made of JSON-RPC messages.
pub(crate) fn json_response(json: impl IntoResponse) -> Response {
    let content_type = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, content_type)], json).into_response()
}
