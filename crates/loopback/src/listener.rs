//! Listening, going offline and coming back.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::lossy::Lossy;

/// Why nothing listens.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Others could reach the address.
    #[error(
        "listen on a loopback address: {0} is for the network, and what is simulated keeps no secret"
    )]
    NotLoopback(SocketAddr),
    /// The system refused.
    #[error("cannot listen on {address}: {source}")]
    Refused {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// An address that is taken, and at which nobody answers yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Takes an address of loopback; port 0 is any free one.
    pub async fn at(address: SocketAddr) -> Result<Self, ListenError> {
        if !address.ip().is_loopback() {
            return Err(ListenError::NotLoopback(address));
        }
        let refused = |source| ListenError::Refused { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address })
    }

    /// The address, with the port that was free.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers from now on.
    pub fn serve(self, router: Router) -> Listener {
        let serving = tokio::spawn(accept(self.listener, router.clone()));
        Listener {
            address: self.address,
            router,
            serving: Some(serving),
        }
    }
}

/// Serves until it is dropped.
pub struct Listener {
    address: SocketAddr,
    router: Router,
    serving: Option<JoinHandle<()>>,
}

impl Listener {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts every connection off and refuses new ones, until it goes online again. Forgets
    /// nothing.
    pub async fn go_offline(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            // The port is free when the task has ended; that it was cancelled is no news.
            _ = serving.await;
        }
    }

    /// Listens at the same address again.
    pub async fn go_online(&mut self) -> Result<(), ListenError> {
        if self.serving.is_none() {
            let bound = Bound::at(self.address).await?;
            self.serving = Some(tokio::spawn(accept(bound.listener, self.router.clone())));
        }
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn accept(listener: TcpListener, router: Router) {
    // Aborted with this task, and every connection with them.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, router.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = TowerToHyperService::new(Lossy(router));
    // How a connection ended is the client's affair.
    _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::Lost;

    async fn start() -> Listener {
        let router = Router::new().route("/", get(async || "here")).route(
            "/lost",
            get(async || {
                let mut response = "lost".into_response();
                response.extensions_mut().insert(Lost);
                response
            }),
        );
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Bound::at(here).await.unwrap().serve(router)
    }

    /// What comes back; none if nobody listens.
    async fn ask(address: SocketAddr, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        // A connection that is reset has no answer either.
        _ = stream.read_to_string(&mut answer).await;
        Some(answer)
    }

    #[tokio::test]
    async fn the_network_is_refused() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
            let refused = Bound::at(address.parse().unwrap()).await;
            assert!(
                matches!(refused, Err(ListenError::NotLoopback(_))),
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_lost_ends_the_connection() {
        let listener = start().await;
        let answer = ask(listener.address(), "/").await.unwrap();
        assert!(answer.ends_with("here"), "{answer}");
        assert_eq!(ask(listener.address(), "/lost").await.unwrap(), "");
    }

    #[tokio::test]
    async fn what_goes_offline_comes_back_at_the_same_address() {
        let mut listener = start().await;
        let address = listener.address();
        listener.go_offline().await;
        assert_eq!(ask(address, "/").await, None);
        listener.go_online().await.unwrap();
        assert!(ask(address, "/").await.unwrap().ends_with("here"));
        assert_eq!(listener.address(), address);
    }
}
