//! An API.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::{Answer, Authority, Certificate, Request, lock};

/// Serves scripted answers over HTTP/1.1 on loopback, plain or over TLS, and keeps its connections
/// for further requests. Targets that were not scripted are answered 404.
pub struct ApiHost {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    tls: Option<Arc<ServerConfig>>,
    answers: Mutex<HashMap<String, Answer>>,
    /// Observed, so that a test can wait for what happens.
    traffic: watch::Sender<Traffic>,
    hang_up: broadcast::Sender<()>,
}

#[derive(Default)]
struct Traffic {
    requests: Vec<Request>,
    accepted: usize,
    ended: usize,
}

impl ApiHost {
    /// Starts serving plain HTTP at a free port of 127.0.0.1.
    pub async fn start() -> Self {
        Self::serve(None).await
    }

    /// Starts serving HTTP over TLS at a free port of 127.0.0.1, with a certificate of this kind
    /// for `localhost` and the address.
    pub async fn start_tls(authority: &Authority, certificate: Certificate) -> Self {
        let names = ["localhost", "127.0.0.1"];
        Self::serve(Some(authority.server_config(&names, certificate))).await
    }

    async fn serve(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("loopback has a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let shared = Arc::new(Shared {
            tls,
            answers: Mutex::default(),
            traffic: watch::Sender::default(),
            hang_up: broadcast::Sender::new(1),
        });
        let serving = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            serving,
        }
    }

    /// A URL of this host.
    pub fn url(&self, target: &str) -> String {
        let scheme = self.shared.tls.as_ref().map_or("http", |_| "https");
        format!("{scheme}://{}{target}", self.address)
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Requests for this target are answered so from the next one on.
    pub fn answer(&self, target: &str, answer: Answer) {
        lock(&self.shared.answers).insert(target.to_owned(), answer);
    }

    /// The requests that came, in their order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.traffic.borrow().requests.clone()
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.shared.traffic.borrow().accepted
    }

    /// Returns as soon as so many requests have come.
    pub async fn requested(&self, count: usize) {
        self.happened(|traffic| traffic.requests.len() >= count)
            .await;
    }

    /// Returns as soon as so many connections have ended, whoever ended them.
    pub async fn ended(&self, count: usize) {
        self.happened(|traffic| traffic.ended >= count).await;
    }

    /// Closes every connection, and returns as soon as that is done.
    pub async fn hang_up(&self) {
        // Nobody listens where there is no connection.
        drop(self.shared.hang_up.send(()));
        self.happened(|traffic| traffic.ended == traffic.accepted)
            .await;
    }

    async fn happened(&self, condition: impl FnMut(&Traffic) -> bool) {
        let mut traffic = self.shared.traffic.subscribe();
        let happened = traffic.wait_for(condition).await;
        drop(happened.expect("the host counts for as long as it lives"));
    }
}

impl Drop for ApiHost {
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
        let mut hang_up = shared.hang_up.subscribe();
        shared.traffic.send_modify(|traffic| traffic.accepted += 1);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            tokio::select! {
                _ = connection(stream, &shared) => {}
                _ = hang_up.recv() => {}
            }
            shared.traffic.send_modify(|traffic| traffic.ended += 1);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, shared: &Shared) -> Option<()> {
    match shared.tls.clone() {
        Some(tls) => {
            let stream = TlsAcceptor::from(tls).accept(stream).await.ok()?;
            exchanges(stream, shared).await
        }
        None => exchanges(stream, shared).await,
    }
}

/// Ends without a word when the client goes away, also while it waits for an answer.
async fn exchanges(stream: impl AsyncRead + AsyncWrite, shared: &Shared) -> Option<()> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    loop {
        let request = Request::read(&mut reader).await?;
        let answer = lock(&shared.answers).get(&request.target).cloned();
        shared
            .traffic
            .send_modify(|traffic| traffic.requests.push(request));
        let answer = answer.unwrap_or_else(|| Answer::json("{}").status(404));
        tokio::select! {
            biased;
            written = answer.write(&mut writer) => written.ok()?,
            // Nothing comes before the answer but the end.
            _ = reader.read_u8() => return None,
        }
        if answer.ends_with_the_connection() {
            return writer.shutdown().await.ok();
        }
    }
}
