//! What is logged, however much is asked for: K11 and T4 of the catalogue.

use countersign_testkit::{Authorization, Browser, Database, TestServer, Tokens};
use serde_json::json;

use crate::log;

/// One life of a grant, with the mistakes that are worth a line in the log. Answers every secret
/// that was in play.
async fn life(server: &TestServer) -> Vec<String> {
    let request = Authorization::public(server).await;
    let (_, client_secret) = server
        .confidential_client(Authorization::REDIRECT_URI, "client_secret_basic")
        .await;
    let mut browser = Browser::new(server);
    let interaction = browser.begin(&request.target()).await;
    browser.sign_up(&interaction, "ada").await;
    server.wait(1_000);
    let fresh = request.clone().with("prompt", "login");
    let another = browser.begin(&fresh.target()).await;
    let sign_in = format!("{another}/sign-in");
    let wrong = [("username", "ada"), ("password", "a wrong password")];
    let failed = browser.submit(&another, &sign_in, &wrong).await;
    assert_eq!(failed.code(), 401);
    assert_eq!(browser.sign_in(&another, "ada").await.code(), 303);
    let page = browser.open(&interaction).await;
    let csrf = page.csrf(&format!("{interaction}/consent"));
    let code = browser
        .decide(&interaction, &page, "approve")
        .await
        .sent("code")
        .unwrap();

    let query: Vec<String> = request
        .redemption(&code)
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let in_the_query = server
        .post(&format!("/token?{}", query.join("&")), &[])
        .await;
    in_the_query.refuses(400, "invalid_request");
    let first = Tokens::of(&request.redeem(server, &code).await);
    server.accepts(&first.access).await;
    let second = Tokens::of(&request.rotate(server, &first.refresh).await);
    server.accepts(&second.access).await;
    let mut foreign = second.access.clone();
    foreign.push('x');
    server.call_tool(&foreign, "whoami", json!({})).await;
    server.wait(61_000);
    request
        .rotate(server, &first.refresh)
        .await
        .refuses(400, "invalid_grant");
    request
        .redeem(server, &code)
        .await
        .refuses(400, "invalid_grant");

    let cookie = |name: &str| browser.cookie(name).unwrap().to_owned();
    let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
    vec![
        client_secret,
        cookie("countersign"),
        cookie("countersign-browser"),
        csrf,
        code,
        request.verifier.clone(),
        first.refresh,
        second.refresh,
        signature(&first.access),
        signature(&second.access),
        "a long enough password".to_owned(),
        "a wrong password".to_owned(),
    ]
}

/// On the one thread of this runtime.
async fn logs_no_secret(database: Database) {
    log::listen();
    let server = TestServer::start(database).await;
    let secrets = life(&server).await;
    let log = log::heard();
    for event in ["client_registered", "grant_approved", "grant_ended"] {
        assert!(log.contains(event), "{event} would be here: {log}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} in {log}");
    }
}

/// K11, T4
#[tokio::test]
async fn no_secret_is_logged_on_sqlite() {
    logs_no_secret(Database::sqlite()).await;
}

/// K11, T4
#[tokio::test]
async fn no_secret_is_logged_on_postgres() {
    if let Some(database) = Database::postgres().await {
        logs_no_secret(database).await;
    }
}
