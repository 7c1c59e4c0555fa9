//! Calling tools, and what a tool can do to the server: nothing (M10).

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::fixture::{Server, call};

fn sentence(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn a_tool_acts_in_the_name_of_the_principal() {
    let result = Server::new()
        .call("reader", "echo", json!({ "text": "hi" }))
        .await;
    assert_eq!(
        result["structuredContent"],
        json!({ "subject": "reader", "text": "hi" })
    );
    assert_eq!(
        result["content"][0]["text"],
        r#"{"subject":"reader","text":"hi"}"#
    );
    assert_eq!(result["isError"], false);
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_explained_to_the_model() {
    let server = Server::new();
    for (arguments, expected) in [
        (
            json!({}),
            "The arguments do not fit the tool's input schema: missing field `text`.",
        ),
        (
            json!({ "text": 5 }),
            "The argument `text` does not fit the tool's input schema: invalid type: integer `5`, expected a string.",
        ),
        (
            json!({ "text": "a", "times": -1 }),
            "The argument `times` does not fit the tool's input schema: invalid value: integer `-1`, expected u8.",
        ),
        (
            json!({ "text": "a", "color": 1 }),
            "The argument `color` does not fit the tool's input schema: unknown field `color`, expected `text` or `times`.",
        ),
    ] {
        let result = server.call("reader", "echo", arguments).await;
        assert_eq!(sentence(&result), expected);
    }
}

#[tokio::test]
async fn a_call_without_arguments_is_a_call_with_none() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write"}}"#;
    assert_eq!(
        Server::new().post("writer", body).await.json()["result"]["isError"],
        false
    );
}

#[tokio::test]
async fn an_unknown_tool_is_invalid_params() {
    let answer = Server::new()
        .post("reader", call("nothing", &json!({})).to_string())
        .await;
    assert_eq!(answer.json()["error"]["code"], -32602);
}

#[tokio::test]
async fn a_refusal_reaches_the_model() {
    let result = Server::new().call("reader", "refuse", json!({})).await;
    assert_eq!(sentence(&result), "There is no such note.");
}

#[tokio::test]
async fn the_cause_of_an_outage_stays_inside() {
    let result = Server::new().call("reader", "outage", json!({})).await;
    assert_eq!(
        sentence(&result),
        "The service cannot answer right now. Try again in a moment."
    );
    assert!(!result.to_string().contains("10.0.0.1"));
}

#[tokio::test]
async fn a_panic_costs_one_call() {
    let server = Server::new();
    let result = server.call("reader", "panic", json!({})).await;
    assert_eq!(
        sentence(&result),
        "The tool failed. The operator can find out why in the log."
    );
    assert_eq!(
        server.call("reader", "echo", json!({ "text": "hi" })).await["isError"],
        false
    );
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_hangs_is_stopped() {
    let server = Server::new();
    let result = server.call("reader", "hang", json!({})).await;
    assert!(sentence(&result).starts_with("The tool took too long"));
    assert!(server.hang.dropped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn m10_a_disconnect_cancels_the_tool() {
    let server = Server::new();
    let (started, dropped) = (server.hang.started.clone(), server.hang.dropped.clone());
    let client = tokio::spawn(async move { server.call("reader", "hang", json!({})).await });
    started.notified().await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    // The tool runs on a task of rmcp's, which ends a few polls after the client's.
    for _ in 0..1_000 {
        if dropped.load(Ordering::SeqCst) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the tool ran on without its client");
}
