//! Token exchange (RFC 8693), and mcp2's form of it.

use axum::body::Body;
use countersign_config::ApiToken;
use countersign_storage::commands::ListEvents;
use countersign_testkit::{Answer, Authorization, Database, PrivyServer, TestServer};
use http::Method;
use serde_json::{Value, json};

use super::{on_both, start};

on_both! {
    async fn a_named_client_gets_the_token_for_the_api(server, ApiToken::Browser) {
        let tokens = server.connect("ada@example.com").await;
        let answer = server.exchange_with(&tokens.access, &[("audience", "https://api.example")]).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        assert_eq!(answer["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["refresh_token"], Value::Null);
        // X2 of the catalogue: whose access token, their upstream token.
        let ben = server.connect("ben@example.com").await;
        let bens = server.upstream_token(&ben.access).await;
        assert_ne!(answer["access_token"], bens.as_str());
        let privy = server.server.server.privy().unwrap();
        assert_eq!(privy.verify(&bens).await.unwrap().did, server.privy.did("ben@example.com").unwrap());
    }
}

/// X1 of the catalogue.
#[tokio::test]
async fn nobody_else_gets_it() {
    let server = start().await;
    let tokens = server.connect("ada@example.com").await;
    let exchange = |client: &str, secret: &str| {
        let mut fields = server.exchange_fields(&tokens.access);
        fields.retain(|(name, _)| !name.starts_with("client_"));
        let mut fields = fields.clone();
        fields.extend([("client_id", client), ("client_secret", secret)]);
        TestServer::form("/token", &fields)
    };
    let (id, _) = PrivyServer::BACKEND;
    let wrong = exchange(id, "another secret of 32 characters.");
    server.send(wrong).await.refuses(401, "invalid_client");
    let (client, secret) = server
        .confidential_client(Authorization::REDIRECT_URI, "client_secret_post")
        .await;
    let registered = exchange(&client, &secret);
    server
        .send(registered)
        .await
        .refuses(400, "unauthorized_client");
}

#[tokio::test]
async fn only_a_live_access_token_is_exchanged_and_only_for_the_api() {
    let server = start().await;
    let tokens = server.connect("ada@example.com").await;
    let privys = server.token_of("ada@example.com");
    for subject in ["garbage", &tokens.refresh, &privys] {
        server
            .exchange(subject)
            .await
            .refuses(400, "invalid_request");
    }
    for target in ["https://elsewhere.example", "http://localhost:3002/mcp"] {
        server
            .exchange_with(&tokens.access, &[("resource", target)])
            .await
            .refuses(400, "invalid_target");
    }
    server.wait(2 * 3_600_000);
    server
        .exchange(&tokens.access)
        .await
        .refuses(400, "invalid_request");
}

#[tokio::test]
async fn an_exchange_is_in_the_flight_recorder() {
    let server = start().await;
    let tokens = server.connect("ada@example.com").await;
    server.upstream_token(&tokens.access).await;
    let list = ListEvents {
        before: None,
        limit: 5,
    };
    let events = server.server.server.store().read(list).await.unwrap();
    let exchanged = events
        .iter()
        .find(|event| event.kind.as_str() == "token_exchanged")
        .unwrap();
    let client = exchanged.client_id.as_ref().unwrap();
    assert_eq!(client.as_str(), PrivyServer::BACKEND.0);
    assert!(exchanged.user_id.is_some() && exchanged.grant_id.is_some());
}

async fn as_mcp2(server: &PrivyServer, bearer: &str) -> Answer {
    let request = TestServer::request(Method::POST, "/token/privy/access-token")
        .header("authorization", format!("Bearer {bearer}"))
        .body(Body::empty())
        .unwrap();
    server.send(request).await
}

#[tokio::test]
async fn mcp2s_form_answers_a_named_client_where_it_is_on() {
    let server = PrivyServer::start(Database::sqlite(), |config| {
        config.api.token = ApiToken::Browser;
        config.token_exchange.mcp2_endpoint = true;
    })
    .await;
    let (id, secret) = PrivyServer::BACKEND;
    let mut named = Authorization::of(id, "https://backend.example/callback");
    named.secret = Some(secret.to_owned());
    let tokens = server.connect_as(&named, "ada@example.com").await;
    let answer = as_mcp2(&server, &tokens.access).await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    let answer = answer.json();
    let token = answer["privyAccessToken"].as_str().unwrap();
    let privy = server.server.server.privy().unwrap();
    let proof = privy.verify(token).await.unwrap();
    assert_eq!(answer["userId"], proof.did);
    assert_eq!(answer["expiresAt"], proof.expires_at.as_millis());
    assert_eq!(answer["scope"], json!(["notes:read", "notes:write"]));

    let public = server.connect("ada@example.com").await;
    as_mcp2(&server, &public.access)
        .await
        .refuses(403, "unauthorized_client");
    as_mcp2(&server, "garbage")
        .await
        .refuses(401, "invalid_token");
}

#[tokio::test]
async fn mcp2s_form_is_off_otherwise() {
    let server = start().await;
    let tokens = server.connect("ada@example.com").await;
    as_mcp2(&server, &tokens.access)
        .await
        .refuses(410, "invalid_request");
}
