//! Introspection, revocation and userinfo: I1 to I5 of the catalogue.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_config::{Client, Secret};
use countersign_testkit::{Answer, Authorization, Database, TestServer, Tokens, on_both};
use serde_json::json;

const SECRET: &str = "a-secret-of-the-product-api-0123456789";

async fn introspect(server: &TestServer, id: &str, secret: &str, token: &str) -> Answer {
    let mut request = TestServer::form("/token/introspect", &[("token", token)]);
    let header = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    request
        .headers_mut()
        .insert("authorization", header.parse().unwrap());
    server.send(request).await
}

async fn with_resource_server() -> TestServer {
    TestServer::configured(Database::sqlite(), |config| {
        config.openid.enabled = true;
        config.clients.push(Client {
            id: "product-api".to_owned(),
            name: "Product API".to_owned(),
            redirect_uris: vec!["https://api.example/callback".to_owned()],
            secret: Some(Secret::new(SECRET)),
            secret_file: None,
            scope: None,
            token_exchange: false,
        });
    })
    .await
}

on_both! {
    /// I1
    async fn introspection_is_for_those_who_prove_who_they_are(server) {
        let request = Authorization::public(server).await;
        let tokens = request.tokens(server, "ada").await;
        server.post("/token/introspect", &[("token", &tokens.access)]).await.refuses(401, "invalid_client");
        let public = [("token", tokens.access.as_str()), ("client_id", request.client_id.as_str())];
        server.post("/token/introspect", &public).await.refuses(401, "invalid_client");
        introspect(server, "nobody", "x", &tokens.access).await.refuses(401, "invalid_client");
    }

    /// I2
    async fn what_is_not_active_says_nothing_else(server) {
        let (id, secret) = server.confidential_client(Authorization::REDIRECT_URI, "client_secret_basic").await;
        let stranger = Authorization::public(server).await.tokens(server, "ada").await;
        for token in ["garbage", "a.b.c", "cs_rt_x", stranger.access.as_str(), stranger.refresh.as_str()] {
            let answer = introspect(server, &id, &secret, token).await;
            assert_eq!((answer.code(), answer.json()), (200, json!({"active": false})), "{token}");
        }
    }

    /// I2: expired, rotated, revoked, foreign and invented read alike, byte for byte.
    async fn nothing_tells_why_a_token_is_not_active(server) {
        let (id, secret) = server.confidential_client(Authorization::REDIRECT_URI, "client_secret_basic").await;
        let header = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let own = Authorization::of(&id, Authorization::REDIRECT_URI);
        let token = async |fields: Vec<(&str, &str)>| {
            let mut request = TestServer::form("/token", &fields);
            request.headers_mut().insert("authorization", header.parse().unwrap());
            Tokens::of(&server.send(request).await)
        };
        let code = own.code(server, "ada").await;
        let first = token(own.redemption(&code)).await;
        let active = introspect(server, &id, &secret, &first.access).await.json();
        assert_eq!((&active["active"], &active["client_id"]), (&json!(true), &json!(id)));
        let rotated = first.refresh.clone();
        let second = token(own.rotation(&rotated)).await;
        let mut revoke = TestServer::form("/token/revoke", &[("token", &second.access)]);
        revoke.headers_mut().insert("authorization", header.parse().unwrap());
        assert_eq!(server.send(revoke).await.code(), 200);
        let mut inactive = vec![rotated, second.access];
        server.wait(3_631 * 1000);
        inactive.push(first.access);
        let third = token(own.rotation(&second.refresh)).await;
        let mut revoke = TestServer::form("/token/revoke", &[("token", &third.refresh), ("token_type_hint", "access_token")]);
        revoke.headers_mut().insert("authorization", header.parse().unwrap());
        assert_eq!(server.send(revoke).await.code(), 200, "a wrong hint is only a hint");
        let stranger = Authorization::public(server).await.tokens(server, "ben").await;
        inactive.extend([third.access, third.refresh, stranger.access, stranger.refresh, "garbage".to_owned(), code]);
        for token in inactive {
            let answer = introspect(server, &id, &secret, &token).await;
            assert_eq!((answer.code(), answer.text()), (200, r#"{"active":false}"#), "{token}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }

    /// I4
    async fn another_clients_token_cannot_be_revoked(server) {
        let request = Authorization::public(server).await;
        let tokens = request.tokens(server, "ada").await;
        let other = server.public_client(Authorization::REDIRECT_URI).await;
        for token in [&tokens.access, &tokens.refresh] {
            let answer = server.post("/token/revoke", &[("token", token), ("client_id", &other)]).await;
            assert_eq!(answer.code(), 200);
        }
        server.accepts(&tokens.access).await;
        assert_eq!(request.rotate(server, &tokens.refresh).await.code(), 200);
    }

    /// I5
    async fn a_revoked_refresh_token_takes_its_family_along(server) {
        let request = Authorization::public(server).await;
        let tokens = request.tokens(server, "ada").await;
        let fields = [("token", tokens.refresh.as_str()), ("client_id", request.client_id.as_str())];
        assert_eq!(server.post("/token/revoke", &fields).await.code(), 200);
        server.rejects(&tokens.access).await;
        request.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
        assert_eq!(server.post("/token/revoke", &fields).await.code(), 200, "twice is no error");
    }

    /// I5
    async fn a_revoked_access_token_goes_alone(server) {
        let request = Authorization::public(server).await;
        let tokens = request.tokens(server, "ada").await;
        let fields = [("token", tokens.access.as_str()), ("client_id", request.client_id.as_str())];
        server.accepts(&tokens.access).await;
        assert_eq!(server.post("/token/revoke", &fields).await.code(), 200);
        server.rejects(&tokens.access).await;
        let next = Tokens::of(&request.rotate(server, &tokens.refresh).await);
        server.accepts(&next.access).await;
    }

    /// RFC 7009 section 2.1
    async fn a_revocation_names_a_token(server) {
        let request = Authorization::public(server).await;
        server.post("/token/revoke", &[("client_id", &request.client_id)]).await.refuses(400, "invalid_request");
        server.post("/token/revoke", &[("token", "x"), ("client_id", "nobody")]).await.refuses(401, "invalid_client");
    }
}

/// I2: a client that the operator named is a resource server, and learns what it needs.
#[tokio::test]
async fn a_resource_server_learns_what_a_token_is() {
    let server = with_resource_server().await;
    let request = Authorization::public(&server).await;
    let tokens = request.tokens(&server, "ada").await;
    let access = introspect(&server, "product-api", SECRET, &tokens.access)
        .await
        .json();
    assert_eq!(access["active"], true);
    assert_eq!(access["aud"], "http://localhost:3002/mcp");
    assert_eq!(access["client_id"], request.client_id.as_str());
    assert_eq!(access["scope"], "notes:read notes:write");
    let refresh = introspect(&server, "product-api", SECRET, &tokens.refresh)
        .await
        .json();
    assert_eq!(
        (&refresh["active"], refresh.get("token_type")),
        (&json!(true), None)
    );
    server.wait(3_631 * 1000);
    let expired = introspect(&server, "product-api", SECRET, &tokens.access).await;
    assert_eq!(expired.json(), json!({"active": false}));
}

/// `/userinfo` answers a token that carries `openid`, and challenges every other.
#[tokio::test]
async fn userinfo_needs_openid() {
    let server = with_resource_server().await;
    let userinfo = async |token: Option<&str>| {
        let mut request = TestServer::request(http::Method::GET, "/userinfo");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        server
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await
    };
    assert_eq!(userinfo(None).await.code(), 401);
    let garbage = userinfo(Some("garbage")).await;
    assert_eq!(garbage.code(), 401);
    assert!(garbage.header("www-authenticate").contains("invalid_token"));

    let request = Authorization::public(&server).await;
    let without = request.tokens(&server, "ada").await;
    let refused = userinfo(Some(&without.access)).await;
    assert_eq!(refused.code(), 403);
    assert!(
        refused
            .header("www-authenticate")
            .contains("insufficient_scope")
    );

    let openid = request
        .with("scope", "openid profile notes:read")
        .with("nonce", "the nonce");
    let code = openid.code(&server, "ben").await;
    let answer = openid.redeem(&server, &code).await;
    assert_eq!(
        answer.json()["id_token"]
            .as_str()
            .unwrap()
            .split('.')
            .count(),
        3
    );
    let told = userinfo(Some(&Tokens::of(&answer).access)).await.json();
    assert_eq!(told["preferred_username"], "ben");
    assert!(told["sub"].as_str().unwrap().starts_with("usr_"));
}
