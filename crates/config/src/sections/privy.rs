//! `[login.privy]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Host;

use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::{BaseUrl, Duration, Secret};

/// The app at Privy whose users sign in. Only a checked configuration that has Privy as its login
/// promises an id and a secret; [`Login::privy`](crate::Login::privy) returns them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrivyLogin {
    /// The App ID: Privy's dashboard, Configuration, App settings, Basics. mcp2's `PRIVY_APP_ID`
    /// lands here.
    pub app_id: Option<String>,
    /// The app secret, from the same place. mcp2's `PRIVY_APP_SECRET` lands here.
    pub app_secret: Option<Secret>,
    /// A file that holds `app_secret`.
    pub app_secret_file: Option<PathBuf>,
    /// The id of an app client made for this server, so that it has allowed origins of its own:
    /// Privy's dashboard, Configuration, App settings, Clients.
    pub client_id: Option<String>,
    /// The key that verifies Privy's access tokens, in PEM: Privy's dashboard, Configuration, App
    /// settings. Without it the app's key set is fetched from `api_url` and kept, which also survives
    /// a change of the key.
    pub verification_key: Option<String>,
    /// A file that holds `verification_key`.
    pub verification_key_file: Option<PathBuf>,
    /// Where Privy's API for servers is. `https://`, or `http://` on a loopback host.
    pub api_url: BaseUrl,
    /// Where Privy's API for browsers is: the sign-in page calls it. `https://`, or `http://` on a
    /// loopback host.
    pub auth_url: BaseUrl,
    /// How long after the last look a token refresh asks Privy again whether the user still exists:
    /// 1 minute to 24 hours.
    pub user_check: Duration,
}

const API_DOMAIN: &str = "api.privy.io";
const AUTH_DOMAIN: &str = "auth.privy.io";

impl Default for PrivyLogin {
    fn default() -> Self {
        Self {
            app_id: None,
            app_secret: None,
            app_secret_file: None,
            client_id: None,
            verification_key: None,
            verification_key_file: None,
            api_url: BaseUrl::https(API_DOMAIN),
            auth_url: BaseUrl::https(AUTH_DOMAIN),
            user_check: Duration::from_mins(15),
        }
    }
}

fn at(key: &str) -> KeyPath {
    KeyPath::from(["login", "privy"]).key(key)
}

impl PrivyLogin {
    pub(crate) fn check(&self, findings: &mut Findings) {
        // No message shows a value: whoever mixes them up has written the secret anywhere.
        if self.app_id.as_deref().is_some_and(|id| !is_app_id(id)) {
            findings.refuse(at("app_id"), "not an App ID, which is 25 characters, a \"c\" and then lower-case letters and digits: copy it from Privy's dashboard (Configuration, App settings, Basics)");
        }
        if let Some(secret) = self.app_secret.as_ref().map(Secret::expose) {
            if is_app_id(secret) {
                findings.refuse(at("app_secret"), "an App ID, not the secret: copy the app secret from Privy's dashboard (Configuration, App settings, Basics), or make a new one there, since a lost one is shown nowhere");
            } else if !is_word(secret) {
                findings.refuse(at("app_secret"), "empty, or has characters that no app secret has, such as spaces and line breaks: copy it again from where it was kept, or make a new one in Privy's dashboard (Configuration, App settings, Basics)");
            }
        }
        if let Some(id) = &self.client_id {
            if is_app_id(id) {
                findings.refuse(at("client_id"), "an App ID, not that of an app client: copy the client's ID from Privy's dashboard (Configuration, App settings, Clients), or remove the key");
            } else if !is_word(id) {
                findings.refuse(at("client_id"), "empty, or has characters that no client ID has, such as spaces: copy it again from Privy's dashboard (Configuration, App settings, Clients), or remove the key");
            }
        }
        if self
            .verification_key
            .as_ref()
            .is_some_and(|key| !is_pem(key))
        {
            findings.refuse(at("verification_key"), "not a public key in PEM, which is several lines from \"-----BEGIN PUBLIC KEY-----\" to \"-----END PUBLIC KEY-----\": copy it from Privy's dashboard (Configuration, App settings) into a file and name that in verification_key_file, or remove the key, and it is fetched");
        }
        self.check_urls(findings);
        findings.within(
            at("user_check"),
            self.user_check,
            Duration::from_mins(1),
            Duration::from_hours(24),
        );
    }

    fn check_urls(&self, findings: &mut Findings) {
        for (key, url, own, other) in [
            ("api_url", &self.api_url, API_DOMAIN, AUTH_DOMAIN),
            ("auth_url", &self.auth_url, AUTH_DOMAIN, API_DOMAIN),
        ] {
            if !url.is_private() {
                findings.refuse(at(key), format!("http:// is for loopback hosts only (localhost, 127.0.0.1, [::1]), because secrets and tokens would travel readable: write \"{}\"", url.as_str().replacen("http:", "https:", 1)));
            } else if matches!(url.host(), Host::Domain(name) if name == other) {
                findings.refuse(at(key), format!("the address of Privy's other API: write \"https://{own}\", or remove the key, since that is the default"));
            }
        }
    }

    /// What must be there when Privy is the login.
    pub(crate) fn require(&self, findings: &mut Findings) {
        for (key, name, variable, missing) in [
            ("app_id", "App ID", "PRIVY_APP_ID", self.app_id.is_none()),
            (
                "app_secret",
                "app secret",
                "PRIVY_APP_SECRET",
                self.app_secret.is_none(),
            ),
        ] {
            if missing {
                findings.refuse(at(key), format!("missing, and login.provider = \"privy\" needs it: copy the {name} from Privy's dashboard (Configuration, App settings, Basics) into it or into {variable}"));
            }
        }
    }
}

/// A cuid, as Privy's own SDK demands of an app id.
fn is_app_id(text: &str) -> bool {
    text.len() == 25
        && text.starts_with('c')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether the text is armoured (RFC 7468), line breaks included. The key itself is judged where keys
/// are known, at start-up.
fn is_pem(text: &str) -> bool {
    let lines: Vec<_> = text.trim_ascii().lines().map(str::trim_ascii_end).collect();
    matches!(
        lines.as_slice(),
        [
            "-----BEGIN PUBLIC KEY-----",
            _,
            ..,
            "-----END PUBLIC KEY-----"
        ]
    )
}
