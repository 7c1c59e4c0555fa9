//! Group F73 and F14: which requests the address takes.

use http::Method;

use crate::fixture::{PING, Server, anonymous, post};

#[tokio::test]
async fn f73_a_get_without_valid_token_is_401() {
    for method in [Method::GET, Method::DELETE] {
        let server = Server::new();
        let answer = server
            .send(anonymous(method.clone()).body("".into()).unwrap())
            .await;
        assert_eq!(answer.status, 401, "{method}");
        let expired = post("expired")
            .method(method.clone())
            .body("".into())
            .unwrap();
        assert_eq!(server.send(expired).await.status, 401, "{method}");
    }
}

#[tokio::test]
async fn f73_a_get_with_valid_token_is_405_and_says_post() {
    for method in [
        Method::GET,
        Method::DELETE,
        Method::PUT,
        Method::HEAD,
        Method::PATCH,
    ] {
        let request = post("writer")
            .method(method.clone())
            .body("".into())
            .unwrap();
        let answer = Server::new().send(request).await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "POST", "{method}");
    }
}

#[tokio::test]
async fn f14_a_trailing_slash_is_answered_and_not_redirected() {
    let server = Server::new();
    let answer = server
        .send(post("writer").uri("/mcp/").body(PING.into()).unwrap())
        .await;
    assert_eq!(answer.status, 200);
    let answer = server
        .send(
            anonymous(Method::POST)
                .uri("/mcp/")
                .body(PING.into())
                .unwrap(),
        )
        .await;
    assert_eq!(answer.status, 401);
}
