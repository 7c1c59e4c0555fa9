//! Groups M2 to M8, M13 and F74, F75: the message itself.

use axum::body::Body;
use bytes::Bytes;
use serde_json::json;

use crate::fixture::{PING, Server, post};

#[tokio::test]
async fn m2_a_batch_is_an_invalid_request_but_in_2025_03_26() {
    for version in ["2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28"] {
        let request = post("writer").header("mcp-protocol-version", version);
        let body = format!("[{PING},{PING}]");
        let answer = Server::new().send(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.refusal(), (400, -32600), "{version}");
    }
}

#[tokio::test]
async fn m3_depth_and_width_are_parse_errors() {
    let server = Server::new();
    let deep = "[".repeat(100_000);
    let wide = format!("[{}1]", "1,".repeat(1_000_000));
    for inner in [deep, wide] {
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{inner}}}}}"#);
        assert_eq!(server.post("writer", body).await.refusal(), (400, -32700));
    }
}

#[tokio::test]
async fn m4_content_type_is_json() {
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let mut request = post("writer");
        request
            .headers_mut()
            .unwrap()
            .insert("content-type", content_type.parse().unwrap());
        let answer = Server::new().send(request.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, 415, "{content_type}");
    }
}

#[tokio::test]
async fn m4_accept_without_json_is_not_acceptable() {
    let mut request = post("writer");
    request
        .headers_mut()
        .unwrap()
        .insert("accept", "text/html".parse().unwrap());
    assert_eq!(
        Server::new()
            .send(request.body(PING.into()).unwrap())
            .await
            .status,
        406
    );
}

#[tokio::test]
async fn f74_charset_and_a_narrow_accept_and_no_version_are_tolerated() {
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("accept", "application/json"),
        ("accept", "*/*"),
        ("user-agent", "openai-mcp/1.0.0"),
    ] {
        let mut request = post("writer");
        request
            .headers_mut()
            .unwrap()
            .insert(name, value.parse().unwrap());
        let answer = Server::new().send(request.body(PING.into()).unwrap()).await;
        assert_eq!(answer.status, 200, "{name}: {value}");
    }
}

#[tokio::test]
async fn f74_unknown_meta_is_tolerated() {
    let mut call = crate::fixture::call("echo", &json!({ "text": "hi" }));
    call["params"]["_meta"] =
        json!({ "openai/locale": "de", "openai/subject": "x", "progressToken": 1 });
    let answer = Server::new().post("writer", call.to_string()).await;
    assert_eq!(answer.json()["result"]["isError"], false);
}

#[tokio::test]
async fn m6_f75_a_notification_is_accepted_without_a_body() {
    for method in [
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/unheard-of",
    ] {
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": { "requestId": 1 } });
        let answer = Server::new().post("writer", body.to_string()).await;
        assert_eq!(answer.status, 202, "{method}");
        assert_eq!(answer.text, "", "{method}");
    }
}

#[tokio::test]
async fn a_call_without_id_runs_nothing() {
    let mut call = crate::fixture::call("echo", &json!({ "text": "hi" }));
    call.as_object_mut().unwrap().remove("id");
    let answer = Server::new().post("writer", call.to_string()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
}

#[tokio::test]
async fn m8_an_id_is_an_integer_or_a_short_string() {
    let server = Server::new();
    for id in [
        json!(null),
        json!(1.5),
        json!({}),
        json!([1]),
        json!("x".repeat(10_240)),
    ] {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
        let answer = server.post("writer", body.to_string()).await;
        assert_eq!(answer.refusal(), (400, -32600));
        assert_eq!(answer.json()["id"], json!(null));
    }
    for id in [json!(0), json!(-7), json!("7"), json!(i64::MAX)] {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
        assert_eq!(
            server.post("writer", body.to_string()).await.json()["id"],
            id
        );
    }
}

#[tokio::test]
async fn m13_a_compressed_body_is_refused_unopened() {
    let request = post("writer").header("content-encoding", "gzip");
    let answer = Server::new().send(request.body(PING.into()).unwrap()).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn a_body_above_the_limit_is_413_whatever_its_length_says() {
    let chunk = Ok::<_, std::convert::Infallible>(Bytes::from(vec![b' '; 1024 * 1024]));
    let stream = Body::from_stream(futures::stream::iter(std::iter::repeat_n(chunk, 5)));
    assert_eq!(Server::new().post("writer", stream).await.status, 413);
}

#[tokio::test]
async fn what_is_not_json_is_a_parse_error() {
    let server = Server::new();
    for body in [
        &b""[..],
        b"{",
        b"\xff\xfe",
        // Only a full parse sees a lone surrogate or a number that no float holds.
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"\ud800"}}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"times":1e999}}}"#,
    ] {
        let answer = server.post("writer", Bytes::copy_from_slice(body)).await;
        assert_eq!(answer.refusal(), (400, -32700), "{}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn a_response_is_not_a_request() {
    let answer = Server::new()
        .post("writer", r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        .await;
    assert_eq!(answer.refusal(), (400, -32600));
}
