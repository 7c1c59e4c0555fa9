//! Failures on demand.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What goes wrong with the next requests to a path.
///
/// With neither `status`, `body` nor `drop` the request is only delayed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The exact path, or the beginning of one in front of a `*`.
    pub path: String,
    /// Only requests of this method.
    #[serde(default)]
    pub method: Option<String>,
    /// How many requests; 0 means all of them until the faults are cleared.
    #[serde(default = "once")]
    pub times: u32,
    /// Milliseconds to wait first.
    #[serde(default)]
    pub delay_ms: u64,
    /// Answers with this status.
    #[serde(default)]
    pub status: Option<u16>,
    /// Privy's `code` in that answer.
    #[serde(default)]
    pub code: Option<String>,
    /// Privy's `error` in that answer, which at an OAuth endpoint is the code itself.
    #[serde(default)]
    pub error: Option<String>,
    /// Seconds in the header `Retry-After` of that answer.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Answers with this text instead of JSON, with status 200 unless there is another.
    #[serde(default)]
    pub body: Option<String>,
    /// Closes the connection without an answer.
    #[serde(default)]
    pub drop: bool,
    /// Whether the request takes effect nevertheless. If not said: one that is dropped does, and
    /// one that is answered does not.
    #[serde(default)]
    pub processed: Option<bool>,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// One failure at this path, yet to be said which.
    pub fn at(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            method: None,
            times: once(),
            delay_ms: 0,
            status: None,
            code: None,
            error: None,
            retry_after: None,
            body: None,
            drop: false,
            processed: None,
        }
    }

    /// Requests to this path are answered with this status and have no effect.
    pub fn status(path: &str, status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::at(path)
        }
    }

    /// The next request to this path takes effect, and its answer is lost.
    pub fn answer_lost(path: &str) -> Self {
        Self {
            drop: true,
            ..Self::at(path)
        }
    }

    /// The next request to this path is lost before anything happens.
    pub fn request_lost(path: &str) -> Self {
        Self {
            drop: true,
            processed: Some(false),
            ..Self::at(path)
        }
    }

    /// The same, so many times; 0 means until the faults are cleared.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    fn is_for(&self, method: &str, path: &str) -> bool {
        self.method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && match self.path.strip_suffix('*') {
                Some(beginning) => path.starts_with(beginning),
                None => path == self.path,
            }
    }

    pub(crate) fn is_processed(&self) -> bool {
        self.processed
            .unwrap_or(self.drop || (self.status.is_none() && self.body.is_none()))
    }

    /// What is answered in place of the real answer, if anything is.
    pub(crate) fn answer(&self) -> Option<Response> {
        if self.status.is_none() && self.body.is_none() {
            return None;
        }
        let status = self
            .status
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::OK);
        let mut response = if let Some(body) = &self.body {
            (status, body.clone()).into_response()
        } else {
            let error = self.error.as_deref().unwrap_or("Simulated failure");
            let mut body = json!({ "error": error });
            if let (Some(code), Some(members)) = (&self.code, body.as_object_mut()) {
                members.insert("code".to_owned(), code.as_str().into());
            }
            (status, axum::Json(body)).into_response()
        };
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
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
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let index = self.0.iter().position(|fault| fault.is_for(method, path))?;
        let fault = self.0.get_mut(index)?;
        let taken = fault.clone();
        match fault.times {
            0 => {}
            1 => _ = self.0.remove(index),
            _ => fault.times -= 1,
        }
        Some(taken)
    }
}
