//! Networks that are trusted with something: to stand in front of this server, or to be reached from it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One address, or a network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// The network; for one address, the network that holds it alone.
    pub fn net(self) -> IpNet {
        self.0
    }
}

/// A text that names no such network, each with the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// Neither an address nor CIDR notation.
    #[error(
        "not a network: write an IP address or CIDR notation, for example \"127.0.0.1\", \"10.0.0.0/8\" or \"fd00::/8\" (host names are not looked up)"
    )]
    Syntax,
    /// Bits behind the prefix: either the address or the length is not what was meant.
    #[error("an address inside a network, not the network: write \"{0}\", or the address alone")]
    NotCanonical(IpNet),
    /// `::ffff:10.0.0.0/104`; an address of that form is treated as IPv4.
    #[error("IPv4 in the clothes of IPv6: write the IPv4 network, for example \"10.0.0.0/8\"")]
    Mapped,
    /// A prefix of no bits.
    #[error(
        "names every address, and none is meant then: write the networks that are, for example \"10.0.0.0/8\""
    )]
    Everybody,
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let net = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| InvalidNetwork::Syntax)?;
        if net.prefix_len() == 0 {
            Err(InvalidNetwork::Everybody)
        } else if net.addr().to_canonical() != net.addr() {
            Err(InvalidNetwork::Mapped)
        } else if net.trunc() != net {
            Err(InvalidNetwork::NotCanonical(net.trunc()))
        } else {
            Ok(Self(net))
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for Network {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Network".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-fA-F.:]+(/[0-9]{1,3})?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_networks_and_single_addresses() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("::1", "::1/128"),
            ("fd00::/8", "fd00::/8"),
        ] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn rejects_what_would_match_nothing_or_everything() {
        let refusal = |text: &str| text.parse::<Network>().unwrap_err();
        for text in [
            "",
            "proxy.example",
            "10.0.0.0/33",
            "10.0.0",
            "10.0.0.1:80",
            "[::1]",
            "fe80::1%eth0",
            " 10.0.0.1",
        ] {
            assert_eq!(refusal(text), InvalidNetwork::Syntax, "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "10.0.0.0/0"] {
            assert_eq!(refusal(text), InvalidNetwork::Everybody, "{text}");
        }
        assert_eq!(
            refusal("10.1.2.3/8"),
            InvalidNetwork::NotCanonical("10.0.0.0/8".parse().unwrap())
        );
        assert_eq!(refusal("::ffff:10.0.0.0/104"), InvalidNetwork::Mapped);
        assert_eq!(refusal("::ffff:10.0.0.1"), InvalidNetwork::Mapped);
    }
}
