//! `[egress]`

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::findings::Findings;
use crate::key_path::KeyPath;

/// What this server fetches from others: documents and keys of clients. Only from public addresses,
/// by https, and never through a proxy of the environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Egress {
    /// DNS servers to ask, as `IP:PORT`. The system's when it is not set.
    pub nameservers: Vec<String>,
    /// A file with certificates (PEM) to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Networks that are reached although their addresses are not public, for example `10.1.0.0/16`
    /// for clients inside the company, or `127.0.0.0/8` to develop a client on this machine.
    pub allowed_networks: Vec<String>,
}

impl Egress {
    pub(crate) fn check(&self, findings: &mut Findings) {
        for (index, nameserver) in self.nameservers.iter().enumerate() {
            if nameserver.parse::<SocketAddr>().is_err() {
                findings.refuse(
                    KeyPath::from(["egress", "nameservers"]).index(index),
                    "not the address of a DNS server: write IP:PORT, for example \"9.9.9.9:53\"",
                );
            }
        }
        for (index, network) in self.allowed_networks.iter().enumerate() {
            let canonical = network.parse::<IpNet>().map(|network| network.trunc());
            let at = || KeyPath::from(["egress", "allowed_networks"]).index(index);
            match canonical {
                Ok(canonical) if canonical.to_string() == *network => {}
                Ok(canonical) => findings.refuse(
                    at(),
                    format!("has bits beyond its prefix: write \"{canonical}\""),
                ),
                Err(_) => findings.refuse(
                    at(),
                    "not a network: write it in CIDR notation, for example \"10.1.0.0/16\"",
                ),
            }
        }
    }
}
