//! What the operator says about the Privy app.

use countersign_jose::key::KeyError;
use serde::Deserialize;
use zeroize::Zeroizing;

/// A secret of Privy's: the app's secret, or a token. Erased when dropped and not `Debug`, so that
/// no log can show it.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct PrivySecret(Zeroizing<String>);

impl PrivySecret {
    /// Takes over the text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the one place that sends or seals it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for PrivySecret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// A Privy app and where to ask about it.
pub struct PrivyConfig {
    /// The app's id, public.
    pub app_id: String,
    /// The app's secret.
    pub app_secret: PrivySecret,
    /// The app client of this server, if it has one of its own.
    pub client_id: Option<String>,
    /// The app's P-256 public key in PEM. With it nobody is asked for keys, and a rotation needs a
    /// new configuration.
    pub verification_key: Option<String>,
    /// Base URL of the REST API, <https://api.privy.io>.
    pub api_url: String,
    /// Base URL that browsers and devices use, <https://auth.privy.io>.
    pub auth_url: String,
    /// This server's own origin, as Privy lists it.
    pub origin: String,
}

/// Why a configuration cannot be one, with what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrivy {
    /// The app's id.
    #[error("login.privy.app_id must be letters and digits, as the Privy dashboard shows it")]
    AppId,
    /// The app's secret is empty.
    #[error("login.privy.app_secret must not be empty; the Privy dashboard shows it once")]
    AppSecret,
    /// The app client's id.
    #[error(
        "login.privy.client_id must be visible ASCII without spaces, as the Privy dashboard shows it"
    )]
    ClientId,
    /// The verification key.
    #[error("login.privy.verification_key must be the P-256 public key of the app as PEM: {0}")]
    VerificationKey(#[source] KeyError),
    /// Where the REST API is.
    #[error("login.privy.api_url must be an http or https URL without user name and query")]
    ApiUrl,
    /// Where browsers go.
    #[error("login.privy.auth_url must be an http or https URL without user name and query")]
    AuthUrl,
    /// This server's origin.
    #[error("the public URL must be an origin: http or https, a host and a port")]
    Origin,
}
