//! The socket address of `listen`.

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, de};

/// Reads `IP:PORT`. A host name is refused: which of its addresses to bind would be a guess.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SocketAddr, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|_| {
        de::Error::custom("not an address to listen on: write IP:PORT, for example \"127.0.0.1:3002\", \"0.0.0.0:3002\" or \"[::]:3002\"")
    })
}
