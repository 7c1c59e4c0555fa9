//! What `GET /api/v1/apps/:id` answers: the set that satisfies Privy's SDKs.

use serde_json::{Map, Value, json};

use crate::core::{Core, World};

/// Providers whose sign-in the app configuration switches by `<name>_oauth`.
pub(crate) const PROVIDERS: [&str; 12] = [
    "google",
    "twitter",
    "discord",
    "github",
    "spotify",
    "instagram",
    "tiktok",
    "line",
    "twitch",
    "linkedin",
    "apple",
    "telegram",
];

impl Core {
    /// The app configuration, with the switches of the settings on top.
    pub(crate) fn app_configuration(&self, world: &World) -> Map<String, Value> {
        let settings = &world.settings;
        let captcha = settings.captcha.as_ref();
        let mut members = Map::new();
        for part in [
            json!({
                "id": self.app.id,
                "name": self.app.name,
                "verification_key": world.keys.verification_key(),
                "allowed_domains": settings.origins,
                "custom_api_url": settings.custom_api_url,
                "captcha_enabled": captcha.is_some(),
                "enabled_captcha_provider": captcha.map(|captcha| &captcha.provider),
                "captcha_site_key": captcha.map(|captcha| &captcha.site_key),
                "allowlist_enabled": settings.allowlist.is_some(),
            }),
            presentation(),
            methods(),
            wallets(),
        ] {
            if let Value::Object(part) = part {
                members.extend(part);
            }
        }
        for provider in PROVIDERS {
            members.insert(format!("{provider}_oauth"), (provider == "google").into());
        }
        members.extend(settings.app.clone());
        members
    }
}

fn presentation() -> Value {
    json!({
        "theme": "light",
        "accent_color": "#676FFF",
        "logo_url": null,
        "icon_url": null,
        "show_wallet_login_first": false,
        "allowed_native_app_ids": [],
        "allowed_native_app_url_schemes": [],
        "allowlist_config": {
            "error_title": null, "error_detail": null, "cta_text": null, "cta_link": null,
        },
        "legal_name": null,
        "terms_and_conditions_url": null,
        "privacy_policy_url": null,
        "require_users_accept_terms": false,
        "data_classification": "public",
    })
}

fn methods() -> Value {
    json!({
        "email_auth": true,
        "sms_auth": true,
        "passkey_auth": true,
        "passkeys_for_signup_enabled": false,
        "custom_jwt_auth": true,
        "wallet_auth": false,
        "solana_wallet_auth": false,
        "farcaster_auth": false,
        "telegram_auth": false,
        "guest_auth": false,
        "custom_oauth_providers": [],
        "disable_plus_emails": false,
        "merge_accounts_by_email": false,
        "whatsapp_enabled": false,
        "twitter_oauth_on_mobile_enabled": true,
        "mfa_methods": [],
    })
}

fn wallets() -> Value {
    json!({
        "embedded_wallet_config": {
            "mode": "user-controlled-server-wallets-only",
            "create_on_login": "off",
            "ethereum": { "create_on_login": "off" },
            "solana": { "create_on_login": "off" },
            "user_owned_recovery_options": ["user-passcode"],
            "require_user_owned_recovery_on_create": false,
            "require_user_password_on_create": false,
        },
        "smart_wallet_config": { "enabled": false },
        "enforce_wallet_uis": false,
        "legacy_wallet_ui_config": false,
        "external_wallets_for_signup_enabled": true,
        "fiat_on_ramp_enabled": false,
        "farcaster_link_wallets_enabled": false,
        "max_linked_wallets_per_user": null,
        "wallet_connect_cloud_project_id": null,
    })
}
