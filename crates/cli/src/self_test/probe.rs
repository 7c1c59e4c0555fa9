//! A client in the same process.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Request, StatusCode, Uri};
use countersign_config::PublicUrl;
use serde_json::{Map, Value};
use tower::ServiceExt as _;

/// Far more than any document has.
const LARGEST_DOCUMENT: usize = 1024 * 1024;

pub(super) type Document = Map<String, Value>;

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Sends requests, and remembers what is wrong with the answers.
pub(super) struct Probe<'a> {
    router: &'a Router,
    public_url: &'a str,
    host: String,
    problems: Vec<String>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(router: &'a Router, public_url: &'a PublicUrl) -> Self {
        Self {
            router,
            public_url: public_url.as_str(),
            host: public_url.host().to_string(),
            problems: Vec::new(),
        }
    }

    pub(super) fn public_url(&self) -> &'a str {
        self.public_url
    }

    pub(super) fn problem(&mut self, problem: String) {
        // The documents are served at several addresses and would say it once for each.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(super) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    pub(super) fn request(&self, path: &str) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = path.parse().unwrap_or_else(|_| Uri::from_static("/"));
        if let Ok(host) = self.host.parse() {
            request.headers_mut().insert(HOST, host);
        }
        request
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        // A router cannot fail to answer.
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, LARGEST_DOCUMENT).await.unwrap_or_default(),
        }
    }

    /// Fetches a document; reports it when it is none.
    pub(super) async fn document(&mut self, path: &str) -> Option<(Document, Bytes)> {
        let answer = self.send(self.request(path)).await;
        let media_type = answer.headers.get(CONTENT_TYPE);
        if answer.status != StatusCode::OK
            || media_type.is_none_or(|media_type| media_type != "application/json")
        {
            let status = answer.status.as_u16();
            self.problem(format!(
                "{path} answers {status} and {media_type:?}, where clients expect 200 and \
                 application/json: let nothing answer in its place"
            ));
            return None;
        }
        match serde_json::from_slice(&answer.body) {
            Ok(document) => Some((document, answer.body)),
            Err(error) => {
                self.problem(format!(
                    "{path} is not a JSON object ({error}): let nothing answer in its place"
                ));
                None
            }
        }
    }

    /// Whether something answers at an address of ours.
    pub(super) async fn reachable(&mut self, at: &str, path: &str) {
        let status = self.send(self.request(path)).await.status;
        if status == StatusCode::NOT_FOUND || status.is_server_error() {
            self.problem(format!(
                "{at} leads to {path}, which answers {}: switch on what answers there, or leave it \
                 out of the document",
                status.as_u16()
            ));
        }
    }
}
