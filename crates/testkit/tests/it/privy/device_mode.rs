//! A session at the login that the server keeps alive.

use countersign_config::ApiToken;
use countersign_privy_simulator::Fault;
use countersign_testkit::{Authorization, PrivyServer, TestServer, Tokens};
use futures::future::join_all;
use serde_json::json;

use super::{begun, on_both};

const TOKEN: &str = "/api/oauth/v2/token";
const QUARTER: i64 = 15 * 60_000;

/// Connects, and lets the session's access token expire, while ours still holds.
async fn expired(server: &PrivyServer) -> (Authorization, Tokens) {
    let authorization = Authorization::public(server).await;
    let tokens = server.connect_as(&authorization, "ada@example.com").await;
    server.wait(QUARTER);
    server.privy.clear_log();
    (authorization, tokens)
}

async fn with_device_mode() -> PrivyServer {
    let database = countersign_testkit::Database::sqlite();
    PrivyServer::start(database, super::with(ApiToken::Device)).await
}

on_both! {
    async fn a_hundred_calls_at_once_refresh_once(server, ApiToken::Device) {
        let (_, tokens) = expired(server).await;
        let fields = server.exchange_fields(&tokens.access);
        let calls = (0..100).map(|number| server.send_to(number, TestServer::form("/token", &fields)));
        let answers = join_all(calls).await;
        let mut upstream: Vec<String> = answers
            .iter()
            .map(|answer| answer.json()["access_token"].as_str().unwrap().to_owned())
            .collect();
        upstream.dedup();
        assert_eq!(upstream.len(), 1);
        assert_eq!(server.privy.count("POST", TOKEN), 1);
    }

    async fn both_lines_take_turns_for_a_month(server, ApiToken::Device) {
        let (authorization, mut tokens) = expired(server).await;
        for _ in 0..10 {
            server.upstream_token(&tokens.access).await;
            server.wait(3 * 24 * 3_600_000);
            tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
        }
        server.upstream_token(&tokens.access).await;
        assert_eq!(server.privy.count("POST", TOKEN), 11);
    }

    async fn a_lost_answer_costs_a_line_and_not_the_session(server, ApiToken::Device) {
        let (authorization, tokens) = expired(server).await;
        server.privy.fault(Fault { drop: true, ..Fault::at(TOKEN) });
        server.exchange(&tokens.access).await.refuses(503, "temporarily_unavailable");
        server.upstream_token(&tokens.access).await;
        server.wait(QUARTER);
        let tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
        server.upstream_token(&tokens.access).await;
    }

    async fn an_outage_is_no_end(server, ApiToken::Device) {
        let (_, tokens) = expired(server).await;
        server.privy.fault(Fault { status: Some(503), times: 3, ..Fault::at(TOKEN) });
        for _ in 0..3 {
            server.exchange(&tokens.access).await.refuses(503, "temporarily_unavailable");
        }
        server.upstream_token(&tokens.access).await;
    }

    async fn a_session_that_privy_ended_ends_the_grant(server, ApiToken::Device) {
        let (authorization, tokens) = expired(server).await;
        server.privy.revoke("ada@example.com").unwrap();
        server.exchange(&tokens.access).await.refuses(400, "invalid_grant");
        server.rejects(&tokens.access).await;
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
        // Nobody asks Privy about it again.
        server.privy.clear_log();
        server.exchange(&tokens.access).await.refuses(400, "invalid_request");
        assert_eq!(server.privy.count("POST", TOKEN), 0);
    }

    async fn a_disconnected_app_leaves_no_session_behind(server, ApiToken::Device) {
        let (authorization, tokens) = expired(server).await;
        let fields = [("token", tokens.refresh.as_str()), ("client_id", &authorization.client_id)];
        assert_eq!(server.post("/token/revoke", &fields).await.code(), 200);
        assert_eq!(server.server.server.end_upstream_sessions().await.unwrap(), 1);
        assert_eq!(server.server.server.end_upstream_sessions().await.unwrap(), 0);
        let is_revocation = |method: &str, path: &str| method == "DELETE" && path.starts_with("/api/oauth/v2/grants/");
        let requests = server.privy.requests();
        let revoked = requests.iter().filter(|request| is_revocation(&request.method, &request.path));
        assert_eq!(revoked.count(), 2);
    }
}

#[tokio::test]
async fn only_codes_of_this_interaction_approved_by_this_person_count() {
    let server = with_device_mode().await;
    let (mut browser, interaction) = begun(&server).await;
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    let token = server.token_of("ada@example.com");

    // None were asked for.
    let answer = browser.hand_over(&page, &token).await;
    assert_eq!(answer.json()["code"], "device_refused");

    // Nobody has approved them.
    let device = page.attribute("data-device").unwrap();
    let answer = browser.script(&page, &device, "{}").await;
    let codes = answer.json()["user_codes"].clone();
    let answer = browser.hand_over(&page, &token).await;
    assert_eq!(answer.json()["code"], "device_refused");

    // Somebody else has approved them.
    let eve = server.privy.sign_in("eve@example.com").unwrap();
    server.wait(6_000);
    for code in codes.as_array().unwrap() {
        let code = code.as_str().unwrap();
        server.privy.decide_device(code, &eve.did, true).unwrap();
    }
    let answer = browser.hand_over(&page, &token).await;
    assert_eq!(answer.json()["code"], "device_refused");
    assert_eq!(answer.code(), 409);

    let answer = server
        .sign_in(&mut browser, &interaction, "ada@example.com")
        .await;
    assert_eq!(answer.json(), json!({ "location": interaction }));
}

#[tokio::test]
async fn an_app_without_device_grants_is_named() {
    let server = with_device_mode().await;
    server
        .privy
        .configure(|settings| settings.device.enabled = false);
    let (mut browser, interaction) = begun(&server).await;
    browser.agree(&interaction).await;
    let page = browser.open(&interaction).await;
    let device = page.attribute("data-device").unwrap();
    let answer = browser.script(&page, &device, "{}").await;
    assert_eq!(answer.json()["code"], "device_not_enabled");
    assert!(answer.text().contains("CLI and agent access"));
}

/// X3 of the catalogue.
#[tokio::test]
async fn a_sealed_session_is_all_that_is_stored() {
    let server = with_device_mode().await;
    let (_, tokens) = expired(&server).await;
    let upstream = server.upstream_token(&tokens.access).await;
    let stored = server.stored();
    let holds = |text: &str| {
        stored
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    };
    assert!(holds("ada@example.com"), "the search finds nothing at all");
    assert!(!holds(&upstream));
    let requests = server.privy.requests();
    let refreshes = requests.iter().filter(|request| request.path == TOKEN);
    for refresh in refreshes {
        let refresh_token = refresh.body["refresh_token"].as_str().unwrap();
        assert!(!holds(refresh_token));
    }
}
