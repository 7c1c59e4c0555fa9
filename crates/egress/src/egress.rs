//! The guarded GET.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ipnet::IpNet;
use rustls::pki_types::ServerName;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::names::Names;
use crate::target::Target;
use crate::tls::Tls;
use crate::{ApiClient, FetchError, address, exchange, tcp};

/// How long a fetch waits for a place among the concurrent ones. Longer would only pile up
/// requests behind hosts that do not answer.
const TURN: Duration = Duration::from_millis(250);

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
    /// The size of the document, or of an answer's content.
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
    tls: Arc<Tls>,
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
                tls: Arc::new(Tls::new(&config.extra_roots)?),
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
            let stream = tcp::connect(&addresses, target.port)
                .await
                .map_err(FetchError::Connect)?;
            let stream = tls.connect(target.host.clone(), stream).await?;
            exchange::get(stream, &target, limits.bytes).await
        })
        .await
        .unwrap_or(Err(FetchError::Timeout(limits.timeout)))
    }

    /// A way to hosts that the operator configured, with connections of its own. It trusts the same
    /// certificate authorities and heeds nothing else of [`EgressConfig`]: the addresses are the
    /// operator's to choose, and the machine resolves their names.
    pub fn api(&self, limits: Limits) -> ApiClient {
        ApiClient::new(Arc::clone(&self.shared.tls), limits)
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
