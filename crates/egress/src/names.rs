//! From a host name to all of its addresses.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::Name;
use hickory_resolver::{TokioResolver, system_conf};

use crate::FetchError;

/// Resolves host names, by the machine's name servers or by configured ones.
pub(crate) struct Names {
    /// Absent when the machine's configuration cannot be read: the server starts all the same.
    resolver: Option<TokioResolver>,
}

impl Names {
    pub(crate) fn new(servers: &[SocketAddr]) -> Self {
        let configured = if servers.is_empty() {
            system_conf::read_system_conf().ok()
        } else {
            Some(configured(servers))
        };
        let resolver = configured.and_then(|(config, mut options)| {
            options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
            // Documents are cached, for longer than an address should be.
            options.cache_size = 0;
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
                .with_options(options)
                .build()
                .ok()
        });
        Self { resolver }
    }

    /// Every address of the name, A and AAAA; the IPv4 ones first, because there are still machines
    /// whose IPv6 leads nowhere and says so only by silence.
    pub(crate) async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, FetchError> {
        let resolver = self.resolver.as_ref().ok_or(FetchError::NoNameServer)?;
        let mut absolute = Name::from_ascii(name).map_err(|_| FetchError::NotAUrl)?;
        // No search domains: a stranger's `kubernetes.default` is not this cluster's.
        absolute.set_fqdn(true);
        let found = resolver.lookup_ip(absolute).await.map_err(|error| {
            if matches!(error, NetError::Dns(DnsError::NoRecordsFound(_))) {
                FetchError::Unresolved
            } else {
                FetchError::NameServers
            }
        })?;
        let mut addresses: Vec<IpAddr> = found.iter().collect();
        if addresses.is_empty() {
            return Err(FetchError::Unresolved);
        }
        addresses.sort_by_key(IpAddr::is_ipv6);
        Ok(addresses)
    }
}

fn configured(servers: &[SocketAddr]) -> (ResolverConfig, ResolverOpts) {
    let servers = servers
        .iter()
        .map(|server| {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()]
                .into_iter()
                .map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
            NameServerConfig::new(server.ip(), true, connections.collect())
        })
        .collect();
    let mut options = ResolverOpts::default();
    // Who names the servers wants their answers, not the machine's file.
    options.use_hosts_file = ResolveHosts::Never;
    (
        ResolverConfig::from_parts(None, Vec::new(), servers),
        options,
    )
}
