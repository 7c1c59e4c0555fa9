//! Failures on demand.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What goes wrong with the next requests to a path. `POST /sim/fault` takes it as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The exact path.
    path: String,
    /// A text that the body must contain.
    #[serde(default)]
    about: Option<String>,
    /// How many requests; 0 means all of them until the faults are cleared.
    #[serde(default = "once")]
    times: u32,
    /// What happens.
    effect: Effect,
}

fn once() -> u32 {
    1
}

/// What happens to a request. One that is delayed or held has its effect afterwards, and every other
/// has none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// It is late, by so many milliseconds.
    Delay(u64),
    /// It waits until the held ones are released.
    Hold,
    /// It is cut off.
    Lose,
    /// It is answered so.
    Answer(Answer),
}

/// An answer in place of the real one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// One that is none is a 500.
    status: u16,
    /// A string is sent as it is, everything else as JSON.
    #[serde(default)]
    body: Value,
    /// Seconds.
    #[serde(default)]
    retry_after: Option<u64>,
}

impl Fault {
    fn new(path: &str, effect: Effect) -> Self {
        Self {
            path: path.to_owned(),
            about: None,
            times: once(),
            effect,
        }
    }

    fn answer(path: &str, status: u16, body: Value) -> Self {
        let answer = Answer {
            status,
            body,
            retry_after: None,
        };
        Self::new(path, Effect::Answer(answer))
    }

    /// The next request to this path is answered with this status and `{"error": …}`. A status
    /// that is none is a 500.
    pub fn status(path: &str, status: u16, error: &str) -> Self {
        Self::answer(path, status, json!({ "error": error }))
    }

    /// The next request to this path is answered with 200 and this text.
    pub fn text(path: &str, text: &str) -> Self {
        Self::answer(path, 200, text.into())
    }

    /// The next request to this path is cut off.
    pub fn lost(path: &str) -> Self {
        Self::new(path, Effect::Lose)
    }

    /// The next request to this path is late.
    pub fn delay(path: &str, delay: Duration) -> Self {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        Self::new(path, Effect::Delay(milliseconds))
    }

    /// The next request to this path waits until [`Control::release`](crate::Control::release).
    pub fn hold(path: &str) -> Self {
        Self::new(path, Effect::Hold)
    }

    /// The same, so many times; 0 means until the faults are cleared.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same, only for requests whose body contains this text.
    #[must_use]
    pub fn about(self, text: impl Into<String>) -> Self {
        Self {
            about: Some(text.into()),
            ..self
        }
    }

    /// The same with the header `Retry-After`, if it is an answer.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.retry_after = Some(seconds);
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.body {
            Value::String(text) => (status, text).into_response(),
            body => (status, axum::Json(body)).into_response(),
        };
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
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

    /// What happens to this request, if anything does.
    pub(crate) fn take(&mut self, path: &str, body: &[u8]) -> Option<Effect> {
        let body = String::from_utf8_lossy(body);
        let is_for = |fault: &Fault| {
            let text = fault.about.as_deref();
            fault.path == path && text.is_none_or(|text| body.contains(text))
        };
        let index = self.0.iter().position(is_for)?;
        let fault = self.0.get_mut(index)?;
        let effect = fault.effect.clone();
        match fault.times {
            0 => {}
            1 => _ = self.0.remove(index),
            _ => fault.times -= 1,
        }
        Some(effect)
    }
}
