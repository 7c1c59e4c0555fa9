//! `[egress]`

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::Network;

/// What this server fetches from others: documents and keys of clients. Only from public addresses,
/// by https, and never through a proxy of the environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Egress {
    /// DNS servers to ask, as `IP:PORT`. The system's when it is not set.
    #[serde(deserialize_with = "nameservers")]
    pub nameservers: Vec<SocketAddr>,
    /// A file with certificates (PEM) to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Networks that are reached although their addresses are not public, for example `10.1.0.0/16`
    /// for clients inside the company, or `127.0.0.0/8` to develop a client on this machine.
    pub allowed_networks: Vec<Network>,
}

fn nameservers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SocketAddr>, D::Error> {
    let written = Vec::<String>::deserialize(deserializer)?;
    written
        .iter()
        .map(|address| address.parse())
        .collect::<Result<_, _>>()
        .map_err(|_| {
            de::Error::custom(
                "not the address of a DNS server: write IP:PORT, for example \"9.9.9.9:53\"",
            )
        })
}
