//! The app's configuration, keys and test account.

use countersign_jose::jwk::JwkSet;
use serde_json::{Value, json};

use crate::world::{APP, World};

#[tokio::test]
async fn the_configuration_has_what_privy_s_sdks_read() {
    let world = World::start().await;
    let path = format!("/api/v1/apps/{APP}");
    let app = world.page("GET", &path).send().await.ok();
    assert_eq!(app["id"], APP);
    assert_eq!(app["allowed_domains"], json!(["http://localhost:3002"]));
    assert_eq!(app["verification_key"], world.verification_key());
    assert_eq!(app["custom_api_url"], Value::Null);
    assert_eq!(app["captcha_enabled"], false);
    assert_eq!(app["embedded_wallet_config"]["create_on_login"], "off");
    for switch in [
        "email_auth",
        "sms_auth",
        "google_oauth",
        "telegram_oauth",
        "passkey_auth",
    ] {
        assert_eq!(app[switch], true, "{switch}");
    }
}

#[tokio::test]
async fn a_test_switches_what_the_configuration_says() {
    let world = World::start().await;
    world
        .patch(&json!({ "app": { "sms_auth": false }, "captcha": {}, "custom_api_url": "https://privy.example.com" }))
        .unwrap();
    let path = format!("/api/v1/apps/{APP}");
    let app = world.page("GET", &path).send().await.ok();
    assert_eq!(app["sms_auth"], false);
    assert_eq!(app["email_auth"], true);
    assert_eq!(app["captcha_enabled"], true);
    assert_eq!(app["enabled_captcha_provider"], "turnstile");
    assert_eq!(app["custom_api_url"], "https://privy.example.com");
}

#[tokio::test]
async fn keys_are_published_on_both_hosts_paths_without_authentication() {
    let world = World::start().await;
    for prefix in ["/v1", "/api/v1"] {
        let path = format!("{prefix}/apps/{APP}/jwks.json");
        let answer = world.bare("GET", &path).send().await.ok();
        let keys: JwkSet = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(keys, world.jwks());
        assert_eq!(answer["keys"][0]["crv"], "P-256");
        assert_eq!(answer["keys"][0]["use"], "sig");
        assert_eq!(answer["keys"][0]["alg"], "ES256");
    }
}

#[tokio::test]
async fn an_unknown_app_is_400() {
    let world = World::start().await;
    for path in [
        "/api/v1/apps/clother/jwks.json",
        "/v1/apps/clother/jwks.json",
        "/api/v1/apps/clother",
    ] {
        let answer = world.page("GET", path).send().await;
        let expected = (400, "missing_or_invalid_privy_app_id".to_owned());
        assert_eq!(answer.refusal(), expected, "{path}");
        assert_eq!(answer.json()["error"], "Invalid Privy app id");
    }
}

#[tokio::test]
async fn a_server_reads_the_app_with_its_secret_only() {
    let world = World::start().await;
    let path = format!("/v1/apps/{APP}");
    let app = world.server("GET", &path).send().await.ok();
    assert_eq!(app["id"], APP);
    let answer = world.device("GET", &path).send().await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({ "error": "Invalid app ID or app secret." })
    );
}

#[tokio::test]
async fn the_test_account_signs_in_with_its_fixed_code_again_and_again() {
    let world = World::start().await;
    let path = format!("/v1/apps/{APP}/test_credentials");
    let credentials = world.server("GET", &path).send().await.ok();
    let account = &credentials["data"][0];
    for _ in 0..2 {
        let body = json!({ "email": account["email"], "code": account["otp_code"] });
        let request = world.server("POST", "/api/v1/passwordless/authenticate");
        request.json(body).send().await.ok();
    }
    let body = json!({ "phoneNumber": account["phone_number"], "code": account["otp_code"] });
    let request = world.page("POST", "/api/v1/passwordless_sms/authenticate");
    request.json(body).send().await.ok();
}
