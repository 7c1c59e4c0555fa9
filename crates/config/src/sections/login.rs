//! `[login]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Duration;
use crate::findings::Findings;

/// Who signs users in, and for how long.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// Who knows the users. `local`: accounts of this server, with passwords and passkeys.
    pub provider: Provider,
    /// Who may make an account. `open`: anyone who reaches the page; `invitation`: whoever has a link
    /// from `countersign users add NAME --invite`. `invitation` when it is not set and `public_url` is
    /// not a loopback address.
    pub sign_up: SignUp,
    /// How long a browser stays signed in.
    pub session_ttl: Duration,
    /// How long a person may take between a client's authorization request and the consent.
    pub interaction_ttl: Duration,
}

/// The login that knows the users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Accounts of this server, with passwords and passkeys.
    Local,
}

/// Who may make a local account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Anyone who reaches the page.
    Open,
    /// Whoever has an invitation link.
    Invitation,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            provider: Provider::Local,
            sign_up: SignUp::Open,
            session_ttl: Duration::from_days(30),
            interaction_ttl: Duration::from_mins(10),
        }
    }
}

impl Login {
    pub(crate) fn check(&self, findings: &mut Findings) {
        // Browsers cap the life of a cookie at 400 days (RFC 6265bis section 5.5).
        let day = Duration::from_days;
        findings.within(
            ["login", "session_ttl"],
            self.session_ttl,
            Duration::from_mins(5),
            day(400),
        );
        findings.within(
            ["login", "interaction_ttl"],
            self.interaction_ttl,
            Duration::from_mins(1),
            Duration::from_hours(1),
        );
    }
}
