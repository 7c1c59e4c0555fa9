//! The guarded GET.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::select_ok;
use ipnet::IpNet;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use crate::names::Names;
use crate::target::Target;
use crate::tls::Tls;
use crate::{FetchError, address, exchange};

/// How long a fetch waits for a place among the concurrent ones. Longer would only pile up
/// requests behind hosts that do not answer.
const TURN: Duration = Duration::from_millis(250);

/// The next address is tried when the one before has not answered for as long (RFC 8305,
/// section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// How many of a host's addresses are tried. All are checked.
const ATTEMPTS: usize = 4;

/// How to get out.
#[derive(Clone, Debug)]
pub struct EgressConfig {
    /// Name servers to ask instead of the machine's; empty for `/etc/resolv.conf`.
    pub nameservers: Vec<SocketAddr>,
    /// Certificate authorities to trust beside the machine's, as PEM; empty for none.
    pub extra_roots: Vec<u8>,
    /// The operator's exceptions: networks that may be connected to although they are not public,
    /// such as a development server's loopback or an intranet.
    pub allowed_networks: Vec<IpNet>,
    /// How many fetches may be under way at once.
    pub concurrency: usize,
}

/// Why [`Egress::new`] refuses its configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEgress {
    /// The extra roots do not parse.
    #[error("the extra certificate authorities are not PEM certificates")]
    ExtraRoots,
    /// No fetch would ever get its turn.
    #[error("at least one fetch must be allowed at a time")]
    Concurrency,
}

/// Where a fetch ends, whatever the host does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the document.
    pub bytes: usize,
    /// The time for everything: a free place, DNS, TCP, TLS, the headers and the last byte.
    pub timeout: Duration,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The content, never encoded.
    pub body: Bytes,
    /// For how much longer the host calls it fresh; `None` when it does not say.
    pub fresh_for: Option<Duration>,
}

/// The guarded way out. A clone shares the limits of its original.
#[derive(Clone)]
pub struct Egress {
    shared: Arc<Shared>,
}

struct Shared {
    names: Names,
    tls: Tls,
    allowed: Vec<IpNet>,
    turns: Semaphore,
}

impl Egress {
    /// Opens nothing and reads no certificate: that is left to the first fetch.
    pub fn new(config: EgressConfig) -> Result<Self, InvalidEgress> {
        if config.concurrency == 0 {
            return Err(InvalidEgress::Concurrency);
        }
        Ok(Self {
            shared: Arc::new(Shared {
                names: Names::new(&config.nameservers),
                tls: Tls::new(&config.extra_roots)?,
                allowed: config.allowed_networks,
                turns: Semaphore::new(config.concurrency.min(Semaphore::MAX_PERMITS)),
            }),
        })
    }

    /// Fetches the JSON document at `url`. Dropping the future ends the fetch.
    pub async fn get(&self, url: &str, limits: &Limits) -> Result<Document, FetchError> {
        let target = Target::parse(url)?;
        let Shared { tls, .. } = &*self.shared;
        timeout(limits.timeout, async {
            let _turn = self.turn().await?;
            let addresses = self.addresses(&target.host).await?;
            let stream = connect(&addresses, target.port).await?;
            let stream = tls.connect(target.host.clone(), stream).await?;
            exchange::get(stream, &target, limits.bytes).await
        })
        .await
        .unwrap_or(Err(FetchError::Timeout(limits.timeout)))
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, FetchError> {
        match timeout(TURN, self.shared.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(FetchError::Busy),
        }
    }

    /// The addresses that may be connected to. The name is resolved here and nowhere else, so that
    /// a second answer of the name server cannot matter (C6 of the security catalogue).
    async fn addresses(&self, host: &ServerName<'_>) -> Result<Vec<IpAddr>, FetchError> {
        let addresses = match host {
            ServerName::DnsName(name) => self.shared.names.resolve(name.as_ref()).await?,
            ServerName::IpAddress(address) => vec![(*address).into()],
            _ => return Err(FetchError::NotAUrl),
        };
        address::check(&addresses, &self.shared.allowed)?;
        Ok(addresses)
    }
}

async fn connect(addresses: &[IpAddr], port: u16) -> Result<TcpStream, FetchError> {
    let mut delay = Duration::ZERO;
    let attempts = addresses.iter().take(ATTEMPTS).map(|address| {
        let start = delay;
        delay += STAGGER;
        let address = SocketAddr::new(*address, port);
        Box::pin(async move {
            sleep(start).await;
            TcpStream::connect(address).await
        })
    });
    match select_ok(attempts).await {
        Ok((stream, _)) => Ok(stream),
        Err(error) => Err(FetchError::Connect(error.kind())),
    }
}
