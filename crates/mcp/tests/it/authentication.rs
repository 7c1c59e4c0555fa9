//! Groups M1, J10 and F10–F12, F82: who is asking.

use http::Method;

use crate::fixture::{METADATA, PING, Server, anonymous, post};

#[tokio::test]
async fn m1_no_token_is_a_bare_challenge() {
    let answer = Server::new()
        .send(anonymous(Method::POST).body(PING.into()).unwrap())
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        format!(r#"Bearer resource_metadata="{METADATA}", scope="notes:read notes:write""#)
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn f10_every_method_of_the_protocol_needs_a_token() {
    let server = Server::new();
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        "not even JSON",
    ] {
        let answer = server
            .send(anonymous(Method::POST).body(body.into()).unwrap())
            .await;
        assert_eq!(answer.status, 401, "{body}");
    }
}

#[tokio::test]
async fn an_invalid_token_is_said_to_be_invalid_and_why() {
    let answer = Server::new().post("expired", PING).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        format!(
            r#"Bearer error="invalid_token", error_description="the access token has expired", resource_metadata="{METADATA}", scope="notes:read notes:write""#
        )
    );
    assert_eq!(answer.json()["error"], "invalid_token");
    assert!(!answer.text.contains("Bearer"), "no token in a body");
}

#[tokio::test]
async fn j10_two_authorization_headers_are_a_bad_request() {
    let request = post("writer")
        .header("authorization", "Bearer reader")
        .body(PING.into())
        .unwrap();
    let answer = Server::new().send(request).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .header("www-authenticate")
            .contains(r#"error="invalid_request""#)
    );
}

#[tokio::test]
async fn j10_an_empty_or_foreign_credential_is_an_invalid_token() {
    for value in [
        "Bearer",
        "Bearer ",
        "Basic d3JpdGVyOg==",
        "DPoP writer",
        "writer",
    ] {
        let request = anonymous(Method::POST).header("authorization", value);
        let answer = Server::new().send(request.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, 401, "{value:?}");
        assert!(
            answer
                .header("www-authenticate")
                .contains(r#"error="invalid_token""#),
            "{value:?}"
        );
    }
}

#[tokio::test]
async fn j10_the_scheme_is_case_insensitive() {
    for scheme in ["bearer", "BEARER"] {
        let request = anonymous(Method::POST).header("authorization", format!("{scheme} writer"));
        let answer = Server::new().send(request.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, 200, "{scheme}");
    }
}

#[tokio::test]
async fn f82_a_token_in_the_query_is_no_token() {
    let request = anonymous(Method::POST)
        .uri("/mcp?access_token=writer")
        .body(PING.into())
        .unwrap();
    let answer = Server::new().send(request).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.header("www-authenticate").contains("error="));
}

#[tokio::test]
async fn an_outage_is_not_an_invalid_token() {
    let answer = Server::new().post("outage", PING).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(answer.header("www-authenticate"), "");
}
