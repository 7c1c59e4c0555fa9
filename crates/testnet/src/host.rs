//! A TLS host.

use std::collections::HashMap;
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::{Answer, Authority, Certificate, Request, lock};

/// Serves scripted answers over HTTP/1.1 and TLS on loopback, one request per connection. Paths
/// that were not scripted are answered 404.
pub struct TlsHost {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    tls: Arc<ServerConfig>,
    answers: Mutex<HashMap<String, Answer>>,
    /// Observed, so that a test can wait for a request.
    requests: watch::Sender<Vec<Request>>,
    connections: AtomicUsize,
    silent: AtomicBool,
}

impl TlsHost {
    /// Starts serving at a free port of 127.0.0.1, with a valid certificate for these names.
    pub async fn start(authority: &Authority, names: &[&str]) -> Self {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_at(anywhere, authority, names, Certificate::Valid).await
    }

    /// Starts serving at this address, with a certificate of this kind.
    pub async fn start_at(
        address: SocketAddr,
        authority: &Authority,
        names: &[&str],
        certificate: Certificate,
    ) -> Self {
        let listener = TcpListener::bind(address).await;
        let listener = listener.expect("the address is free");
        let address = listener.local_addr().expect("the listener is bound");
        let shared = Arc::new(Shared {
            tls: authority.server_config(names, certificate),
            answers: Mutex::default(),
            requests: watch::Sender::default(),
            connections: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
        });
        let serving = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            serving,
        }
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Requests for this target are answered so from the next one on.
    pub fn answer(&self, target: &str, answer: Answer) {
        lock(&self.shared.answers).insert(target.to_owned(), answer);
    }

    /// Connections are accepted from the next one on, and nothing is ever sent on them.
    pub fn keep_silent(&self) {
        self.shared.silent.store(true, Ordering::Relaxed);
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// The requests that came, in their order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.borrow().clone()
    }

    /// Returns as soon as so many requests have come.
    pub async fn requested(&self, count: usize) {
        let mut requests = self.shared.requests.subscribe();
        let came = requests.wait_for(|requests| requests.len() >= count).await;
        drop(came.expect("the host counts for as long as it lives"));
    }
}

impl Drop for TlsHost {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with the host, and the connections with it.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        shared.connections.fetch_add(1, Ordering::Relaxed);
        connections.spawn(serve(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

/// Ends without a word when the client goes away, which is what many of them should do.
async fn serve(stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    if shared.silent.load(Ordering::Relaxed) {
        return pending().await;
    }
    let acceptor = TlsAcceptor::from(Arc::clone(&shared.tls));
    let mut stream = acceptor.accept(stream).await.ok()?;
    let request = Request::read(&mut stream).await?;
    let answer = lock(&shared.answers).get(&request.target).cloned();
    shared
        .requests
        .send_modify(|requests| requests.push(request));
    let answer = answer.unwrap_or_else(|| Answer::json("{}").status(404));
    answer.write(&mut stream).await.ok()?;
    stream.shutdown().await.ok()
}
