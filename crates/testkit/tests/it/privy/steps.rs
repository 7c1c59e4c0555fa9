//! The order of the pages: agreeing, signing in, consenting.

use countersign_config::ApiToken;
use countersign_testkit::{Authorization, Browser, TestServer};
use serde_json::json;

use super::{begun, on_both, start};

on_both! {
    async fn a_person_of_privy_connects_a_client(server, ApiToken::Countersign) {
        let tokens = server.connect("ada@example.com").await;
        server.accepts(&tokens.access).await;
    }
}

#[tokio::test]
async fn the_page_that_asks_comes_before_the_sign_in() {
    let server = start().await;
    let (mut browser, interaction) = begun(&server).await;
    let page = browser.open(&interaction).await;
    assert!(
        page.text().contains("Continue to sign in"),
        "{}",
        page.text()
    );
    assert_eq!(page.attribute("data-hand-over"), None);
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    let expected = format!("{interaction}/privy");
    assert_eq!(page.attribute("data-hand-over"), Some(expected));
}

#[tokio::test]
async fn whoever_does_not_agree_is_sent_back_without_signing_in() {
    let server = start().await;
    let (mut browser, interaction) = begun(&server).await;
    let action = format!("{interaction}/agree");
    let answer = browser
        .submit(&interaction, &action, &[("decision", "deny")])
        .await;
    assert_eq!(answer.sent("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.sent("state").as_deref(), Some("the state"));
    assert_eq!(server.privy.requests().len(), 0);
}

#[tokio::test]
async fn agreeing_needs_the_form_of_this_browser() {
    let server = start().await;
    let target = Authorization::public(&server).await.target();
    let (mut ada, mut eve) = (Browser::new(&server), Browser::new(&server));
    let interaction = ada.begin(&target).await;
    let action = format!("{interaction}/agree");
    let csrf = ada.open(&interaction).await.csrf(&action);
    let fields = [("csrf", csrf.as_str()), ("decision", "continue")];
    eve.begin(&target).await;
    eve.post(&action, &fields).await.is_page(403);
    let foreign = [("csrf", "x"), ("decision", "continue")];
    ada.post(&action, &foreign).await.is_page(403);
    let from_elsewhere = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    ada.post_with(&action, &fields, &from_elsewhere)
        .await
        .is_page(403);
}

#[tokio::test]
async fn the_consent_page_shows_the_account_and_lets_it_be_switched() {
    let server = start().await;
    let (mut browser, interaction) = begun(&server).await;
    browser.agree(&interaction).await;
    server
        .sign_in(&mut browser, &interaction, "ada@example.com")
        .await;
    let page = browser.open(&interaction).await;
    assert!(page.text().contains("ada@example.com"), "{}", page.text());
    let sign_out = format!("{interaction}/sign-out");
    browser.submit(&interaction, &sign_out, &[]).await;
    browser.agree(&interaction).await;
    server
        .sign_in(&mut browser, &interaction, "ben@example.com")
        .await;
    let page = browser.open(&interaction).await;
    assert!(page.text().contains("ben@example.com"), "{}", page.text());
}

#[tokio::test]
async fn a_session_is_enough_where_the_api_takes_our_own_token() {
    let server = start().await;
    let mut browser = Browser::new(&server);
    let target = Authorization::public(&server).await.target();
    let first = browser.begin(&target).await;
    browser.agree(&first).await;
    server
        .sign_in(&mut browser, &first, "ada@example.com")
        .await;
    let second = browser.begin(&target).await;
    assert!(browser.approve(&second).await.sent("code").is_some());
}

#[tokio::test]
async fn a_grant_with_a_session_at_the_login_signs_in_anew() {
    let server = countersign_testkit::PrivyServer::start(
        countersign_testkit::Database::sqlite(),
        super::with(ApiToken::Device),
    )
    .await;
    let mut browser = Browser::new(&server);
    let target = Authorization::public(&server).await.target();
    let first = browser.begin(&target).await;
    browser.agree(&first).await;
    server
        .sign_in(&mut browser, &first, "ada@example.com")
        .await;
    let second = browser.begin(&target).await;
    let page = browser.open(&second).await;
    assert!(
        page.text().contains("Continue to sign in"),
        "{}",
        page.text()
    );
    // The first one still stands where it stood.
    assert!(browser.approve(&first).await.sent("code").is_some());
}

#[tokio::test]
async fn the_account_page_signs_in_without_a_client() {
    let server = start().await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/account").await;
    let token = server.token_of("ada@example.com");
    let answer = browser.hand_over(&page, &token).await;
    assert_eq!(answer.json(), json!({ "location": "/account" }));
    let page = browser.open("/account").await;
    assert!(page.text().contains("ada@example.com"), "{}", page.text());
}

#[tokio::test]
async fn local_accounts_open_nothing() {
    let server = start().await;
    let (mut browser, interaction) = begun(&server).await;
    for path in ["sign-in", "sign-up", "passkey/options"] {
        let answer = browser.post(&format!("{interaction}/{path}"), &[]).await;
        assert_eq!(answer.code(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_may_reach_privy_and_nobody_else() {
    let server = start().await;
    let (mut browser, interaction) = begun(&server).await;
    let asked = browser.open(&interaction).await;
    let policy = asked.header("content-security-policy").to_owned();
    assert!(policy.contains("connect-src 'self';"), "{policy}");
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    let policy = page.header("content-security-policy").to_owned();
    let connect = format!("connect-src 'self' {};", server.privy.url());
    assert!(policy.contains(&connect), "{policy}");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("challenges.cloudflare.com"), "{policy}");

    server.privy.configure(|settings| {
        settings.captcha = Some(countersign_privy_simulator::Captcha::default());
    });
    server.wait(6 * 60_000);
    let page = browser.open(&interaction).await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("script-src 'self' https://challenges.cloudflare.com;"),
        "{policy}"
    );
    assert!(
        policy.ends_with("frame-src https://challenges.cloudflare.com"),
        "{policy}"
    );
}

#[tokio::test]
async fn what_mcp2_took_is_explained() {
    let server = start().await;
    let token = server.token_of("ada@example.com");
    let body = json!({ "privy_token": token, "client_id": "chatgpt-connector" });
    for target in ["/authorize", "/authorize/complete"] {
        let request = countersign_testkit::PrivyServer::json(target, &body);
        let answer = server.send(request).await;
        answer.refuses(410, "invalid_request");
        assert!(
            answer.text().contains("GET /authorize?"),
            "{}",
            answer.text()
        );
        assert!(!answer.text().contains(&token));
    }
    let request = TestServer::form("/token/privy/access-token", &[]);
    server.send(request).await.refuses(410, "invalid_request");
}

#[tokio::test]
async fn nobody_signs_in_while_privy_does_not_answer_and_nothing_is_lost() {
    let mut server = start().await;
    let target = Authorization::public(&server).await.target();
    server.privy.go_offline().await;
    let server = server;
    let mut browser = Browser::new(&server);
    let interaction = browser.begin(&target).await;
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    page.is_page(503);
    assert_ne!(page.header("retry-after"), "");
}
