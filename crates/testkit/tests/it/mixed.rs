//! `[mcp] sign_in = "when_needed"` in the whole server: some tools without sign-in.

use countersign_config::SignIn;
use countersign_testkit::{Answer, Authorization, Database, TestServer};
use http::Method;
use serde_json::{Value, json};

async fn server() -> TestServer {
    TestServer::configured(Database::sqlite(), |config| {
        config.mcp.sign_in = SignIn::WhenNeeded;
    })
    .await
}

async fn anonymously(server: &TestServer, agent: &str, method: &str, params: Value) -> Answer {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = TestServer::request(Method::POST, "/mcp")
        .header("user-agent", agent)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(message.to_string().into())
        .unwrap();
    server.send(request).await
}

/// What Claude and ChatGPT each need to learn that a call needs a sign-in, and that the tokens which
/// come of it are good for that call.
#[tokio::test]
async fn a_client_connects_first_and_signs_in_when_a_tool_needs_it() {
    let server = server().await;
    let call = |name: &str| json!({"name": name, "arguments": {}});
    let listed = anonymously(&server, "Claude-User", "tools/list", json!({})).await;
    assert_eq!(listed.code(), 200, "{}", listed.text());
    let open = anonymously(&server, "Claude-User", "tools/call", call("about")).await;
    assert_eq!(open.code(), 200, "{}", open.text());
    let claude = anonymously(&server, "Claude-User", "tools/call", call("whoami")).await;
    assert_eq!(claude.code(), 401, "{}", claude.text());
    assert!(claude.header("www-authenticate").starts_with("Bearer "));
    let chatgpt = anonymously(&server, "openai-mcp/1.0.0", "tools/call", call("whoami")).await;
    assert_eq!(chatgpt.code(), 200, "{}", chatgpt.text());
    let result = &chatgpt.json()["result"];
    assert_eq!(result["isError"], true);
    let challenge = result["_meta"]["mcp/www_authenticate"][0].as_str().unwrap();
    for part in ["error=\"", "error_description=\"", "resource_metadata=\""] {
        assert!(challenge.contains(part), "{challenge}");
    }
    let request = Authorization::public(&server).await;
    let tokens = request.tokens(&server, "ada").await;
    server.accepts(&tokens.access).await;
    server.rejects("not a token").await;
}
