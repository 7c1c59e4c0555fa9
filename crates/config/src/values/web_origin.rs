//! A web origin in a list of those that a page may reach.

use url::{Host, Url};

use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::values::public_url::is_loopback;

/// Accepts an origin as a browser writes it. `http` and `ws` are for the developer's own machine.
pub(crate) fn check_origin(at: KeyPath, text: &str, schemes: &[&str], findings: &mut Findings) {
    let exact = Url::parse(text).is_ok_and(|url| {
        let plain = match url.host() {
            Some(Host::Domain(name)) => name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)),
            Some(Host::Ipv4(_)) => true,
            // There is no way to write one in a policy (CSP3 section 2.3.1).
            Some(Host::Ipv6(_)) | None => false,
        };
        let local = url.host().is_some_and(|host| is_loopback(&host.to_owned()));
        let scheme = match (url.scheme(), local) {
            ("http", true) => "https",
            ("ws", true) => "wss",
            (scheme, _) => scheme,
        };
        plain && schemes.contains(&scheme) && url.origin().ascii_serialization() == text
    });
    if !exact {
        findings.refuse(
            at,
            "not an exact origin: write scheme, host and port, for example \"https://api.example.com\", without a path, a wildcard or a slash at the end",
        );
    }
}
