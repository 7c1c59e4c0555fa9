//! Batches, which only MCP 2025-03-26 has.

use axum::body::Body;
use serde_json::{Value, json};

use crate::fixture::{Answer, PING, Server, anonymous, call, post};

async fn send(token: &str, messages: &Value) -> Answer {
    Server::new().post(token, messages.to_string()).await
}

fn numbered(id: u32, tool: &str) -> Value {
    let mut message = call(tool, &json!({ "text": id.to_string() }));
    message["id"] = json!(id);
    message
}

fn notification() -> Value {
    json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })
}

#[tokio::test]
async fn answers_are_one_array_in_the_order_of_the_requests() {
    let messages = json!([
        numbered(1, "echo"),
        notification(),
        { "jsonrpc": "2.0", "id": "list", "method": "tools/list" },
        numbered(2, "nothing"),
        numbered(3, "echo"),
    ]);
    for version in [None, Some("2025-03-26")] {
        let mut request = post("writer");
        if let Some(version) = version {
            request = request.header("mcp-protocol-version", version);
        }
        let body = Body::from(messages.to_string());
        let answer = Server::new().send(request.body(body).unwrap()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/json");
        let answers = answer.json();
        let ids: Vec<_> = answers
            .as_array()
            .unwrap()
            .iter()
            .map(|answer| &answer["id"])
            .collect();
        assert_eq!(ids, [&json!(1), &json!("list"), &json!(2), &json!(3)]);
        assert_eq!(answers[0]["result"]["structuredContent"]["text"], "1");
        assert_eq!(answers[1]["result"]["tools"][0]["name"], "echo");
        assert_eq!(answers[2]["error"]["code"], -32602);
        assert_eq!(answers[3]["result"]["structuredContent"]["text"], "3");
    }
}

#[tokio::test]
async fn notifications_alone_are_accepted_without_a_body() {
    let answer = send("writer", &json!([notification(), notification()])).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
}

#[tokio::test]
async fn a_batch_has_1_to_32_messages_and_no_initialize() {
    let server = Server::new();
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;
    for body in [
        "[]".to_owned(),
        format!("[{}]", [PING; 33].join(",")),
        format!("[{PING},{initialize}]"),
        format!("[{PING},[{PING}]]"),
        format!("[{PING},1]"),
        format!(r#"[{PING},{{"jsonrpc":"2.0","id":null,"method":"ping"}}]"#),
    ] {
        let answer = server.post("writer", body.clone()).await;
        assert_eq!(answer.refusal(), (400, -32600), "{body}");
    }
    let full = format!("[{}]", [PING; 32].join(","));
    assert_eq!(server.post("writer", full).await.status, 200);
}

#[tokio::test]
async fn m1_a_batch_needs_a_token() {
    let body = json!([numbered(1, "echo")]).to_string();
    let request = anonymous(http::Method::POST).body(body.into()).unwrap();
    assert_eq!(Server::new().send(request).await.status, 401);
}

#[tokio::test]
async fn one_call_without_scope_refuses_all_before_any_runs() {
    let server = Server::new();
    // `hang` tells when it starts, and would never end.
    let messages = json!([numbered(1, "hang"), numbered(2, "write")]);
    let answer = server.post("reader", messages.to_string()).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer
            .header("www-authenticate")
            .contains("insufficient_scope")
    );
    let started = server.hang.started.notified();
    tokio::select! {
        biased;
        () = started => panic!("a tool ran"),
        () = tokio::task::yield_now() => {}
    }
}

#[tokio::test]
async fn one_call_without_sign_in_refuses_all() {
    let server = Server::mixed();
    let send = |messages: Value| {
        let request = anonymous(http::Method::POST);
        server.send(request.body(messages.to_string().into()).unwrap())
    };
    let open = send(json!([numbered(1, "open"), notification()])).await;
    assert_eq!(
        open.json()[0]["result"]["structuredContent"]["subject"],
        "nobody"
    );
    let mixed = send(json!([numbered(1, "open"), numbered(2, "echo")])).await;
    assert_eq!(mixed.status, 401);
}

#[tokio::test]
async fn f76_chatgpt_is_told_in_the_answer_to_that_call() {
    let body = json!([numbered(1, "echo"), numbered(2, "write")]).to_string();
    let request = post("reader").header("user-agent", "openai-mcp/1.0.0");
    let answers = Server::new()
        .send(request.body(body.into()).unwrap())
        .await
        .json();
    assert_eq!(answers[0]["result"]["isError"], false);
    assert_eq!(answers[1]["id"], 2);
    assert!(answers[1]["result"]["_meta"]["mcp/www_authenticate"][0].is_string());
}

#[tokio::test]
async fn a_message_that_only_a_full_parse_refuses_costs_itself() {
    let bad = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"times":1e999}}}"#;
    let answers = Server::new()
        .post("writer", format!("[{bad},{PING}]"))
        .await
        .json();
    assert_eq!(answers[0]["error"]["code"], -32700);
    assert_eq!(answers[0]["id"], 7);
    assert_eq!(answers[1]["result"], json!({}));
}

#[tokio::test]
async fn m3_depth_and_width_bound_the_whole_batch() {
    let server = Server::new();
    for body in [
        "[".repeat(100_000),
        format!("[{}1]", "1,".repeat(1_000_000)),
    ] {
        assert_eq!(server.post("writer", body).await.refusal(), (400, -32700));
    }
}
