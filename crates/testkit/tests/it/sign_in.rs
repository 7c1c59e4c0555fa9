//! Signing in and signing up: A29, A31 and T18 of the catalogue.

use countersign_testkit::{Authorization, Browser, Database, TestServer, on_both};

use crate::consent::at_consent;

on_both! {
    /// A29
    async fn the_session_is_new_at_every_sign_in(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        browser.plant("countersign", "cs_bs_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let first = browser.cookie("countersign").unwrap().to_owned();
        assert!(!first.contains("aaaaaaaa"));
        server.wait(1000);
        let again = browser.begin(&request.with("prompt", "login").target()).await;
        browser.sign_in(&again, "ada").await;
        assert_ne!(browser.cookie("countersign").unwrap(), first);
        browser.plant("countersign", &first);
        assert!(browser.open("/account").await.text().contains("name=\"password\""), "the old one is dead");
    }

    /// A31
    async fn a_sign_in_comes_from_our_own_page(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let fields = [("username", "ada"), ("password", "a long enough password")];
        for action in [format!("{interaction}/sign-in"), "/account/sign-in".to_owned()] {
            browser.post(&action, &fields).await.is_page(403);
        }
        let evil = [("origin", "https://evil.example")];
        browser.post_with("/account/sign-in", &fields, &evil).await.is_page(403);
    }

    /// A wrong password says nothing about who has an account.
    async fn a_failed_sign_in_does_not_tell_who_has_an_account(server) {
        let (mut browser, interaction) = at_consent(server).await;
        let out = format!("{interaction}/sign-out");
        browser.submit(&interaction, &out, &[]).await;
        let action = format!("{interaction}/sign-in");
        let mut pages = Vec::new();
        for name in ["ada", "nobody"] {
            let answer = browser
                .submit(&interaction, &action, &[("username", name), ("password", "wrong password")])
                .await;
            assert_eq!(answer.code(), 401);
            pages.push(answer.text().replace(name, "NAME"));
        }
        assert_eq!(pages[0], pages[1]);
    }
}

/// Sign-up is closed where strangers can reach it.
#[tokio::test]
async fn sign_up_can_be_closed() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.login.sign_up = countersign_config::SignUp::Invitation;
    })
    .await;
    let request = Authorization::public(&server).await;
    let mut browser = Browser::new(&server);
    let interaction = browser.begin(&request.target()).await;
    assert!(!browser.open(&interaction).await.text().contains("sign-up"));
    let target = format!("{interaction}/sign-up");
    browser.open(&target).await.is_page(404);
}

/// T18: an address has five tries at an account, and all addresses share the configured ones; then
/// the answer says when to come back, and whoever knows the password gets in by then.
#[tokio::test]
async fn guessing_a_password_has_to_wait() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.limits.sign_in_attempts_per_account_per_hour = 2;
    })
    .await;
    let (mut browser, interaction) = at_consent(&server).await;
    let sign_out = format!("{interaction}/sign-out");
    browser.submit(&interaction, &sign_out, &[]).await;
    let mut attempt = async |password: &str| {
        let fields = [("username", "ada"), ("password", password)];
        browser
            .submit("/account", "/account/sign-in", &fields)
            .await
    };
    for _ in 0..7 {
        assert_eq!(attempt("wrong password").await.code(), 401);
    }
    let refused = attempt("a long enough password").await;
    refused.is_page(429);
    let seconds = refused.header("retry-after");
    assert_eq!(seconds, "600", "its own tries come back first");
    server.wait(600 * 1000);
    let right = attempt("a long enough password").await;
    assert_eq!(right.code(), 303, "{}", right.text());
}
