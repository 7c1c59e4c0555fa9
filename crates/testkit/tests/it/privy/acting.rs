//! Acting on the product's API as the person who signed in.

use std::cell::Cell;
use std::collections::HashMap;

use countersign_config::ApiToken;
use countersign_domain::Entropy as _;
use countersign_testkit::{Authorization, PrivyServer, SeededEntropy, TestServer, Tokens};
use serde_json::Value;

use super::{on_both, profile};

const QUARTER: i64 = 15 * 60_000;

/// G1 of the catalogue.
async fn the_api_gets_a_token_of_this_issuer(server: &PrivyServer, issuer: &str) {
    let authorization = Authorization::public(server).await;
    let tokens = server.connect_as(&authorization, "ada@example.com").await;
    let claims = profile::claims(&profile::call(server, &tokens.access).await);
    assert_eq!(claims["iss"], issuer);
    assert_eq!(claims["sub"], server.privy.did("ada@example.com").unwrap());
    let calls = server.api.calls();
    assert_eq!(calls.len(), 1);
    let own = [&tokens.access, &tokens.refresh];
    assert!(
        own.iter()
            .all(|token| !calls[0].text.contains(token.as_str()))
    );
    let bearer = calls[0].bearer.as_deref().unwrap();
    assert!(
        calls[0].text.contains(bearer),
        "the search finds nothing at all"
    );
    // Nor is what the API gets good for anything here.
    server.rejects(bearer).await;
}

/// What sets the tokens of one grant apart from those of the others.
fn session(claims: &Value) -> &str {
    let session = claims.get("sid").unwrap_or(&claims["grant_id"]);
    session.as_str().unwrap()
}

/// X2 of the catalogue: 400 calls in no order, by two people with two connections each.
async fn nobody_gets_a_token_of_another_connection(server: &PrivyServer) {
    let mut grants: Vec<(String, Tokens)> = Vec::new();
    for email in [
        "ada@example.com",
        "eve@example.com",
        "ada@example.com",
        "eve@example.com",
    ] {
        let tokens = server.connect(email).await;
        grants.push((server.privy.did(email).unwrap(), tokens));
    }
    let entropy = SeededEntropy::new(2);
    let mut sessions: HashMap<String, usize> = HashMap::new();
    for _ in 0..2 {
        let mut order = [0; 200];
        entropy.fill(&mut order);
        let grant_of = |number: usize| usize::from(order[number]) % grants.len();
        let next = Cell::new(0);
        let answers = server.race(order.len(), || {
            let number = next.replace(next.get() + 1);
            let access_token = &grants[grant_of(number)].1.access;
            profile::request(access_token, &profile::message(number))
        });
        for answer in answers.await {
            let claims = profile::claims(&answer);
            let number = answer.json()["id"].as_u64().unwrap();
            let grant = grant_of(usize::try_from(number).unwrap());
            assert_eq!(claims["sub"], grants[grant].0);
            let owner = sessions.entry(session(&claims).to_owned()).or_insert(grant);
            assert_eq!(*owner, grant, "{claims}");
        }
        // Once more with all four to be renewed, where they are.
        server.wait(QUARTER);
    }
    let calls = server.api.calls();
    assert_eq!(calls.len(), 400);
    for (_, tokens) in &grants {
        assert!(calls.iter().all(|call| !call.text.contains(&tokens.access)));
    }
    for grant in 0..grants.len() {
        assert!(sessions.values().any(|owner| *owner == grant));
    }
}

on_both! {
    async fn the_api_gets_a_token_of_this_server(server, ApiToken::Countersign) {
        the_api_gets_a_token_of_this_issuer(server, TestServer::URL).await;
    }

    async fn the_api_gets_privys_token_that_is_kept_alive(server, ApiToken::Device) {
        the_api_gets_a_token_of_this_issuer(server, "privy.io").await;
    }

    async fn the_api_gets_privys_token_as_it_was_handed_over(server, ApiToken::Browser) {
        the_api_gets_a_token_of_this_issuer(server, "privy.io").await;
    }

    async fn minted_tokens_are_the_callers_own(server, ApiToken::Countersign) {
        nobody_gets_a_token_of_another_connection(server).await;
    }

    async fn kept_sessions_are_the_callers_own(server, ApiToken::Device) {
        nobody_gets_a_token_of_another_connection(server).await;
    }

    async fn lent_tokens_are_the_callers_own(server, ApiToken::Browser) {
        nobody_gets_a_token_of_another_connection(server).await;
    }

    async fn a_hundred_calls_on_an_expired_session_refresh_once(server, ApiToken::Device) {
        let tokens = server.connect("ada@example.com").await;
        server.wait(QUARTER);
        server.privy.clear_log();
        let answers = server.race(100, || profile::request(&tokens.access, &profile::message(1))).await;
        let did = server.privy.did("ada@example.com").unwrap();
        for answer in &answers {
            assert_eq!(profile::claims(answer)["sub"], did);
        }
        assert_eq!(answers.len(), 100);
        assert_eq!(server.privy.count("POST", "/api/oauth/v2/token"), 1);
        let calls = server.api.calls();
        assert_eq!(calls.len(), 100);
        assert!(calls.iter().all(|call| call.bearer == calls[0].bearer));
    }

    async fn a_failing_api_is_told_in_words_of_ours(server, ApiToken::Countersign) {
        let tokens = server.connect("ada@example.com").await;
        for status in [500, 502, 503, 504, 429] {
            server.api.fail(Some(status));
            profile::is_to_be_tried_again(&profile::call(server, &tokens.access).await);
        }
        for status in [400, 403, 404] {
            server.api.fail(Some(status));
            let refusal = profile::refusal(&profile::call(server, &tokens.access).await);
            assert!(refusal.starts_with("The product's API"), "{refusal}");
            assert!(!refusal.contains("ignore"), "{refusal}");
        }
        // One call each, and nothing ended.
        assert_eq!(server.api.calls().len(), 8);
        server.api.fail(None);
        profile::claims(&profile::call(server, &tokens.access).await);
    }
}
