//! `[login]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::sections::privy::PrivyLogin;
use crate::{Duration, Secret};

/// Who signs users in, and for how long.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// Who knows the users. `local`: accounts of this server, with passwords and passkeys. `privy`:
    /// the app at Privy that `[login.privy]` names; mcp2's `PRIVY_APP_ID` alone sets it too.
    pub provider: Provider,
    /// Who may make a local account. `open`: anyone who reaches the page; `invitation`: whoever has a
    /// link from `countersign users add NAME --invite`. `invitation` when it is not set and
    /// `public_url` is not a loopback address. Privy itself says who may have an account there.
    pub sign_up: SignUp,
    /// How long a browser stays signed in.
    pub session_ttl: Duration,
    /// How long a person may take between a client's authorization request and the consent.
    pub interaction_ttl: Duration,
    /// The app at Privy whose users sign in; [privy.md](privy.md) leads through its dashboard.
    pub privy: PrivyLogin,
}

/// The login that knows the users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Accounts of this server, with passwords and passkeys.
    Local,
    /// An app at Privy.
    Privy,
}

/// What it takes to speak with Privy, from a checked configuration whose login it is.
#[derive(Debug, Clone, Copy)]
pub struct PrivyAccess<'a> {
    /// The App ID: 25 characters, lower-case letters and digits.
    pub app_id: &'a str,
    /// The app secret.
    pub app_secret: &'a Secret,
    /// The rest of `[login.privy]`.
    pub settings: &'a PrivyLogin,
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
            privy: PrivyLogin::default(),
        }
    }
}

impl Login {
    /// The app at Privy that signs users in; `None` when accounts of this server do.
    pub fn privy(&self) -> Option<PrivyAccess<'_>> {
        match self.provider {
            Provider::Local => None,
            Provider::Privy => Some(PrivyAccess {
                app_id: self.privy.app_id.as_deref()?,
                app_secret: self.privy.app_secret.as_ref()?,
                settings: &self.privy,
            }),
        }
    }

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
        if self.provider == Provider::Privy {
            self.privy.check(findings);
        }
    }

    /// The rules between keys, for values that are each good by themselves.
    pub(crate) fn relate(&self, findings: &mut Findings) {
        if self.provider != Provider::Privy {
            return;
        }
        self.privy.require(findings);
        if self.sign_up == SignUp::Invitation {
            findings.refuse(["login", "sign_up"], "\"invitation\" is about accounts of this server, and with Privy it would keep nobody out: remove the key, and say in Privy's dashboard who may have an account");
        }
    }
}
