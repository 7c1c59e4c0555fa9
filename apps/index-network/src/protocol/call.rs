//! One call, and what its answer means.

use bytes::Bytes;
use countersign_mcp::ToolError;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fault::Fault;
use super::multipart;

/// What is asked of the API. It can be asked twice, because a token may be refused.
#[derive(Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    content: Option<(HeaderValue, Bytes)>,
}

impl Call {
    pub(super) fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            content: None,
        }
    }

    pub(super) fn json(path: &str, body: &impl Serialize) -> Result<Self, Fault> {
        let content_type = HeaderValue::from_static("application/json");
        let body = serde_json::to_vec(body)?;
        Ok(Self {
            method: Method::POST,
            path: path.to_owned(),
            content: Some((content_type, body.into())),
        })
    }

    /// A form with one field, as a browser would send it.
    pub(super) fn form(path: &str, field: &str, text: &str) -> Result<Self, Fault> {
        let (content_type, body) = multipart::field(field, text);
        Ok(Self {
            method: Method::POST,
            path: path.to_owned(),
            content: Some((HeaderValue::try_from(content_type)?, body.into())),
        })
    }

    pub(super) fn request(&self, url: &str, token: &str) -> Result<Request<Bytes>, Fault> {
        let credentials = HeaderValue::try_from(format!("Bearer {token}"))?;
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{url}{}", self.path))
            .header(AUTHORIZATION, credentials)
            .header(ACCEPT, "application/json");
        let mut body = Bytes::new();
        if let Some((content_type, content)) = &self.content {
            request = request.header(CONTENT_TYPE, content_type);
            body = content.clone();
        }
        Ok(request.body(body)?)
    }
}

/// What the model reads when the API refuses a call. The words are ours, because a model obeys what
/// it reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusals {
    /// The call as it was made (400 and its like).
    pub(super) not_accepted: &'static str,
    /// What it is about (404).
    pub(super) not_found: &'static str,
}

/// The answer, if the API gave the one that was asked for.
pub(super) fn read<T: DeserializeOwned>(
    answer: &Response<Bytes>,
    refusals: Refusals,
) -> Result<T, ToolError> {
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => {
            Ok(serde_json::from_slice(answer.body()).map_err(Fault::from)?)
        }
        StatusCode::FORBIDDEN => Err(ToolError::refused(
            "Index Network does not let this person do that. Signing in again would not change that.",
        )),
        StatusCode::NOT_FOUND => Err(ToolError::refused(refusals.not_found)),
        // Not about this request: too many others came, or it came too late.
        status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) => {
            Err(Fault::Status(status).into())
        }
        status if status.is_client_error() => Err(ToolError::refused(refusals.not_accepted)),
        status => Err(Fault::Status(status).into()),
    }
}

pub(super) fn refuses_the_token(answer: &Response<Bytes>) -> bool {
    match answer.status() {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => says_that_the_token_expired(answer.body()),
        _ => false,
    }
}

/// The API answers 403 to a token that expired as well as to what somebody may not do.
fn says_that_the_token_expired(content: &[u8]) -> bool {
    let content = String::from_utf8_lossy(content).to_ascii_lowercase();
    content.contains("token") && (content.contains("expired") || content.contains("invalid"))
}
