//! A new connection to a configured host.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::lookup_host;
use tokio::time::timeout;
use tower_service::Service;

use super::ApiFault;
use crate::tcp;
use crate::tls::Tls;

#[derive(Clone)]
pub(super) struct Connector {
    tls: Arc<Tls>,
    timeout: Duration,
}

impl Connector {
    /// The deadline is each connection's own: one that its request no longer needs, because
    /// another became free, is completed without anybody waiting.
    pub(super) const fn new(tls: Arc<Tls>, timeout: Duration) -> Self {
        Self { tls, timeout }
    }
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Connection for Box<dyn Stream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = ApiFault;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ApiFault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ApiFault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self {
            tls,
            timeout: limit,
        } = self.clone();
        Box::pin(async move {
            let connection = timeout(limit, connect(&tls, &uri)).await;
            connection.unwrap_or(Err(ApiFault::Timeout(limit)))
        })
    }
}

async fn connect(tls: &Tls, uri: &Uri) -> Result<TokioIo<Box<dyn Stream>>, ApiFault> {
    let host = uri.host().ok_or(ApiFault::NotAUrl)?;
    // Brackets belong to the address in a URL, not to the address.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let secure = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let addresses: Vec<_> = lookup_host((host, port))
        .await
        .map_err(|_| ApiFault::Unresolved)?
        .map(|address| address.ip())
        .collect();
    let stream = tcp::connect(&addresses, port)
        .await
        .map_err(ApiFault::Connect)?;
    // A request larger than a packet would otherwise wait for the host's delayed acknowledgement.
    stream
        .set_nodelay(true)
        .map_err(|error| ApiFault::Connect(error.kind()))?;
    let stream: Box<dyn Stream> = if secure {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ApiFault::NotAUrl)?;
        Box::new(tls.connect(name, stream).await?)
    } else {
        Box::new(stream)
    };
    Ok(TokioIo::new(stream))
}
