//! Calls to hosts that the operator configured.

mod connector;
mod error;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE,
    TRANSFER_ENCODING, USER_AGENT,
};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use self::connector::Connector;
pub use self::error::{ApiError, ApiFault};
use crate::Limits;
use crate::exchange::{AGENT, HEAD_BUFFER, is_identity};
use crate::tls::Tls;

/// How many exchanges of one client are under way at once. The others wait, because they were all
/// asked for by people of this server: enough for a thousand calls a second at a host that takes a
/// quarter of a second, and few enough for the file descriptors of any machine.
const CONCURRENCY: usize = 256;

/// How long a connection is kept for the next request. Less than the sixty seconds after which
/// common load balancers hang up, so that it is this side that closes and no request meets a host
/// that is just leaving.
const IDLE: Duration = Duration::from_secs(30);

/// A way to hosts that the operator configured, such as the product's API. A clone shares the
/// connections of its original.
///
/// Unlike [`crate::Egress::get`] it takes `http://` as well as `https://`, connects to whatever
/// address the machine's resolver names and keeps the connections. It follows no redirect, knows
/// no proxy and no cookie, decodes nothing and repeats nothing, except for a request that a kept
/// connection did not take any more.
#[derive(Clone)]
pub struct ApiClient {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client<Connector, Full<Bytes>>,
    turns: Semaphore,
    limits: Limits,
}

impl ApiClient {
    pub(crate) fn new(tls: Arc<Tls>, limits: Limits) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(CONCURRENCY)
            .http1_max_buf_size(HEAD_BUFFER)
            .build(Connector::new(tls, limits.timeout));
        Self {
            shared: Arc::new(Shared {
                client,
                turns: Semaphore::new(CONCURRENCY),
                limits,
            }),
        }
    }

    /// Sends a request with an absolute `http` or `https` URI and reads the answer, whatever its
    /// status. Everything from the wait for a free place to the last byte happens within
    /// [`Limits::timeout`], and the answer's content is at most [`Limits::bytes`] long.
    ///
    /// The request's `Accept-Encoding` and the headers that frame its content are the client's.
    /// Credentials among the headers are marked sensitive, so that no `Debug` output shows them.
    ///
    /// After an error nobody knows whether the host has acted, unless it is
    /// [`ApiFault::NotAUrl`], [`ApiFault::Busy`] or a connection that never stood. Dropping the
    /// future closes the connection.
    pub async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, ApiError> {
        let host = host(request.uri()).ok_or(ApiError::not_a_url())?;
        prepare(&mut request);
        let Shared { turns, limits, .. } = &*self.shared;
        let mut waiting = true;
        let exchange = async {
            // The semaphore is never closed.
            let _turn = turns.acquire().await.map_err(|_| ApiFault::Busy)?;
            waiting = false;
            self.exchange(request.map(Full::new)).await
        };
        let answer = timeout(limits.timeout, exchange).await;
        answer
            .unwrap_or_else(|_| Err(ApiFault::late(waiting, limits.timeout)))
            .map_err(|fault| ApiError::at(host, fault))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, ApiFault> {
        let Shared { client, limits, .. } = &*self.shared;
        let answer = client
            .request(request)
            .await
            .map_err(|error| ApiFault::of(&error))?;
        let (mut head, content) = answer.into_parts();
        if !is_identity(&head.headers) {
            return Err(ApiFault::Encoded);
        }
        let content = read(content, limits.bytes).await?;
        // The host's own words for the status are among them.
        head.extensions = Extensions::new();
        conceal(&mut head.headers, &[SET_COOKIE]);
        Ok(Response::from_parts(head, content))
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiClient")
            .field("limits", &self.shared.limits)
            .finish_non_exhaustive()
    }
}

/// Whom errors name. A user name in the address would be a secret in a configuration file that
/// nobody took for one.
fn host(uri: &Uri) -> Option<String> {
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().filter(|_| is_http)?;
    // A port that is none would be taken for the default one.
    let port = authority.as_str().strip_prefix(authority.host())?;
    let is_port = port.is_empty() || authority.port_u16().is_some();
    is_port.then(|| authority.to_string())
}

fn prepare(request: &mut Request<Bytes>) {
    // Whatever version the caller's request came with, it is not the one of this connection.
    *request.version_mut() = http::Version::HTTP_11;
    let length = request.body().len();
    let announced = length > 0 || !matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers_mut();
    headers.remove(TRANSFER_ENCODING);
    headers.remove(CONTENT_LENGTH);
    if announced {
        // Some hosts refuse a POST without content that does not say so.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(AGENT));
    conceal(headers, &[AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION]);
}

fn conceal(headers: &mut HeaderMap, names: &[HeaderName]) {
    for (name, value) in headers.iter_mut() {
        if names.contains(name) {
            value.set_sensitive(true);
        }
    }
}

async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, ApiFault> {
    let within = |size: usize| size <= limit;
    // What it announces is believed only against it.
    if !usize::try_from(body.size_hint().lower()).is_ok_and(within) {
        return Err(ApiFault::TooLarge(limit));
    }
    let mut content = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ApiFault::of_connection(&error))?;
        if let Ok(data) = frame.into_data() {
            if !within(content.len().saturating_add(data.len())) {
                return Err(ApiFault::TooLarge(limit));
            }
            content.extend_from_slice(&data);
        }
    }
    Ok(content.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conceals_the_credentials_of_a_request() {
        let mut request = Request::get("http://localhost/")
            .header("authorization", "Bearer secret")
            .header("cookie", "a=secret")
            .header("cookie", "b=secret")
            .header("proxy-authorization", "Basic secret")
            .body(Bytes::new())
            .unwrap_or_default();
        prepare(&mut request);
        assert_eq!(request.headers().len(), 6);
        assert!(!format!("{request:?}").contains("secret"));
    }
}
