//! What a test can change about Privy while the simulator runs.

use countersign_jose::jwk::JwkSet;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app_configuration::PROVIDERS;

/// Turnstile's site key whose widget always passes.
const PASSING_SITE_KEY: &str = "1x00000000000000000000AA";

/// Every switch. `POST /sim/config` changes some of them as a JSON merge patch (RFC 7396).
/// Durations are seconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a dashboard, each independent of the others"
)]
pub struct Settings {
    /// Life of an access token and of an identity token.
    pub access_token_ttl: i64,
    /// Life of a refresh token.
    pub refresh_token_ttl: i64,
    /// Life of a one-time code, a nonce, a challenge and an OAuth code.
    pub code_ttl: i64,
    /// Whether sign-ins and refreshes give a Privy access token (`aud: auth.privy.io`) as well.
    pub privy_access_token: bool,
    /// Whether they give an identity token.
    pub identity_token: bool,
    /// Whether they give the provider's tokens after OAuth.
    pub oauth_tokens: bool,
    /// Whether a refresh with an access token that still holds is answered `ignore`, without
    /// tokens.
    pub early_refresh_ignored: bool,
    /// Allowed origins: exact ones, and `https://*.` patterns.
    pub origins: Vec<String>,
    /// Allowed `redirect_to` addresses, compared exactly; none means every one.
    pub redirect_urls: Option<Vec<String>>,
    /// A captcha that every step which begins a sign-in demands.
    pub captcha: Option<Captcha>,
    /// The app's own API address, which turns on the mode of `HttpOnly` cookies in the SDK.
    pub custom_api_url: Option<String>,
    /// How often one address may ask for a code.
    pub rate_limit: Option<RateLimit>,
    /// The only e-mail addresses that may sign in; none means every one.
    pub allowlist: Option<Vec<String>>,
    /// What the pages of OAuth providers do.
    pub identity_provider: IdentityProvider,
    /// Privy's OAuth 2.0 device authorization grant ("CLI and agent access").
    pub device: Device,
    /// Whose JWTs sign in at `custom_jwt_account`.
    pub custom_jwt: Option<CustomJwt>,
    /// Members of the app configuration that replace the default ones, such as
    /// `{"sms_auth": false}`.
    pub app: Map<String, Value>,
}

/// A captcha of the app. Tokens that begin with `captcha-ok` pass, and so does the one that
/// Turnstile's passing widget gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Captcha {
    /// `turnstile` or `hcaptcha`.
    pub provider: String,
    /// What the widget is rendered with.
    pub site_key: String,
}

/// So many requests in so many seconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many are answered.
    pub requests: usize,
    /// In how many seconds.
    pub window: i64,
}

/// What the page of an OAuth provider does when a browser comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityProvider {
    /// Shows a page and waits for a person.
    Page,
    /// Sends the browser back at once, as the person with this e-mail address.
    Approve(String),
    /// Sends the browser back at once, as one whose person said no.
    Deny,
}

/// The device authorization grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Device {
    /// Whether the app has it.
    pub enabled: bool,
    /// The page on which the app lets people type a user code.
    pub verification_uri: String,
    /// Life of a device code and its user code.
    pub code_ttl: i64,
    /// Least time between two polls.
    pub interval: i64,
    /// Life of an access token.
    pub access_token_ttl: i64,
    /// Life of a refresh token.
    pub refresh_token_ttl: i64,
    /// Claims that replace those of the access token; `null` takes one away. Privy does not say
    /// what they are.
    pub claims: Map<String, Value>,
}

/// An issuer of JWTs whose subjects can sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomJwt {
    /// Its keys.
    pub jwks: JwkSet,
    /// What `aud` must name, if anything.
    #[serde(default)]
    pub audience: Option<String>,
    /// What `iss` must be, if anything.
    #[serde(default)]
    pub issuer: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_token_ttl: 3600,
            refresh_token_ttl: 30 * 86_400,
            code_ttl: 600,
            privy_access_token: false,
            identity_token: true,
            oauth_tokens: false,
            early_refresh_ignored: false,
            origins: Vec::new(),
            redirect_urls: None,
            captcha: None,
            custom_api_url: None,
            rate_limit: None,
            allowlist: None,
            identity_provider: IdentityProvider::Page,
            device: Device::default(),
            custom_jwt: None,
            app: Map::new(),
        }
    }
}

impl Default for Captcha {
    fn default() -> Self {
        Self {
            provider: "turnstile".to_owned(),
            site_key: PASSING_SITE_KEY.to_owned(),
        }
    }
}

impl Default for Device {
    fn default() -> Self {
        Self {
            enabled: true,
            verification_uri: "https://app.example.com/device".to_owned(),
            code_ttl: 600,
            interval: 5,
            access_token_ttl: 900,
            refresh_token_ttl: 30 * 86_400,
            claims: Map::new(),
        }
    }
}

impl Settings {
    /// Every way of signing in that the simulator plays, for pages of these origins.
    pub fn with_every_method(origins: Vec<String>) -> Self {
        let mut app: Map<String, Value> = PROVIDERS
            .iter()
            .map(|provider| (format!("{provider}_oauth"), true.into()))
            .collect();
        app.insert("wallet_auth".to_owned(), true.into());
        app.insert("passkeys_for_signup_enabled".to_owned(), true.into());
        Self {
            origins,
            app,
            ..Self::default()
        }
    }

    /// The settings after a JSON merge patch.
    ///
    /// Errors name the member that does not exist or does not fit.
    pub fn patched(&self, patch: &Value) -> Result<Self, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        merge(&mut value, patch);
        serde_json::from_value(value)
    }

    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|listed| {
            listed == origin
                || listed.strip_prefix("https://*").is_some_and(|suffix| {
                    origin
                        .strip_prefix("https://")
                        .and_then(|host| host.strip_suffix(suffix))
                        .is_some_and(|name| !name.is_empty())
                })
        })
    }
}

/// RFC 7396 section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        let patch =
            json!({ "access_token_ttl": 60, "device": { "enabled": false }, "captcha": {} });
        let settings = Settings::default().patched(&patch).unwrap();
        assert_eq!(settings.access_token_ttl, 60);
        assert!(!settings.device.enabled);
        assert_eq!(settings.device.interval, 5);
        assert_eq!(settings.captcha.as_ref().unwrap().provider, "turnstile");
        let settings = settings.patched(&json!({ "captcha": null })).unwrap();
        assert!(settings.captcha.is_none());
        assert_eq!(settings.access_token_ttl, 60);
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_name() {
        let error = Settings::default().patched(&json!({ "acess_token_ttl": 1 }));
        assert!(error.unwrap_err().to_string().contains("acess_token_ttl"));
    }

    #[test]
    fn a_pattern_covers_subdomains_only() {
        let settings = Settings {
            origins: vec![
                "https://*.example.com".to_owned(),
                "http://localhost:3002".to_owned(),
            ],
            ..Settings::default()
        };
        assert!(settings.allows_origin("https://a.example.com"));
        assert!(settings.allows_origin("http://localhost:3002"));
        for origin in [
            "https://example.com",
            "http://a.example.com",
            "http://localhost",
        ] {
            assert!(!settings.allows_origin(origin), "{origin}");
        }
    }
}
