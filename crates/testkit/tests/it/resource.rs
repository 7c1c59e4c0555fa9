//! Access tokens at the resource: the J lines of the catalogue, with tokens that this very server's
//! key signed, so that only the rule in question stands against them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_jose::algorithm::Algorithm;
use countersign_jose::key::SigningKey;
use countersign_testkit::{Authorization, TestServer, Tokens, on_both};
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn header(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

fn sign(server: &TestServer, typ: &str, claims: &Value) -> String {
    let keys = server.server.keys().current();
    keys.active().sign(typ, claims).unwrap()
}

on_both! {
    /// J4, J5 and RFC 9068 section 4: issuer, audience, type and expiry are those of this resource.
    async fn a_token_for_something_else_is_refused(server) {
        let genuine = Authorization::public(server).await.tokens(server, "ada").await;
        let claims = claims(&genuine.access);
        server.accepts(&sign(server, "at+jwt", &claims)).await;
        for (name, value) in [
            ("aud", json!("https://other.example/mcp")),
            ("aud", json!("http://localhost:3002")),
            ("aud", json!("http://localhost:3002/mcp/")),
            ("iss", json!("https://other.example")),
            ("iss", json!("http://localhost:3002/")),
            ("exp", json!(1)),
            ("exp", json!("2000000000")),
            ("exp", json!(1e308)),
            ("exp", Value::Null),
            ("grant_id", json!("grt_00000000000000000000000000000000")),
            ("grant_id", json!("x")),
            ("jti", json!("x")),
            ("sub", json!("x")),
        ] {
            let mut forged = claims.clone();
            forged[name] = value.clone();
            let answer = server.call_tool(&sign(server, "at+jwt", &forged), "whoami", json!({})).await;
            assert_eq!(answer.code(), 401, "{name} = {value}: {}", answer.text());
        }
        for typ in ["JWT", "at+JWT+x", "dpop+jwt", ""] {
            server.rejects(&sign(server, typ, &claims)).await;
        }
    }

    /// J1, J2, J6
    async fn a_tampered_token_is_refused(server) {
        let genuine = Authorization::public(server).await.tokens(server, "ada").await.access;
        let parts: Vec<&str> = genuine.split('.').collect();
        let [header, payload, signature] = parts[..] else { unreachable!() };
        let kid = server.server.keys().current().active().kid().to_owned();
        for alg in ["none", "None", "nOnE", "HS256", "RS256", "EdDSA"] {
            let other = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "at+jwt", "kid": kid}).to_string());
            server.rejects(&format!("{other}.{payload}.{signature}")).await;
            let unsigned = server.call_tool(&format!("{other}.{payload}."), "whoami", json!({})).await;
            assert_eq!(unsigned.code(), 401, "{alg}");
        }
        for token in [
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            format!("{genuine}.x"),
            format!("{header}.{payload}.{signature}="),
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("{}")),
            "x".repeat(5_000),
        ] {
            server.rejects(&token).await;
        }
    }

    /// J2: a key is found by the name that this server gave it, and by nothing that the token says.
    async fn a_token_of_a_foreign_key_is_refused(server) {
        let genuine = Authorization::public(server).await.tokens(server, "ada").await;
        let claims = claims(&genuine.access);
        let kid = server.server.keys().current().active().kid().to_owned();
        for name in [kid.as_str(), "", "unknown", "../../dev/null", "' OR 1=1 --", &"k".repeat(10_240)] {
            let foreign = SigningKey::generate(Algorithm::Es256).unwrap().with_kid(name.to_owned());
            server.rejects(&foreign.sign("at+jwt", &claims).unwrap()).await;
        }
    }

    /// J9
    async fn a_retired_key_verifies_until_its_last_token_is_gone(server) {
        let request = Authorization::public(server).await;
        let before = request.tokens(server, "ada").await;
        let (keys, lifetimes) = (server.server.keys(), &server.server.settings().lifetimes);
        server.wait(lifetimes.jwks_max_age);
        keys.rotate(server.server.now(), lifetimes.jwks_max_age, lifetimes.access_token).await.unwrap();
        server.accepts(&before.access).await;
        let fields = request.rotation(&before.refresh);
        let after = Tokens::of(&server.send_to(0, TestServer::form("/token", &fields)).await);
        let kid = |token: &str| header(token)["kid"].clone();
        assert_ne!(kid(&before.access), kid(&after.access));
        for replica in 0..2 {
            let answer = server.call_tool_at(replica, &after.access, "whoami", json!({})).await;
            assert_eq!(answer.code(), 200, "replica {replica} learns of the key by itself: {}", answer.text());
        }
        let published = server.get("/.well-known/jwks.json").await.json();
        let kids: Vec<&Value> = published["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
        assert!(kids.contains(&&kid(&before.access)) && kids.contains(&&kid(&after.access)), "{kids:?}");
    }

    /// F82, J10
    async fn the_token_travels_in_one_header_and_nowhere_else(server) {
        let genuine = Authorization::public(server).await.tokens(server, "ada").await.access;
        let answer = server.post(&format!("/mcp?access_token={genuine}"), &[]).await;
        assert_eq!(answer.code(), 401);
        let twice = TestServer::request(http::Method::POST, "/mcp")
            .header("authorization", format!("Bearer {genuine}"))
            .header("authorization", format!("Bearer {genuine}"))
            .header("content-type", "application/json")
            .body("{}".into())
            .unwrap();
        assert_eq!(server.send(twice).await.code(), 400);
        let with = async |header: String| {
            let request = TestServer::request(http::Method::POST, "/mcp")
                .header("authorization", header)
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .body(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#.into())
                .unwrap();
            server.send(request).await.code()
        };
        assert_eq!(with(format!("bearer {genuine}")).await, 200, "the scheme has no case");
        for header in ["Bearer".to_owned(), "Bearer ".to_owned(), format!("Basic {genuine}"), genuine.clone(), format!("Bearer {}", "x".repeat(1024 * 1024))] {
            assert_eq!(with(header.clone()).await, 401, "{}", &header[..header.len().min(20)]);
        }
    }
}
