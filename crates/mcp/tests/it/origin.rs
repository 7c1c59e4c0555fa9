//! Group F06 and MCP "Security Warning": Host and Origin.

use http::Method;

use crate::fixture::{PING, Server, anonymous, post};

async fn status(server: &Server, host: &str, origin: Option<&str>) -> u16 {
    let mut request = post("writer");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request
        .headers_mut()
        .unwrap()
        .insert("host", host.parse().unwrap());
    server
        .send(request.body(PING.into()).unwrap())
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn f06_the_public_host_and_a_vendor_origin_are_served() {
    let server = Server::new();
    for origin in [
        None,
        Some("https://notes.example"),
        Some("https://chatgpt.com"),
        Some("https://claude.ai"),
    ] {
        assert_eq!(
            status(&server, "notes.example", origin).await,
            200,
            "{origin:?}"
        );
    }
}

#[tokio::test]
async fn a_foreign_origin_is_403_even_without_a_token() {
    let server = Server::new();
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:6274",
        "not an origin",
    ] {
        assert_eq!(
            status(&server, "notes.example", Some(origin)).await,
            403,
            "{origin}"
        );
        let anonymous = anonymous(Method::POST).header("origin", origin);
        let answer = server.send(anonymous.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "*",
            "the page can read why"
        );
    }
}

#[tokio::test]
async fn a_second_origin_header_does_not_hide() {
    let request = post("writer")
        .header("origin", "https://notes.example")
        .header("origin", "https://evil.example");
    assert_eq!(
        Server::new()
            .send(request.body(PING.into()).unwrap())
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn the_inspector_reaches_a_loopback_server() {
    let server = Server::at("http://localhost:3002");
    for origin in ["http://127.0.0.1:6274", "http://localhost:6274"] {
        assert_eq!(
            status(&server, "localhost:3002", Some(origin)).await,
            200,
            "{origin}"
        );
    }
    assert_eq!(
        status(&server, "localhost:3002", Some("https://evil.example")).await,
        403
    );
}

#[tokio::test]
async fn a_rebound_host_is_403_and_a_loopback_host_is_served() {
    let server = Server::new();
    assert_eq!(status(&server, "evil.example", None).await, 403);
    assert_eq!(status(&server, "127.0.0.1:3002", None).await, 200);
}

#[tokio::test]
async fn the_request_target_names_a_host_too() {
    let request = post("writer")
        .uri("https://evil.example/mcp")
        .body(PING.into())
        .unwrap();
    assert_eq!(Server::new().send(request).await.status, 403);
}

#[tokio::test]
async fn a_request_without_host_is_bad() {
    let mut request = post("writer");
    request.headers_mut().unwrap().remove("host");
    assert_eq!(
        Server::new()
            .send(request.body(PING.into()).unwrap())
            .await
            .status,
        400
    );
}
