//! The hand-over: what it is bound to, and what is refused.

use countersign_config::ApiToken;
use countersign_privy_simulator::{Fault, Mint, MintKey};
use countersign_testkit::{Answer, Authorization, Browser, PrivyServer};
use serde_json::{Value, json};

use super::{begun, on_both, start};

/// A browser that has agreed, and its page.
async fn agreed(server: &PrivyServer) -> (Browser<'_>, String, Answer) {
    let (mut browser, interaction) = begun(server).await;
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    (browser, interaction, page)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.code(), status, "{}", answer.text());
    assert_eq!(answer.json()["code"], code, "{}", answer.text());
    assert!(answer.json()["error"].is_string());
    assert_eq!(answer.header("cache-control"), "no-store");
}

on_both! {
    async fn a_token_is_taken_once_by_one_of_32(server, ApiToken::Countersign) {
        let (browser, _, page) = agreed(server).await;
        let token = server.token_of("ada@example.com");
        let target = page.attribute("data-hand-over").unwrap();
        let csrf = page.attribute("data-csrf").unwrap();
        let body = json!({ "token": token }).to_string();
        let answers = server
            .race(32, || browser.script_request(&target, &csrf, &body))
            .await;
        let taken = answers.iter().filter(|answer| answer.code() == 200).count();
        assert_eq!(taken, 1);
        for answer in answers.iter().filter(|answer| answer.code() != 200) {
            let code = answer.json()["code"].clone();
            assert!(code == "token_used" || code == "not_agreed", "{code}");
        }
    }
}

/// The nineteen vectors of @privy-io/node, and a token that is fine.
#[tokio::test]
async fn only_tokens_of_this_app_are_taken() {
    let server = start().await;
    let user = server.privy.sign_in("ada@example.com").unwrap();
    let claims = |changed: Value| {
        Mint {
            user: Some(user.did.clone()),
            ..Mint::default()
        }
        .claims(changed)
    };
    let now = server.privy.clock().now();
    let bad = [
        claims(json!({ "exp": now - 10 })),
        claims(json!({ "aud": "clanotherapp000000000bbbb" })),
        claims(json!({ "aud": [server.privy.app().id] })),
        claims(json!({ "iss": "https://privy.io" })),
        claims(json!({ "sid": null })),
        claims(json!({ "aud": "auth.privy.io", "att": "pat" })),
        claims(json!({ "exp": null })),
        claims(json!({ "sub": null })),
        claims(json!({ "nbf": now + 600 })),
        claims(json!({})).key(MintKey::Other),
        claims(json!({})).key(MintKey::None),
        claims(json!({})).key(MintKey::Hs256Pem),
        claims(json!({})).header(json!({ "typ": null })),
        claims(json!({})).header(json!({ "typ": "at+jwt" })),
        Mint {
            tamper: true,
            ..claims(json!({}))
        },
    ];
    let (mut browser, interaction, page) = agreed(&server).await;
    for mint in bad {
        let token = server.privy.mint(&mint).unwrap();
        let answer = browser.hand_over(&page, &token).await;
        refused(&answer, 401, "token_refused");
        assert!(!answer.text().contains(&token));
    }
    let identity_token = user.identity_token.unwrap();
    refused(
        &browser.hand_over(&page, &identity_token).await,
        401,
        "token_refused",
    );
    refused(
        &browser.hand_over(&page, "garbage").await,
        401,
        "token_refused",
    );
    // Nothing of it has spoilt the interaction.
    let answer = browser.hand_over(&page, &user.access_token).await;
    assert_eq!(answer.json(), json!({ "location": interaction }));
}

#[tokio::test]
async fn a_token_from_before_the_sign_in_is_not_taken() {
    let server = start().await;
    let old = server.token_of("ada@example.com");
    server.wait(61_000);
    let (mut browser, _, page) = agreed(&server).await;
    refused(&browser.hand_over(&page, &old).await, 401, "token_stale");

    let account = Browser::new(&server).open("/account").await;
    assert!(account.attribute("data-hand-over").is_some());
    server.wait(5 * 60_000);
    let mut browser = Browser::new(&server);
    let account = browser.open("/account").await;
    refused(&browser.hand_over(&account, &old).await, 401, "token_stale");
}

#[tokio::test]
async fn nothing_is_handed_over_before_the_person_agreed() {
    let server = start().await;
    let (mut agreeing, _, page) = agreed(&server).await;
    let (mut browser, interaction) = begun(&server).await;
    let asking = browser.open(&interaction).await;
    let token = server.token_of("ada@example.com");
    let body = json!({ "token": token }).to_string();
    let answer = browser
        .script(&asking, &format!("{interaction}/privy"), &body)
        .await;
    // The page that asks holds no token for the script's requests.
    refused(&answer, 403, "foreign_form");
    assert_eq!(agreeing.hand_over(&page, &token).await.code(), 200);
}

#[tokio::test]
async fn a_replay_is_refused_everywhere() {
    let server = start().await;
    let token = server.token_of("ada@example.com");
    let (mut browser, _, page) = agreed(&server).await;
    assert_eq!(browser.hand_over(&page, &token).await.code(), 200);
    refused(&browser.hand_over(&page, &token).await, 400, "not_agreed");

    // A fresh proof is asked for, and this one is not fresh any more.
    server.wait(1_000);
    let target = Authorization::public(&server).await.with("prompt", "login");
    let another = browser.begin(&target.target()).await;
    browser.agree(&another).await;
    let page = browser.open(&another).await;
    refused(&browser.hand_over(&page, &token).await, 409, "token_used");

    let (mut stranger, _, page) = agreed(&server).await;
    refused(&stranger.hand_over(&page, &token).await, 409, "token_used");
    let account = stranger.open("/account").await;
    refused(
        &stranger.hand_over(&account, &token).await,
        409,
        "token_used",
    );
}

#[tokio::test]
async fn another_browser_and_another_site_hand_nothing_over() {
    let server = start().await;
    let (browser, _, page) = agreed(&server).await;
    let (mut stranger, _, own_page) = agreed(&server).await;
    let token = server.token_of("ada@example.com");
    let body = json!({ "token": token }).to_string();
    let target = page.attribute("data-hand-over").unwrap();
    refused(
        &stranger.script(&own_page, &target, &body).await,
        403,
        "foreign_form",
    );
    refused(
        &stranger.script(&page, &target, &body).await,
        403,
        "foreign_form",
    );
    let csrf = page.attribute("data-csrf").unwrap();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut request = browser.script_request(&target, &csrf, &body);
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(server.send(request).await.code(), 403, "{name}: {value}");
    }
    let mut request = browser.script_request(&target, &csrf, &body);
    request.headers_mut().remove("origin");
    assert_eq!(server.send(request).await.code(), 403);
    let request = browser.script_request(&target, &csrf, &body);
    assert_eq!(server.send(request).await.code(), 200);
}

#[tokio::test]
async fn a_person_whom_privy_no_longer_knows_is_refused() {
    let server = start().await;
    let (mut browser, _, page) = agreed(&server).await;
    let token = server.token_of("ada@example.com");
    server.privy.delete_user("ada@example.com").unwrap();
    refused(&browser.hand_over(&page, &token).await, 403, "user_gone");
}

#[tokio::test]
async fn a_person_who_is_disabled_here_is_refused() {
    let server = start().await;
    server.connect("ada@example.com").await;
    let did = server.privy.did("ada@example.com").unwrap();
    server.disable(&did).await;
    let (mut browser, _, page) = agreed(&server).await;
    let token = server.token_of("ada@example.com");
    refused(
        &browser.hand_over(&page, &token).await,
        403,
        "user_disabled",
    );
}

#[tokio::test]
async fn an_outage_of_privy_is_no_refusal() {
    let server = start().await;
    let (mut browser, interaction, page) = agreed(&server).await;
    let token = server.token_of("ada@example.com");
    server.privy.fault(Fault {
        status: Some(500),
        ..Fault::at("/v1/users/*")
    });
    let answer = browser.hand_over(&page, &token).await;
    refused(&answer, 503, "login_unavailable");
    assert_ne!(answer.header("retry-after"), "");
    let answer = browser.hand_over(&page, &token).await;
    assert_eq!(answer.json(), json!({ "location": interaction }));
}

#[tokio::test]
async fn a_new_key_of_privy_is_looked_up_and_an_old_one_survives_an_outage() {
    let mut server = start().await;
    server.connect("ada@example.com").await;
    server.privy.rotate_key(true).unwrap();
    server.connect("ada@example.com").await;
    // With the keys at hand Privy is only asked for the person.
    let keys = format!("/v1/apps/{}/jwks.json", server.privy.app().id);
    server.privy.clear_log();
    server.privy.fault(Fault {
        status: Some(500),
        times: 0,
        ..Fault::at(&keys)
    });
    server.wait(2 * 3_600_000);
    server.connect("ada@example.com").await;
    assert!(server.privy.count("GET", &keys) >= 1);
    server.privy.go_offline().await;
}

#[tokio::test]
async fn malformed_bodies_are_refused() {
    let server = start().await;
    let (mut browser, _, page) = agreed(&server).await;
    let target = page.attribute("data-hand-over").unwrap();
    for body in ["", "[]", "{}", "{\"token\": 1}", "{\"token\": \"", "\0"] {
        let answer = browser.script(&page, &target, body).await;
        refused(&answer, 400, "malformed");
    }
    let long = json!({ "token": "x".repeat(20_000) }).to_string();
    refused(
        &browser.script(&page, &target, &long).await,
        413,
        "too_large",
    );
}
