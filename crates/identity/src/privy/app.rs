//! The app's public configuration: by what means people sign in.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::Milliseconds;
use serde_json::{Map, Value};
use url::Url;

use super::Privy;
use super::last_good::Served;
use super::legible::legible;
use super::outage::Outage;
use super::wire::{Credential, Failure};

/// A change in the dashboard shows on our page within this time.
pub(super) const FRESH_FOR: Milliseconds = 5 * 60_000;

/// The providers that people know best, in the order they are offered; others follow by name.
const WELL_KNOWN: [&str; 6] = [
    "google", "apple", "github", "twitter", "discord", "linkedin",
];

/// A Privy app, as its dashboard has it. Read leniently: what is missing, unknown or of another
/// type is off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivyApp {
    /// Its name.
    pub name: Option<String>,
    /// How people sign in.
    pub methods: SignInMethods,
    /// The riddle that stands before a sign-in, if there is one.
    pub captcha: Option<Captcha>,
    /// The app's own base URL, where the SDK goes instead of Privy's; sessions are in cookies then.
    pub custom_api_url: Option<String>,
    /// The origins that may use the app.
    pub allowed_domains: Vec<String>,
    /// The product's terms.
    pub terms_url: Option<String>,
    /// The product's privacy policy.
    pub privacy_url: Option<String>,
}

/// Ways to sign in that are switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches of the dashboard, in any combination"
)]
pub struct SignInMethods {
    /// A code by e-mail.
    pub email: bool,
    /// A code by text message.
    pub sms: bool,
    /// A wallet of an Ethereum-like chain.
    pub wallet: bool,
    /// A wallet of Solana.
    pub solana_wallet: bool,
    /// A passkey.
    pub passkey: bool,
    /// OAuth providers, such as `google`; the app's own start with `custom:`.
    pub oauth: Vec<String>,
}

/// A captcha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captcha {
    /// Whose it is: `turnstile` or `hcaptcha`.
    pub provider: String,
    /// The key that its widget is shown with, public.
    pub site_key: String,
}

/// Why nothing is known about the app.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppUnavailable {
    /// Privy cannot be asked now, and there is nothing to stand in.
    #[error(transparent)]
    Outage(#[from] Outage),
    /// The configuration names an app that does not exist.
    #[error("Privy knows no app with the id in login.privy.app_id")]
    UnknownApp,
    /// The configuration names an app client that does not exist.
    #[error("the Privy app has no app client with the id in login.privy.client_id")]
    UnknownClient,
}

impl AppUnavailable {
    /// Whether asking again later may help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Outage(_))
    }

    /// How long Privy asks to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Outage(outage) => outage.retry_after(),
            Self::UnknownApp | Self::UnknownClient => None,
        }
    }
}

impl From<Failure> for AppUnavailable {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Outage(outage) => Self::Outage(outage),
            Failure::Refused(refusal) if refusal.is("missing_or_invalid_privy_app_id") => {
                Self::UnknownApp
            }
            Failure::Refused(refusal) if refusal.is("missing_or_invalid_privy_client_id") => {
                Self::UnknownClient
            }
            Failure::Refused(refusal) => Self::Outage(refusal.not_understood()),
        }
    }
}

impl Privy {
    /// The app's configuration, at most five minutes old unless Privy cannot be asked.
    pub async fn app(&self) -> Result<Arc<PrivyApp>, AppUnavailable> {
        match self.shared.app.get(self.fetch_app()).await? {
            Served::Fetched(app) | Served::Kept(app) => Ok(app),
        }
    }

    async fn fetch_app(&self) -> Result<PrivyApp, AppUnavailable> {
        let wire = &self.shared.wire;
        let url = wire.auth(&format!("/api/v1/apps/{}", wire.app_id()));
        let settings: Map<String, Value> = wire.get(&url, Credential::Public).await?;
        Ok(PrivyApp::read(&settings))
    }
}

impl PrivyApp {
    fn read(settings: &Map<String, Value>) -> Self {
        let is_on = |name: &str| settings.get(name) == Some(&Value::Bool(true));
        let text = |name: &str| settings.get(name).and_then(Value::as_str);
        Self {
            name: text("name").and_then(legible),
            methods: SignInMethods {
                email: is_on("email_auth"),
                sms: is_on("sms_auth"),
                wallet: is_on("wallet_auth"),
                solana_wallet: is_on("solana_wallet_auth"),
                passkey: is_on("passkey_auth"),
                oauth: providers(settings),
            },
            captcha: is_on("captcha_enabled").then(|| Captcha {
                provider: word(text("enabled_captcha_provider")).unwrap_or_default(),
                site_key: word(text("captcha_site_key")).unwrap_or_default(),
            }),
            custom_api_url: text("custom_api_url").and_then(web_address),
            allowed_domains: settings
                .get("allowed_domains")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|domain| domain.as_str().and_then(legible))
                .collect(),
            terms_url: text("terms_and_conditions_url").and_then(web_address),
            privacy_url: text("privacy_policy_url").and_then(web_address),
        }
    }
}

/// The OAuth providers that are switched on: each has a field of its own, those that the app has
/// set up itself are a list.
fn providers(settings: &Map<String, Value>) -> Vec<String> {
    let common = settings
        .iter()
        .filter(|(_, value)| **value == Value::Bool(true))
        .filter_map(|(name, _)| name.strip_suffix("_oauth"));
    let custom = settings
        .get("custom_oauth_providers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|provider| provider.get("enabled") == Some(&Value::Bool(true)))
        .filter_map(|provider| provider.get("provider")?.as_str());
    let mut providers: Vec<String> = common
        .chain(custom)
        .filter_map(|provider| word(Some(provider)))
        .collect();
    let rank = |provider: &String| {
        let known = WELL_KNOWN.iter().position(|known| known == provider);
        (known.unwrap_or(WELL_KNOWN.len()), provider.clone())
    };
    providers.sort_by_cached_key(rank);
    providers.dedup();
    providers
}

/// A name for programs.
fn word(text: Option<&str>) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:.".contains(&byte);
    text.filter(|text| (1..=128).contains(&text.len()) && text.bytes().all(is_plain))
        .map(str::to_owned)
}

/// An address that may stand in a link or in a content security policy, in its one spelling.
fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_plain = matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
