//! Group F24: clients that run in a browser.

use http::Method;

use crate::fixture::{PING, Server, anonymous, post};

#[tokio::test]
async fn f24_a_preflight_needs_no_token() {
    let request = anonymous(Method::OPTIONS)
        .header("origin", "https://inspector.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,mcp-protocol-version",
        );
    let answer = Server::new().send(request.body("".into()).unwrap()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.text, "");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "POST");
    let allowed = answer
        .header("access-control-allow-headers")
        .to_ascii_lowercase();
    for name in [
        "authorization",
        "content-type",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-session-id",
        "last-event-id",
    ] {
        assert!(allowed.split(", ").any(|header| header == name), "{name}");
    }
}

#[tokio::test]
async fn f24_every_answer_exposes_the_challenge() {
    let server = Server::new();
    for (request, status) in [
        (anonymous(Method::POST), 401),
        (post("expired"), 401),
        (post("outage"), 503),
        (post("writer").method(Method::GET), 405),
        (post("writer").header("content-encoding", "gzip"), 415),
        (post("writer"), 200),
    ] {
        let answer = server.send(request.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "*",
            "{status}"
        );
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version",
            "{status}"
        );
    }
}
