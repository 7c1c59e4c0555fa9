use serde_json::json;

use super::*;

fn read(settings: &Value) -> PrivyApp {
    PrivyApp::read(settings.as_object().unwrap())
}

#[test]
fn reads_what_is_switched_on() {
    let app = read(&json!({
        "id": "clsimulator0000000000aaaa", "name": "Acme\u{202e}", "email_auth": true,
        "sms_auth": true, "wallet_auth": true, "solana_wallet_auth": true, "passkey_auth": true,
        "twitter_oauth": true, "tiktok_oauth": true, "google_oauth": true, "apple_oauth": false,
        "line_oauth": true, "twitter_oauth_on_mobile_enabled": true,
        "custom_oauth_providers": [
            {"provider": "custom:acme", "enabled": true}, {"provider": "custom:off", "enabled": false},
            {"provider": 7, "enabled": true}, "x"
        ],
        "captcha_enabled": true, "enabled_captcha_provider": "turnstile",
        "captcha_site_key": "0x4AAAAAAA", "custom_api_url": "https://privy.acme.example/",
        "allowed_domains": ["https://acme.example", 7], "verification_key": "…",
        "terms_and_conditions_url": "https://acme.example/terms",
        "privacy_policy_url": "javascript:alert(1)"
    }));
    let expected = PrivyApp {
        name: Some("Acme".into()),
        methods: SignInMethods {
            email: true,
            sms: true,
            wallet: true,
            solana_wallet: true,
            passkey: true,
            oauth: ["google", "twitter", "custom:acme", "line", "tiktok"]
                .map(str::to_owned)
                .to_vec(),
        },
        captcha: Some(Captcha {
            provider: "turnstile".into(),
            site_key: "0x4AAAAAAA".into(),
        }),
        custom_api_url: Some("https://privy.acme.example".into()),
        allowed_domains: vec!["https://acme.example".into()],
        terms_url: Some("https://acme.example/terms".into()),
        privacy_url: None,
    };
    assert_eq!(app, expected);
}

#[test]
fn what_is_missing_or_of_another_type_is_off() {
    assert_eq!(read(&json!({})), PrivyApp::default());
    let strange = json!({
        "name": 7, "email_auth": "true", "sms_auth": 1, "google_oauth": {}, "captcha_enabled": null,
        "custom_oauth_providers": {}, "allowed_domains": "x", "custom_api_url": ["x"],
        "terms_and_conditions_url": null
    });
    assert_eq!(read(&strange), PrivyApp::default());
}

#[test]
fn names_that_could_leave_their_place_are_left_out() {
    let app = read(&json!({
        "a\" onload=_oauth": true, "_oauth": true, "custom_api_url": "https://a@privy.example",
        "custom_oauth_providers": [{"provider": "custom:a b", "enabled": true}]
    }));
    assert_eq!(app, PrivyApp::default());
}

#[test]
fn a_captcha_that_is_on_is_one_even_if_it_cannot_be_shown() {
    let app = read(&json!({"captcha_enabled": true, "captcha_site_key": "a b"}));
    assert!(app.captcha.unwrap().site_key.is_empty());
}
