//! The one string that is issuer, origin and start of every address.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::{Host, Url};

/// The public base URL: an origin, without path or trailing slash.
///
/// It is the issuer (RFC 8414 section 2), and clients compare issuers byte for byte, so the text is
/// kept as written and only the one canonical spelling of an origin is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: Host,
    https: bool,
    port: u16,
}

impl PublicUrl {
    /// `http://localhost:PORT`.
    pub fn on_localhost(port: u16) -> Self {
        let text = if port == 80 {
            "http://localhost".to_owned()
        } else {
            format!("http://localhost:{port}")
        };
        Self {
            text,
            host: Host::Domain("localhost".to_owned()),
            https: false,
            port,
        }
    }

    /// The URL as written, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host: `localhost`, a domain or an address.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, that of the scheme (80 or 443) when none is written.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether only this machine can reach it: `localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

pub(crate) fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A text that cannot be the public URL, each with the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// Not a URL at all.
    #[error(
        "not a URL: write the address that clients use, for example \"https://mcp.example.com\""
    )]
    Syntax,
    /// A scheme other than http and https.
    #[error("must begin with https:// (or http:// on a loopback host)")]
    Scheme,
    /// A user name or password.
    #[error("must not contain a user name or password: write \"{0}\"")]
    UserInfo(String),
    /// A query, even an empty one.
    #[error("must not have a query: write \"{0}\"")]
    Query(String),
    /// A fragment, even an empty one.
    #[error("must not have a fragment: write \"{0}\"")]
    Fragment(String),
    /// One slash too many.
    #[error("must not end with a slash, since clients compare it byte for byte: write \"{0}\"")]
    TrailingSlash(String),
    /// A path: the well-known documents live at the root of an origin.
    #[error(
        "must not have a path, since it is the root of every address: give the server a host name of its own and write \"{0}\""
    )]
    Path(String),
    /// Upper case, a default port, a port with leading zeros, a non-ASCII host.
    #[error(
        "must be in the form that clients see, since they compare it byte for byte: write \"{0}\""
    )]
    NotCanonical(String),
    /// `http://` where anyone on the network could read and change it.
    #[error(
        "http:// is for loopback hosts only (localhost, 127.0.0.1, [::1]), because tokens would travel readable: put TLS in front and write \"{0}\""
    )]
    NotEncrypted(String),
}

impl Default for PublicUrl {
    fn default() -> Self {
        Self::on_localhost(3002)
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidPublicUrl::Syntax)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(InvalidPublicUrl::Scheme),
        };
        let host = url.host().ok_or(InvalidPublicUrl::Syntax)?.to_owned();
        let port = url
            .port_or_known_default()
            .ok_or(InvalidPublicUrl::Syntax)?;
        let origin = url.origin().ascii_serialization();
        // An empty user name before `@` leaves no trace in the parsed URL.
        let authority = text.split_once("//").map_or(text, |(_, rest)| rest);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            Err(InvalidPublicUrl::UserInfo(origin))
        } else if url.fragment().is_some() {
            Err(InvalidPublicUrl::Fragment(origin))
        } else if url.query().is_some() {
            Err(InvalidPublicUrl::Query(origin))
        } else if url.path() != "/" {
            Err(InvalidPublicUrl::Path(origin))
        } else if !https && !is_loopback(&host) {
            Err(InvalidPublicUrl::NotEncrypted(
                origin.replacen("http:", "https:", 1),
            ))
        } else if text.ends_with('/') {
            Err(InvalidPublicUrl::TrailingSlash(origin))
        } else if text != origin {
            Err(InvalidPublicUrl::NotCanonical(origin))
        } else {
            Ok(Self {
                text: origin,
                host,
                https,
                port,
            })
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for PublicUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for PublicUrl {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PublicUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri", "pattern": "^https?://[^/?#@]+$" })
    }
}

#[cfg(test)]
mod tests;
