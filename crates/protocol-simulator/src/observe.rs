//! Around every request: the log and the faults.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_loopback::Lost;
use http::StatusCode;
use serde_json::Value;

use crate::core::Core;
use crate::failure::Failure;
use crate::fault::Effect;
use crate::log::{LoggedRequest, Outcome};

const MAX_BODY: usize = 1 << 20;

/// Logs a request, and lets happen to it what was asked for.
pub(crate) async fn observe(
    State(core): State<Arc<Core>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        return Failure::new(status, "Payload too large").into_response();
    };
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let logged = LoggedRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: headers.collect(),
        body: readable(&body),
        outcome: Outcome::Open,
    };
    let fault = core.world().faults.take(&logged.path, &body);
    // Before anybody can see in the log that it is there, and release it.
    let mut releases = core.releases.subscribe();
    let number = core.world().log.begin(logged);
    core.changed();
    let mut entry = Entry {
        core: Arc::clone(&core),
        number,
        outcome: Outcome::Abandoned,
    };
    let request = Request::from_parts(parts, Body::from(body));
    let response = match fault {
        None => next.run(request).await,
        Some(Effect::Delay(milliseconds)) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            next.run(request).await
        }
        Some(Effect::Hold) => {
            // The sender lives as long as the core does.
            _ = releases.changed().await;
            next.run(request).await
        }
        Some(Effect::Lose) => {
            let mut response = StatusCode::BAD_GATEWAY.into_response();
            response.extensions_mut().insert(Lost);
            return response;
        }
        Some(Effect::Answer(answer)) => answer.into_response(),
    };
    entry.outcome = Outcome::Answered(response.status().as_u16());
    response
}

/// A request under way. When the client leaves, the future is dropped, and this with it.
struct Entry {
    core: Arc<Core>,
    number: usize,
    outcome: Outcome,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.core.world().log.end(self.number, self.outcome);
        self.core.changed();
    }
}

fn readable(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body).into_owned()))
}
