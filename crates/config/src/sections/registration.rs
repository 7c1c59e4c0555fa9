//! `[registration]`

use countersign_oauth::redirect_uri::RedirectUriPolicy;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Duration;
use crate::findings::Findings;

/// Dynamic client registration (RFC 7591).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// Whether clients may register themselves. Without it only the clients of the configuration
    /// exist, and `/register` answers 404.
    pub enabled: bool,
    /// The private-use URI schemes (RFC 8252 section 7.1) that redirect URIs may have, beside https
    /// and loopback http. Without the colon.
    pub private_schemes: Vec<String>,
    /// How many registrations one network address may make in an hour. The hosted clients register
    /// all their users from a few addresses, so keep it generous. Each replica counts for itself.
    pub per_address_per_hour: u32,
    /// How many registered clients may wait in the database for their first use at a time, over all
    /// addresses. Only a registration that is too long to be its own `client_id` waits there.
    pub total_unused: u32,
    /// How long a registered client that was never used is kept. One with a grant is never forgotten.
    pub unused_ttl: Duration,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            enabled: true,
            private_schemes: RedirectUriPolicy::default().private_schemes,
            per_address_per_hour: 300,
            total_unused: 10_000,
            unused_ttl: Duration::from_hours(24),
        }
    }
}

/// Schemes that a browser acts on itself, or that mean a web address.
const NOT_PRIVATE: [&str; 14] = [
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "javascript",
    "mailto",
    "vbscript",
    "ws",
    "wss",
];

impl Registration {
    pub(crate) fn check(&self, findings: &mut Findings) {
        for (index, scheme) in self.private_schemes.iter().enumerate() {
            let at =
                || crate::key_path::KeyPath::from(["registration", "private_schemes"]).index(index);
            if !is_scheme(scheme) {
                findings.refuse(at(), "not a URI scheme: write it in lower case and without \"://\", for example \"cursor\"");
            } else if NOT_PRIVATE.contains(&scheme.as_str()) {
                findings.refuse(at(), format!("\"{scheme}\" is not an app's own scheme and would hand codes to the wrong reader: remove it"));
            }
        }
        findings.within(
            ["registration", "per_address_per_hour"],
            self.per_address_per_hour,
            1,
            1_000_000,
        );
        findings.within(
            ["registration", "total_unused"],
            self.total_unused,
            1,
            10_000_000,
        );
        findings.within(
            ["registration", "unused_ttl"],
            self.unused_ttl,
            Duration::from_hours(1),
            Duration::from_days(365),
        );
    }
}

/// RFC 3986 section 3.1, in its canonical lower case.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'))
}
