//! The listener.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::response::Response;
use countersign_domain::{Clock as _, Entropy, SystemClock, SystemEntropy};
use countersign_jose::key::KeyError;
use http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::Service;

use crate::clock::{Now, SimClock};
use crate::control::Control;
use crate::core::{App, Core};
use crate::fault::Lost;
use crate::routes;
use crate::settings::Settings;

/// How a simulator starts.
pub struct SimulatorConfig {
    /// Where it listens; port 0 is any free one.
    pub listen: SocketAddr,
    /// Where browsers reach it, if not at the address it listens on. No slash at the end.
    pub url: Option<String>,
    /// The app.
    pub app: App,
    /// The settings to begin with.
    pub settings: Settings,
    /// Its time, in milliseconds since the Unix epoch.
    pub now: Now,
    /// Its randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for SimulatorConfig {
    /// Any free port of 127.0.0.1, the time of the system, and no allowed origin.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            url: None,
            app: App::default(),
            settings: Settings::default(),
            now: Arc::new(|| SystemClock.now().as_millis()),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("the Privy simulator cannot listen on {address}: {source}")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A signing key could not be made.
    #[error("the Privy simulator has no key: {0}")]
    Key(#[from] KeyError),
}

/// A simulator that serves until it is dropped.
pub struct Simulator {
    control: Control,
    address: SocketAddr,
    router: Router,
    serving: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts serving.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let listener = bind(config.listen).await?;
        let address = listener.local_addr().map_err(|source| StartError::Listen {
            address: config.listen,
            source,
        })?;
        let url = config.url.unwrap_or_else(|| format!("http://{address}"));
        let clock = SimClock::new(config.now);
        let core = Core::new(config.app, url, clock, config.entropy, config.settings)?;
        let core = Arc::new(core);
        let router = routes::router(&core);
        Ok(Self {
            control: Control { core },
            address,
            serving: Some(tokio::spawn(accept(listener, router.clone()))),
            router,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The control plane, to keep beside the simulator.
    pub fn control(&self) -> Control {
        self.control.clone()
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
    pub async fn go_online(&mut self) -> Result<(), StartError> {
        if self.serving.is_none() {
            let listener = bind(self.address).await?;
            self.serving = Some(tokio::spawn(accept(listener, self.router.clone())));
        }
        Ok(())
    }
}

impl Deref for Simulator {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| StartError::Listen { address, source })
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

/// The router, but a response that is marked as lost ends its connection instead.
#[derive(Clone)]
struct Lossy(Router);

/// Ends a connection.
#[derive(Debug, thiserror::Error)]
#[error("the answer was lost on purpose")]
struct AnswerLost;

impl<B> Service<Request<B>> for Lossy
where
    Router: Service<Request<B>, Response = Response, Error = Infallible>,
    <Router as Service<Request<B>>>::Future: Send + 'static,
{
    type Response = Response;
    type Error = AnswerLost;
    type Future = Pin<Box<dyn Future<Output = Result<Response, AnswerLost>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AnswerLost>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            let Ok(response) = answer.await;
            if response.extensions().get::<Lost>().is_some() {
                return Err(AnswerLost);
            }
            Ok(response)
        })
    }
}
