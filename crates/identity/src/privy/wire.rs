//! Requests to Privy, and what kind of answer came.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_egress::ApiClient;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, ORIGIN};
use http::{Method, Request, StatusCode, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::outage::{Outage, OutageReason};
use super::{InvalidPrivy, PrivyConfig, PrivySecret};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How requests of one app are written.
pub(super) struct Wire {
    api: ApiClient,
    app_id: String,
    app_secret: PrivySecret,
    client_id: Option<HeaderValue>,
    api_url: String,
    auth_url: String,
    origin: HeaderValue,
}

/// What a request shows beside the app's id.
#[derive(Clone, Copy)]
pub(super) enum Credential<'a> {
    /// Nothing more; the app client's id if there is one.
    Public,
    /// The app's secret.
    Secret,
    /// A person's access token. Privy wants to see an origin that is listed with such a request.
    Bearer(&'a PrivySecret),
}

/// No success.
pub(super) enum Failure {
    /// No answer that says anything.
    Outage(Outage),
    /// Privy understood and refused.
    Refused(Refusal),
}

/// Privy's error body, with a 4xx.
#[derive(Clone)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// Words, or for the OAuth endpoints the error's code (RFC 6749 section 5.2).
    pub(super) error: String,
    pub(super) code: Option<String>,
    /// Seconds between two polls, with an error of the device grant.
    pub(super) interval: Option<u64>,
}

impl From<Outage> for Failure {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}

impl Refusal {
    /// For who cannot make sense of the refusal: it says nothing then.
    pub(super) fn not_understood(self) -> Outage {
        // Words may quote what was sent; names of errors do not.
        let is_name = |text: &&str| {
            (1..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        tracing::warn!(
            status = self.status,
            error = Some(self.error.as_str()).filter(is_name),
            code = self.code.as_deref().filter(is_name),
            "Privy refused for a reason that is not known"
        );
        Outage::new(OutageReason::Status(self.status))
    }

    /// Whether `error` or `code` is this code.
    pub(super) fn is(&self, code: &str) -> bool {
        self.error == code || self.code.as_deref() == Some(code)
    }
}

impl Wire {
    pub(super) fn new(config: PrivyConfig, api: ApiClient) -> Result<Self, InvalidPrivy> {
        // It stands in paths.
        let id = &config.app_id;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(InvalidPrivy::AppId);
        }
        if config.app_secret.expose().is_empty() {
            return Err(InvalidPrivy::AppSecret);
        }
        let visible = |text: &str| {
            let is_visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
            HeaderValue::from_str(text).ok().filter(|_| is_visible)
        };
        let client_id = match config.client_id.as_deref() {
            Some(id) => Some(visible(id).ok_or(InvalidPrivy::ClientId)?),
            None => None,
        };
        Ok(Self {
            api,
            client_id,
            api_url: base(&config.api_url).ok_or(InvalidPrivy::ApiUrl)?,
            auth_url: base(&config.auth_url).ok_or(InvalidPrivy::AuthUrl)?,
            origin: visible(&config.origin).ok_or(InvalidPrivy::Origin)?,
            app_id: config.app_id,
            app_secret: config.app_secret,
        })
    }

    pub(super) fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(super) fn client_id(&self) -> Option<&str> {
        self.client_id.as_ref().and_then(|id| id.to_str().ok())
    }

    pub(super) fn auth_url(&self) -> &str {
        &self.auth_url
    }

    /// An address of the REST API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{path}", self.api_url)
    }

    /// An address of the API that browsers and devices use.
    pub(super) fn auth(&self, path: &str) -> String {
        format!("{}{path}", self.auth_url)
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        credential: Credential<'_>,
    ) -> Result<T, Failure> {
        self.call(Method::GET, url, credential, Bytes::new()).await
    }

    pub(super) async fn delete(
        &self,
        url: &str,
        credential: Credential<'_>,
    ) -> Result<Map<String, Value>, Failure> {
        self.call(Method::DELETE, url, credential, Bytes::new())
            .await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        content: &Value,
    ) -> Result<T, Failure> {
        let content = content.to_string().into();
        self.call(Method::POST, url, Credential::Public, content)
            .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        credential: Credential<'_>,
        content: Bytes,
    ) -> Result<T, Failure> {
        let request = self
            .request(method, url, credential, content)
            // A token with characters that no header can hold is the only reason.
            .map_err(|_| Outage::new(OutageReason::Malformed))?;
        let answer = self
            .api
            .send(request)
            .await
            .map_err(|error| Outage::new(OutageReason::Unreachable(error)))?;
        let (head, content) = answer.into_parts();
        if head.status.is_success() {
            return serde_json::from_slice(&content)
                .map_err(|_| Outage::new(OutageReason::Malformed).into());
        }
        match refusal(head.status, &content) {
            Some(refusal) => Err(Failure::Refused(refusal)),
            None => Err(Outage::of_status(head.status.as_u16(), &head.headers).into()),
        }
    }

    fn request(
        &self,
        method: Method,
        url: &str,
        credential: Credential<'_>,
        content: Bytes,
    ) -> Result<Request<Bytes>, http::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(ACCEPT, JSON)
            .header("privy-app-id", &self.app_id);
        if !content.is_empty() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        if let (Some(client_id), Credential::Public | Credential::Bearer(_)) =
            (&self.client_id, credential)
        {
            request = request.header("privy-client-id", client_id);
        }
        request = match credential {
            Credential::Public => request,
            Credential::Secret => request.header(AUTHORIZATION, self.basic()?),
            Credential::Bearer(token) => request
                .header(AUTHORIZATION, sensitive("Bearer ", token.expose())?)
                .header(ORIGIN, &self.origin),
        };
        request.body(content)
    }

    fn basic(&self) -> Result<HeaderValue, http::Error> {
        let pair = Zeroizing::new(format!("{}:{}", self.app_id, self.app_secret.expose()));
        sensitive("Basic ", &Zeroizing::new(STANDARD.encode(pair.as_bytes())))
    }
}

fn sensitive(scheme: &str, credential: &str) -> Result<HeaderValue, http::Error> {
    let text = Zeroizing::new([scheme, credential].concat());
    let mut value = HeaderValue::from_str(&text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// A base URL to put paths behind.
fn base(url: &str) -> Option<String> {
    let base = url.trim_end_matches('/');
    let uri: Uri = base.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_plain = !authority.contains('@') && uri.query().is_none() && !base.contains('#');
    (is_http && is_plain).then(|| base.to_owned())
}

/// What Privy refused with; `None` for what is not Privy's refusal: a fault of its own, a plea to
/// come later, or the page of something that stands in between.
fn refusal(status: StatusCode, content: &[u8]) -> Option<Refusal> {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: String,
        code: Option<Value>,
        interval: Option<Value>,
    }

    let transient = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if !status.is_client_error() || transient.contains(&status) {
        return None;
    }
    let body: ErrorBody = serde_json::from_slice(content).ok()?;
    Some(Refusal {
        status: status.as_u16(),
        error: body.error,
        code: body.code.and_then(|code| code.as_str().map(str::to_owned)),
        interval: body.interval.and_then(|interval| interval.as_u64()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_in_privys_own_form_is_one() {
        let refused =
            br#"{"error":"Invalid Privy app id","code":"missing_or_invalid_privy_app_id"}"#;
        let found = refusal(StatusCode::BAD_REQUEST, refused).unwrap();
        assert!(found.is("missing_or_invalid_privy_app_id"));
        for status in [408, 425, 429, 500, 502, 503, 504, 302] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(refusal(status, refused).is_none(), "{status}");
        }
        for page in [
            &b"<html>403 Forbidden</html>"[..],
            b"",
            b"[]",
            b"{}",
            b"{\"error\":{}}",
        ] {
            assert!(refusal(StatusCode::FORBIDDEN, page).is_none());
        }
    }

    #[test]
    fn a_base_url_is_plain() {
        assert_eq!(
            base("https://auth.privy.io/").as_deref(),
            Some("https://auth.privy.io")
        );
        assert_eq!(
            base("http://127.0.0.1:3003/privy").as_deref(),
            Some("http://127.0.0.1:3003/privy")
        );
        for url in [
            "",
            "auth.privy.io",
            "ftp://auth.privy.io",
            "https://user@auth.privy.io",
            "https://auth.privy.io/?x",
            "https://auth.privy.io/#x",
            "https:///x",
        ] {
            assert_eq!(base(url), None, "{url}");
        }
    }
}
