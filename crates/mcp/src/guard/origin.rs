//! Where a request was sent to, and from which web page (MCP "Security Warning": Origin must be
//! validated; the Host check stops DNS rebinding on a developer's own machine).

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Uri};
use url::{Host, Url};

use super::refusal::Refusal;
use crate::{InvalidMcpConfig, McpConfig};

/// The hosted clients' own pages. Their servers call from no page, yet some requests of theirs
/// carry the origin all the same (clients.md F06).
const VENDOR_ORIGINS: [&str; 3] = [
    "https://chatgpt.com",
    "https://claude.ai",
    "https://claude.com",
];

/// Which hosts and origins are ours or welcome.
#[derive(Debug)]
pub(crate) struct OriginPolicy {
    host: String,
    /// In the serialization that browsers send (RFC 6454 section 6.2).
    origins: Vec<String>,
    /// A server on the developer's machine: any page of that machine may call it, because the
    /// Inspector and its like run on ports of their own.
    loopback: bool,
}

impl OriginPolicy {
    pub(crate) fn new(config: &McpConfig) -> Result<Self, InvalidMcpConfig> {
        let invalid = || InvalidMcpConfig::PublicUrl(config.public_url.clone());
        let public = web_url(&config.public_url).ok_or_else(invalid)?;
        let mut origins = vec![public.origin().ascii_serialization()];
        origins.extend(VENDOR_ORIGINS.map(str::to_owned));
        for origin in &config.extra_origins {
            origins
                .push(web_origin(origin).ok_or_else(|| InvalidMcpConfig::Origin(origin.clone()))?);
        }
        Ok(Self {
            host: public.host_str().ok_or_else(invalid)?.to_owned(),
            origins,
            loopback: public.host().is_some_and(|host| is_loopback(&host)),
        })
    }

    /// Refuses a request for another host, or from a page of an origin that is not allowed.
    pub(crate) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_host(uri, headers)?;
        let mut origins = headers.get_all(ORIGIN).iter();
        if origins.all(|origin| {
            origin
                .to_str()
                .is_ok_and(|origin| self.allows_origin(origin))
        }) {
            Ok(())
        } else {
            Err(Refusal::ForeignOrigin)
        }
    }

    /// Every host that is named must be ours: the `:authority` of HTTP/2 or an absolute request
    /// target, and the header. The port is the proxy's business.
    fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut named = uri.authority().is_some();
        if uri
            .authority()
            .is_some_and(|authority| !self.allows_host(authority))
        {
            return Err(Refusal::ForeignHost);
        }
        for value in headers.get_all(HOST) {
            let authority =
                Authority::try_from(value.as_bytes()).map_err(|_| Refusal::MissingHost)?;
            if !self.allows_host(&authority) {
                return Err(Refusal::ForeignHost);
            }
            named = true;
        }
        if named {
            Ok(())
        } else {
            Err(Refusal::MissingHost)
        }
    }

    /// Loopback names are always ours: a proxy on the same machine often rewrites Host to the
    /// address it forwards to, and a page that rebinds its name still sends that name.
    fn allows_host(&self, authority: &Authority) -> bool {
        authority.host().eq_ignore_ascii_case(&self.host)
            || Host::parse(authority.host()).is_ok_and(|host| is_loopback(&host))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
            || (self.loopback
                && web_url(origin)
                    .is_some_and(|url| url.host().is_some_and(|host| is_loopback(&host))))
    }
}

pub(crate) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn web_url(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn web_origin(text: &str) -> Option<String> {
    let origin = web_url(text)?.origin().ascii_serialization();
    // More than an origin (a path, credentials) would silently allow more than was written.
    (text
        .strip_suffix('/')
        .unwrap_or(text)
        .eq_ignore_ascii_case(&origin))
    .then_some(origin)
}

#[cfg(test)]
mod tests {
    use countersign_oauth::scope::ScopeSet;

    use super::*;

    fn policy(public_url: &str) -> OriginPolicy {
        let mut config = McpConfig::new(public_url, ScopeSet::empty());
        config.extra_origins = vec!["https://inspector.example".to_owned()];
        OriginPolicy::new(&config).unwrap()
    }

    #[test]
    fn a_public_server_knows_itself_the_configured_and_the_vendors() {
        let policy = policy("https://notes.example");
        for origin in [
            "https://notes.example",
            "https://inspector.example",
            "https://chatgpt.com",
        ] {
            assert!(policy.allows_origin(origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://notes.example",
            "https://notes.example:8443",
            "https://notes.example.evil.example",
            "http://localhost:6274",
            "null",
            "",
        ] {
            assert!(!policy.allows_origin(origin), "{origin}");
        }
    }

    #[test]
    fn a_loopback_server_serves_every_page_of_its_machine() {
        let policy = policy("http://localhost:3002");
        for origin in [
            "http://127.0.0.1:6274",
            "http://localhost:5173",
            "http://[::1]:8080",
        ] {
            assert!(policy.allows_origin(origin), "{origin}");
        }
        for origin in [
            "http://evil.example",
            "http://localhost.evil.example",
            "null",
        ] {
            assert!(!policy.allows_origin(origin), "{origin}");
        }
    }

    #[test]
    fn the_host_is_ours_or_loopback_on_any_port() {
        let policy = policy("https://notes.example");
        let allows = |host: &str| policy.allows_host(&host.parse().unwrap());
        for host in [
            "notes.example",
            "Notes.Example:443",
            "127.0.0.1:3002",
            "localhost",
            "[::1]:80",
        ] {
            assert!(allows(host), "{host}");
        }
        for host in [
            "evil.example",
            "notes.example.evil.example",
            "10.0.0.1",
            "128.0.0.1",
        ] {
            assert!(!allows(host), "{host}");
        }
    }

    #[test]
    fn settings_that_are_not_origins_are_refused() {
        for url in ["", "notes.example", "ftp://notes.example", "https://"] {
            let config = McpConfig::new(url, ScopeSet::empty());
            assert!(OriginPolicy::new(&config).is_err(), "{url}");
        }
        for origin in [
            "*",
            "inspector.example",
            "https://inspector.example/path",
            "null",
        ] {
            let mut config = McpConfig::new("https://notes.example", ScopeSet::empty());
            config.extra_origins = vec![origin.to_owned()];
            assert!(OriginPolicy::new(&config).is_err(), "{origin}");
        }
    }
}
