//! Whose request it is. The one place that reads what proxies say of the requests they forward, and
//! it believes only proxies that the operator trusts: anybody can send such a header.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::Uri;
use axum::http::header::HOST;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::forwarded;

/// The address of the client: of whoever opened the connection, or for whom a trusted proxy did.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Without a socket (a test that calls the router) everybody is one and the same peer.
        let nobody = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(parts.extensions.get().copied().unwrap_or(nobody))
    }
}

/// The outermost layer. Behind it a request is as if its client had connected directly: [`Peer`] is
/// the client, `Host` is the host that it asked for, and the headers of proxies are gone, so that
/// nothing can believe them by mistake.
///
/// The host serves only the check against DNS rebinding at `/mcp`. Addresses in documents, redirects,
/// cookies and pages are made from the public URL, whatever a proxy says.
pub(crate) async fn identify(
    State(trusted_proxies): State<Arc<[IpNet]>>,
    mut request: Request,
) -> Request {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // A socket that listens on IPv6 shows IPv4 peers as `::ffff:a.b.c.d`.
    if let Some(proxy) = socket.map(|info| info.0.ip().to_canonical()) {
        let trusted = |address: IpAddr| trusted_proxies.iter().any(|net| net.contains(&address));
        let mut client = proxy;
        if trusted(proxy) {
            client = forwarded::client(request.headers(), trusted).unwrap_or(proxy);
            if let Some(host) = forwarded::host(request.headers()) {
                request.headers_mut().insert(HOST, host);
                // HTTP/2 names the host in the request target, and there it is the proxy's own.
                if let Some(path) = request.uri().path_and_query() {
                    *request.uri_mut() = Uri::from(path.clone());
                }
            }
        }
        request.extensions_mut().insert(Peer(client));
    }
    forwarded::strip(request.headers_mut());
    request
}
