//! Groups F76 and F77: a token that is good and not enough.

use serde_json::json;

use crate::fixture::{METADATA, Server, call, post};

fn challenge() -> String {
    // The token's own scopes and the tool's, without `offline_access`.
    format!(
        r#"Bearer error="insufficient_scope", error_description="the tool write also needs the scope notes:write", resource_metadata="{METADATA}", scope="openid notes:read notes:write""#
    )
}

#[tokio::test]
async fn f77_one_challenge_names_every_scope() {
    let answer = Server::new()
        .post("reader", call("write", &json!({})).to_string())
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("www-authenticate"), challenge());
    assert_eq!(answer.json()["error"], "insufficient_scope");
}

#[tokio::test]
async fn f76_chatgpt_is_told_in_a_tool_result() {
    let request = post("reader").header("user-agent", "openai-mcp/1.0.0");
    let answer = Server::new()
        .send(
            request
                .body(call("write", &json!({})).to_string().into())
                .unwrap(),
        )
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({
            "jsonrpc": "2.0",
            "id": 1,
            "result": {
                "content": [{ "type": "text", "text": "the tool write also needs the scope notes:write" }],
                "isError": true,
                "_meta": { "mcp/www_authenticate": [challenge()] },
            },
        })
    );
}

#[tokio::test]
async fn f76_in_the_modern_era_the_result_is_complete() {
    let request = post("reader")
        .header("user-agent", "openai-mcp/1.0.0")
        .header("mcp-protocol-version", "2026-07-28");
    let answer = Server::new()
        .send(
            request
                .body(call("write", &json!({})).to_string().into())
                .unwrap(),
        )
        .await;
    assert_eq!(answer.json()["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_token_with_the_scope_is_served() {
    let result = Server::new().call("writer", "write", json!({})).await;
    assert_eq!(result["content"][0]["text"], "Written.");
}

#[tokio::test]
async fn a_tool_cannot_be_smuggled_past_the_scope_check() {
    let server = Server::new();
    for body in [
        // Two methods, two names, escapes: whatever rmcp would make of them.
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"write"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","name":"write"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools\u002fcall","params":{"name":"writ\u0065"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[null,"write",{}]}"#,
    ] {
        let answer = server.post("reader", body).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 403),
            "{body}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn listing_tools_needs_no_scope() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let answer = Server::new().post("reader", body).await;
    assert_eq!(
        answer.json()["result"]["tools"].as_array().unwrap().len(),
        7
    );
}
