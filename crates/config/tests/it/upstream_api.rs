//! `[api]` and token exchange.

use countersign_config::{ApiToken, Duration};

use crate::given::toml;
use crate::privy::with as privy;

const CLIENT: &str = "[[clients]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\nsecret = '0123456789abcdef0123456789abcdef'\n";

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(toml(text).problem(), format!("countersign.toml:{expected}"));
}

#[test]
fn without_an_api_there_is_no_audience() {
    let api = toml("").config().api;
    assert!(api.url.is_none() && api.audience().is_none());
    assert_eq!(api.token, ApiToken::Countersign);
    assert_eq!(
        (api.timeout, api.max_bytes),
        (Duration::from_secs(30), 4_194_304)
    );
    assert_eq!(api.profile, "/me");
}

#[test]
fn the_audience_is_the_address_until_it_is_set() {
    let config = toml("[api]\nurl = 'https://api.example.com/v2/'").config();
    assert_eq!(config.api.audience(), Some("https://api.example.com/v2"));
    let config =
        toml("[api]\nurl = 'https://api.example.com'\naudience = 'urn:example:api'").config();
    assert_eq!(config.api.audience(), Some("urn:example:api"));
}

#[test]
fn an_audience_is_an_absolute_uri() {
    for audience in [
        "",
        "api",
        "/api",
        "https://api.example.com#a",
        "https://api example",
        "api.example.com",
        " urn:a:b",
    ] {
        refused(
            &format!("[api]\naudience = '{audience}'"),
            "2:1: api.audience: not an absolute URI: write what the API expects as \"aud\", for example \"https://api.example.com\"",
        );
    }
}

#[test]
fn a_token_for_the_api_does_not_open_this_server() {
    for audience in [
        "http://localhost:3002",
        "http://localhost:3002/",
        "http://localhost:3002/mcp",
        "HTTP://LocalHost:3002/mcp/",
    ] {
        refused(
            &format!("[api]\naudience = '{audience}'"),
            "2:1: api.audience: this server's own address, so that a token for the API would open /mcp too: write into api.audience what the API itself expects as \"aud\"",
        );
    }
    refused(
        "[api]\nurl = 'http://localhost:3002'",
        "2:1: api.url: this server's own address, so that a token for the API would open /mcp too: write into api.audience what the API itself expects as \"aud\"",
    );
    for audience in ["http://localhost:3002/api", "http://localhost:30020"] {
        assert!(
            toml(&format!("[api]\naudience = '{audience}'"))
                .load()
                .is_ok(),
            "{audience}"
        );
    }
}

#[test]
fn privys_tokens_need_privys_login() {
    for token in ["device", "browser"] {
        refused(
            &format!("[api]\ntoken = '{token}'"),
            "2:1: api.token: Privy's tokens are handed on only where Privy is the login: set login.provider = \"privy\", or remove the key",
        );
        // Without an address: the token may be wanted for token exchange alone.
        let config = toml(&privy(&format!("[api]\ntoken = '{token}'"))).config();
        assert!(config.api.url.is_none());
    }
}

#[test]
fn a_profile_is_a_path() {
    for path in ["", "me", "//me", "/me?x", "/me#x", "/m e", "/\\me"] {
        refused(
            &format!("[api]\nprofile = '{path}'"),
            "2:1: api.profile: not a path below api.url: begin it with one slash and write neither query nor fragment, for example \"/me\"",
        );
    }
}

#[test]
fn an_api_address_is_a_base_address() {
    refused(
        "[api]\nurl = 'api.example.com'",
        "2:1: api.url: not a URL: write scheme and host, for example \"https://api.example.com\"",
    );
    refused(
        "[api]\nurl = 'https://api.example.com/?a'",
        "2:1: api.url: must not have a query or a fragment: end it after the path",
    );
}

#[test]
fn only_a_client_with_a_secret_exchanges_tokens() {
    let exchanging = format!("api.url = 'https://api.example.com'\n{CLIENT}token_exchange = true");
    let client = toml(&exchanging).config().clients.remove(0);
    assert!(client.token_exchange);
    let public = exchanging.replace("secret = '0123456789abcdef0123456789abcdef'\n", "");
    refused(
        &public,
        "6:1: clients[0].token_exchange: only a client that proves who it is may exchange tokens: give it a secret (`openssl rand -base64 32`), or remove the key",
    );
    let by_file = public.replace("token_exchange", "secret_file = 's'\ntoken_exchange");
    let by_file = toml(&by_file).file("s", "0123456789abcdef0123456789abcdef");
    assert!(by_file.config().clients.remove(0).token_exchange);
    assert!(!toml(CLIENT).config().clients.remove(0).token_exchange);
}

#[test]
fn tokens_are_exchanged_for_some_api() {
    let exchanging = format!("{CLIENT}token_exchange = true\n");
    refused(
        &exchanging,
        "6:1: clients[0].token_exchange: there is no API to exchange tokens for: set api.url, or api.audience alone if the tools do not call it",
    );
    assert!(
        toml(&format!("api.audience = 'urn:example:api'\n{exchanging}"))
            .load()
            .is_ok()
    );
    assert!(
        toml(&privy(&format!("[api]\ntoken = 'device'\n{exchanging}")))
            .load()
            .is_ok()
    );
}

#[test]
fn mcp2s_endpoint_needs_a_client_that_may_use_it() {
    let text = format!(
        "api.url = 'https://api.example.com'\n{CLIENT}[token_exchange]\nmcp2_endpoint = true"
    );
    refused(
        &text,
        "8:1: token_exchange.mcp2_endpoint: no client may use it: give one of [[clients]] a secret and token_exchange = true, or remove the key",
    );
    let text = text.replace(
        "[token_exchange]",
        "token_exchange = true\n[token_exchange]",
    );
    assert!(toml(&text).config().token_exchange.mcp2_endpoint);
}
