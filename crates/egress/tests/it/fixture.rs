//! A stranger's host, and a way out to it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use countersign_domain::{Clock, Timestamp};
use countersign_egress::{
    CachePolicy, Document, DocumentCache, Egress, EgressConfig, FetchError, Limits,
};
use countersign_testnet::{Answer, Authority, Certificate, DnsServer, TlsHost};

/// The host's name.
pub(crate) const NAME: &str = "client.example";

/// The host's address, which the tests' configuration allows.
pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// As much as is read, and a deadline that no honest answer comes near.
pub(crate) const LIMITS: Limits = Limits {
    bytes: 5 * 1024,
    timeout: Duration::from_secs(30),
};

/// For hosts that keep a fetch waiting until the deadline.
pub(crate) const IMPATIENT: Limits = Limits {
    timeout: Duration::from_secs(1),
    ..LIMITS
};

/// `client.example` and its name server.
pub(crate) struct World {
    pub(crate) dns: DnsServer,
    pub(crate) host: TlsHost,
    authority: Authority,
    egress: Egress,
}

impl World {
    /// The host answers `/doc` with an empty object.
    pub(crate) async fn new() -> Self {
        Self::with(Certificate::Valid).await
    }

    pub(crate) async fn with(certificate: Certificate) -> Self {
        let authority = Authority::new();
        let anywhere = SocketAddr::new(LOOPBACK, 0);
        let names = [NAME, "*.clients.example", "127.0.0.1"];
        let host = TlsHost::start_at(anywhere, &authority, &names, certificate).await;
        host.answer("/doc", Answer::json("{}"));
        let dns = DnsServer::start().await;
        dns.answer(NAME, &[LOOPBACK]);
        let egress = way_out(&dns, &authority, &["127.0.0.1/32"], 16);
        Self {
            dns,
            host,
            authority,
            egress,
        }
    }

    /// Another host, at the same port of another loopback address.
    pub(crate) async fn neighbour(&self, address: &str) -> TlsHost {
        let address = SocketAddr::new(address.parse().unwrap(), self.host.port());
        let host = TlsHost::start_at(address, &self.authority, &[NAME], Certificate::Valid).await;
        host.answer("/doc", Answer::json("{}"));
        host
    }

    /// The way out, with the host's own address as the only exception.
    pub(crate) fn egress(&self) -> Egress {
        self.egress.clone()
    }

    pub(crate) fn egress_with(&self, allowed: &[&str], concurrency: usize) -> Egress {
        way_out(&self.dns, &self.authority, allowed, concurrency)
    }

    /// A URL of the host.
    pub(crate) fn url(&self, path: &str) -> String {
        self.url_at(NAME, path)
    }

    pub(crate) fn url_at(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.host.port())
    }

    /// Fetches `/doc`, answered so.
    pub(crate) async fn fetch(&self, answer: Answer) -> Result<Document, FetchError> {
        self.host.answer("/doc", answer);
        self.egress().get(&self.url("/doc"), &LIMITS).await
    }

    /// A cache of JSON numbers.
    pub(crate) fn cache(&self, clock: &Arc<ManualClock>) -> DocumentCache<u64, NotANumber> {
        cache(self.egress(), clock, POLICY)
    }
}

/// A cache of JSON numbers.
pub(crate) fn cache(
    egress: Egress,
    clock: &Arc<ManualClock>,
    policy: CachePolicy,
) -> DocumentCache<u64, NotANumber> {
    let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
    DocumentCache::new(egress, clock, policy, number)
}

fn way_out(dns: &DnsServer, authority: &Authority, allowed: &[&str], concurrency: usize) -> Egress {
    Egress::new(EgressConfig {
        nameservers: vec![dns.address()],
        extra_roots: authority.pem().into_bytes(),
        allowed_networks: allowed.iter().map(|net| net.parse().unwrap()).collect(),
        concurrency,
    })
    .unwrap()
}

pub(crate) const POLICY: CachePolicy = CachePolicy {
    limits: LIMITS,
    min_ttl: Duration::from_mins(1),
    max_ttl: Duration::from_hours(24),
    default_ttl: Duration::from_hours(1),
    refetch_interval: Duration::from_secs(30),
    capacity: 100,
};

/// The document is not one of those that the cache is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number")]
pub(crate) struct NotANumber;

fn number(_: &str, content: &[u8]) -> Result<u64, NotANumber> {
    let content = std::str::from_utf8(content).map_err(|_| NotANumber)?;
    content.parse().map_err(|_| NotANumber)
}

/// Stands still until it is moved.
#[derive(Default)]
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}
