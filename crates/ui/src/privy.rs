//! Signing in with Privy: our form, which its SDK drives, and the page that providers return to.

use askama::Template;

use crate::{Brand, Form, shown::Shown};

/// The sign-in form of a Privy app. Works with JavaScript only, and says so without.
///
/// The script posts JSON with the header `x-csrf-token`: `{"token": "…"}`, the person's access
/// token, to `hand_over`, and `{}` to `device` before that. Expected are `{"location": "…"}` on
/// this origin, and `{"user_codes": ["…"]}`. A refusal is a status with `{"error": "…"}`, words to
/// show: 401 and 409 offer another sign-in, 429 and 5xx the same request again, and with any other
/// status the words have to say what to do, since nothing is left but to reload the page.
///
/// The page's policy has to allow connections to `auth_url`, and to the app's own domain if it has
/// one; with a captcha also scripts and frames of `https://challenges.cloudflare.com`.
#[derive(Debug, Template)]
#[template(path = "privy_sign_in.html")]
pub struct PrivySignInPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// Name of the client on whose behalf the person came; `None` when they came by themselves
    /// (`/account`).
    pub client: Option<&'a str>,
    /// The id of the Privy app.
    pub app_id: &'a str,
    /// The id of the app client, if one was made for this server.
    pub client_id: Option<&'a str>,
    /// Where the SDK sends its requests, without a trailing slash (`https://auth.privy.io`).
    pub auth_url: &'a str,
    /// The ways to sign in that the app has turned on.
    pub methods: PrivyMethods<'a>,
    /// The proof of being human that the app demands.
    pub captcha: Option<PrivyCaptcha<'a>>,
    /// Where the script hands the login over.
    pub hand_over: Form<'a>,
    /// Where user codes of device grants come from, with the token of `hand_over`; `None` if none
    /// are wanted.
    pub device: Option<&'a str>,
    /// Path of the [`PrivyReturnPage`]: `redirect_to` of every provider.
    pub return_path: &'a str,
}

/// Ways to sign in at Privy of which this page can show a form.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the app has a switch for each, independent of the others"
)]
pub struct PrivyMethods<'a> {
    /// A code by e-mail.
    pub email: bool,
    /// A code by text message.
    pub sms: bool,
    /// An Ethereum wallet of the browser (ERC-4361).
    pub wallet: bool,
    /// A passkey registered with the app.
    pub passkey: bool,
    /// Providers by Privy's ids (`google`, `apple`, `custom:…`), in the order shown.
    pub oauth: &'a [String],
}

/// The captcha of a Privy app.
#[derive(Clone, Copy, Debug)]
pub struct PrivyCaptcha<'a> {
    /// `turnstile` works; of any other the page says that it cannot show it.
    pub provider: &'a str,
    /// The site key.
    pub site_key: &'a str,
}

/// The fixed page that providers return to. Its script takes what they bring to the sign-in page
/// that this tab remembers.
#[derive(Debug, Template)]
#[template(path = "privy_return.html")]
pub struct PrivyReturnPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
}

impl PrivySignInPage<'_> {
    fn client(&self) -> Option<Shown<'_>> {
        self.client.map(Shown::name)
    }
}

/// With more providers than this, only the first [`FEW`] show at once.
const MANY: usize = 4;
const FEW: usize = 3;

impl PrivyMethods<'_> {
    /// The providers that show at once, and those behind "More ways to sign in": a dozen buttons
    /// would bury the ways that stand after them.
    fn providers(&self) -> (&[String], &[String]) {
        match self.oauth.split_at_checked(FEW) {
            Some(parts) if self.oauth.len() > MANY => parts,
            _ => (self.oauth, &[]),
        }
    }

    /// Whether a form stands above the buttons.
    fn has_form(&self) -> bool {
        self.email || self.sms
    }

    /// Whether there are buttons, so that the page offers more than one form.
    fn has_ways(&self) -> bool {
        !self.oauth.is_empty() || self.wallet || self.passkey || (self.email && self.sms)
    }
}

/// What people call a provider. Of an operator's own, the name that its id was given.
fn provider_name(id: &str) -> String {
    let name = match id {
        "google" => "Google",
        "apple" => "Apple",
        "twitter" => "X",
        "discord" => "Discord",
        "github" => "GitHub",
        "linkedin" => "LinkedIn",
        "spotify" => "Spotify",
        "instagram" => "Instagram",
        "tiktok" => "TikTok",
        "twitch" => "Twitch",
        "line" => "LINE",
        "telegram" => "Telegram",
        _ => {
            let name = id
                .strip_prefix("custom:")
                .unwrap_or(id)
                .replace(['-', '_'], " ");
            let mut rest = name.chars();
            let first = rest.next().map(char::to_uppercase);
            return first.into_iter().flatten().chain(rest).collect();
        }
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dozen_providers_do_not_bury_the_other_ways() {
        let parts = |count| {
            let oauth = vec!["google".to_owned(); count];
            let methods = PrivyMethods {
                oauth: &oauth,
                ..PrivyMethods::default()
            };
            let (first, more) = methods.providers();
            (first.len(), more.len())
        };
        assert_eq!(parts(0), (0, 0));
        assert_eq!(parts(4), (4, 0));
        assert_eq!(parts(5), (3, 2));
    }

    #[test]
    fn a_provider_that_nobody_knows_keeps_its_own_name() {
        assert_eq!(provider_name("google"), "Google");
        assert_eq!(provider_name("custom:acme-sso"), "Acme sso");
        assert_eq!(provider_name("mastodon"), "Mastodon");
        assert_eq!(provider_name("custom:"), "");
    }
}
