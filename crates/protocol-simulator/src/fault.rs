//! Failures on demand.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// What goes wrong with the next requests to a path. As it is made by [`Fault::delay`] or
/// [`Fault::hold`], the request is only late; every other kind has no effect.
#[derive(Clone, Debug)]
pub struct Fault {
    path: String,
    /// A text that the body must contain.
    body_contains: Option<String>,
    times: Option<u32>,
    kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Delay(Duration),
    Hold,
    Lose,
    Answer(StatusCode, Content, Option<u64>),
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Json(Value),
    Text(String),
}

impl Fault {
    fn new(path: &str, kind: Kind) -> Self {
        Self {
            path: path.to_owned(),
            body_contains: None,
            times: Some(1),
            kind,
        }
    }

    /// The next request to this path is answered with this status and `{"error": …}`. A status
    /// that is none is a 500.
    pub fn status(path: &str, status: u16, error: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content = Content::Json(json!({ "error": error }));
        Self::new(path, Kind::Answer(status, content, None))
    }

    /// The next request to this path is answered with 200 and this text.
    pub fn text(path: &str, text: &str) -> Self {
        let content = Content::Text(text.to_owned());
        Self::new(path, Kind::Answer(StatusCode::OK, content, None))
    }

    /// The next request to this path is cut off.
    pub fn lost(path: &str) -> Self {
        Self::new(path, Kind::Lose)
    }

    /// The next request to this path is late.
    pub fn delay(path: &str, delay: Duration) -> Self {
        Self::new(path, Kind::Delay(delay))
    }

    /// The next request to this path waits until [`Control::release`](crate::Control::release).
    pub fn hold(path: &str) -> Self {
        Self::new(path, Kind::Hold)
    }

    /// The same, so many times; 0 means until the faults are cleared.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self {
            times: (times > 0).then_some(times),
            ..self
        }
    }

    /// The same, only for requests whose body contains this text.
    #[must_use]
    pub fn about(self, text: impl Into<String>) -> Self {
        Self {
            body_contains: Some(text.into()),
            ..self
        }
    }

    /// The same with the header `Retry-After`, if it is an answer.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Kind::Answer(_, _, retry_after) = &mut self.kind {
            *retry_after = Some(seconds);
        }
        self
    }
}

impl Kind {
    /// What is answered in place of the real answer, if anything is.
    pub(crate) fn answer(self) -> Option<Response> {
        let Self::Answer(status, content, retry_after) = self else {
            return None;
        };
        let mut response = match content {
            Content::Json(body) => (status, axum::Json(body)).into_response(),
            Content::Text(text) => (status, text).into_response(),
        };
        if let Some(seconds) = retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Some(response)
    }
}

/// The faults to come, in the order they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault of this request.
    pub(crate) fn take(&mut self, path: &str, body: &[u8]) -> Option<Kind> {
        let body = String::from_utf8_lossy(body);
        let is_for = |fault: &Fault| {
            let text = fault.body_contains.as_deref();
            fault.path == path && text.is_none_or(|text| body.contains(text))
        };
        let index = self.0.iter().position(is_for)?;
        let fault = self.0.get_mut(index)?;
        let kind = fault.kind.clone();
        if let Some(times) = &mut fault.times {
            *times -= 1;
            if *times == 0 {
                self.0.remove(index);
            }
        }
        Some(kind)
    }
}

/// Marks a response that must not reach the client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost;
