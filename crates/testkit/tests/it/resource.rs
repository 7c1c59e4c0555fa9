//! Access tokens at the resource: the J lines of the catalogue, with tokens that this very server's
//! key signed, so that only the rule in question stands against them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_testkit::{Authorization, TestServer, on_both};
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
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
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
        for token in [
            format!("{none}.{payload}."),
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
    }
}
