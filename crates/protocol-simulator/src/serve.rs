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
use http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::Service;

use crate::caller::Verify;
use crate::clock::{Now, SimClock};
use crate::control::Control;
use crate::core::Core;
use crate::fault::Lost;
use crate::person::Person;
use crate::routes;
use crate::sample::sample_people;
use crate::settings::Settings;

/// How a simulator starts. Made by [`SimulatorConfig::new`], then changed field by field.
pub struct SimulatorConfig {
    /// Where it listens; port 0 is any free one.
    pub listen: SocketAddr,
    /// Whose tokens it takes.
    pub verify: Verify,
    /// The settings to begin with.
    pub settings: Settings,
    /// The people who can be found.
    pub people: Vec<Person>,
    /// Its time, in milliseconds since the Unix epoch.
    pub now: Now,
}

impl SimulatorConfig {
    /// Any free port of 127.0.0.1, the sample people, and the time of the system.
    pub fn new(verify: Verify) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            verify,
            settings: Settings::default(),
            people: sample_people(),
            now: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[error("the Protocol API simulator cannot listen on {address}: {source}")]
pub struct StartError {
    /// Where it should have listened.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// A simulator that serves until it is dropped.
pub struct Simulator {
    control: Control,
    serving: JoinHandle<()>,
}

impl Simulator {
    /// Starts serving.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let failed = |source| StartError {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let core = Core::new(
            format!("http://{address}"),
            SimClock::new(config.now),
            config.verify,
            config.settings,
            config.people,
        );
        let router = routes::router(&core);
        Ok(Self {
            control: Control { core },
            serving: tokio::spawn(accept(listener, router)),
        })
    }

    /// The control plane, to keep beside the simulator.
    pub fn control(&self) -> Control {
        self.control.clone()
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
        self.serving.abort();
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
