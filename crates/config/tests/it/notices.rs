//! What an operator is told although nothing is wrong.

use countersign_config::Config;

use crate::given::{Given, toml, variable};
use crate::privy::{APP_SECRET, with as privy};

#[track_caller]
fn notice(given: &Given, expected: &str) {
    assert_eq!(given.config().notices(), [expected]);
}

#[test]
fn nothing_unusual_is_nothing_to_tell() {
    for text in [
        "",
        &privy(""),
        &privy("[api]\nurl = 'https://api.example.com'"),
        &privy("[api]\nurl = 'http://localhost:3000'\ntoken = 'device'"),
    ] {
        assert_eq!(toml(text).config().notices(), [""; 0], "{text}");
    }
}

#[test]
fn the_browsers_token_ends_and_device_would_not() {
    notice(
        &toml(&format!(
            "public_url = 'https://mcp.example.com'\n{}",
            privy("[api]\ntoken = 'browser'")
        )),
        "The API gets Privy's tokens as the browser brought them (api.token = \"browser\"): each connection ends when its token does, an hour after sign-in unless Privy's dashboard says otherwise, and the user signs in again. With api.token = \"device\" this server renews them: in Privy's dashboard (User management, Authentication, Advanced) switch on \"CLI and agent access\" and write https://mcp.example.com as Verification URI",
    );
}

#[test]
fn mcp2s_endpoint_is_warned_of() {
    let client = |id: &str| {
        format!(
            "[[clients]]\nid = '{id}'\nname = '{id}'\nredirect_uris = ['https://a.example/cb']\nsecret = '0123456789abcdef0123456789abcdef'\ntoken_exchange = true\n"
        )
    };
    notice(
        &toml(&format!(
            "api.url = 'https://api.example.com'\n{}{}[token_exchange]\nmcp2_endpoint = true",
            client("a"),
            client("b")
        )),
        "/token/privy/access-token hands users' tokens to a, b in mcp2's way (token_exchange.mcp2_endpoint): let them exchange tokens at /token (RFC 8693), then remove the key",
    );
}

#[test]
fn an_api_in_the_open_is_told() {
    notice(
        &toml("[api]\nurl = 'http://protocol:3000'"),
        "Users' tokens travel readable to http://protocol:3000 (api.url): use https, unless the network between belongs to you alone",
    );
}

#[test]
fn a_privy_app_that_nobody_uses_is_told() {
    let expected = "An app at Privy is configured and signs nobody in, because login.provider is \"local\": set it to \"privy\", or remove the app";
    notice(
        &toml(&format!("[login.privy]\napp_secret = '{APP_SECRET}'")),
        expected,
    );
    notice(&variable("PRIVY_APP_SECRET", APP_SECRET), expected);
}

#[test]
fn real_privy_wants_the_name_localhost() {
    let given = |rest: &str| {
        toml(&format!(
            "public_url = 'http://127.0.0.1:3002'\n{}",
            privy(rest)
        ))
    };
    notice(
        &given(""),
        "Privy's dashboard takes http://localhost:3002 as an allowed origin and may not take http://127.0.0.1:3002: set public_url to \"http://localhost:3002\"",
    );
    assert_eq!(
        given("auth_url = 'http://127.0.0.1:3003'")
            .config()
            .notices(),
        [""; 0]
    );
}

#[test]
fn config_check_shows_them_after_its_own_notes() {
    let (config, report) =
        Config::check(None, &toml("[api]\nurl = 'http://protocol:3000'")).unwrap();
    assert_eq!(report.notes.last(), config.notices().first());
    assert_eq!(report.notes.len(), 2);
}
