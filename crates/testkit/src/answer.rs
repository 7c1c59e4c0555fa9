//! What the server answered.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use url::Url;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    pub(crate) async fn read(response: Response<axum::body::Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The status as a number.
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// The `error` of an OAuth answer.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Where it redirects to.
    pub fn location(&self) -> &str {
        assert!(
            self.status.is_redirection(),
            "{} {}",
            self.status,
            self.text()
        );
        self.header("location")
    }

    /// A parameter of the redirect; more than one is a failure.
    pub fn sent(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).unwrap();
        let mut values = url.query_pairs().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.into_owned());
        assert!(values.next().is_none(), "{name} twice in {url}");
        first
    }

    /// The token that the form with this action holds.
    #[track_caller]
    pub fn csrf(&self, action: &str) -> String {
        let text = self.text();
        let form = text
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{action}\"")))
            .unwrap_or_else(|| panic!("no form {action} in {text}"));
        let (_, rest) = form.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// The value of an attribute that stands once in the page.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!(" {name}=\""))?;
        Some(rest.split('"').next().unwrap().to_owned())
    }

    /// Asserts an OAuth error as JSON that nobody may cache.
    #[track_caller]
    pub fn refuses(&self, status: u16, error: &str) {
        assert_eq!(
            (self.code(), self.error().as_str()),
            (status, error),
            "{}",
            self.text()
        );
        assert_eq!(self.header("cache-control"), "no-store");
    }

    /// Asserts a page shown here, with no address to go to.
    #[track_caller]
    pub fn is_page(&self, status: u16) {
        assert_eq!(self.code(), status, "{}", self.text());
        assert_eq!(self.header("location"), "");
        assert!(self.header("content-type").starts_with("text/html"));
    }
}
