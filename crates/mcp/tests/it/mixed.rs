//! Sign-in only when a tool needs it: F10, F52, F76, M15.

use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

use crate::fixture::{Answer, METADATA, PING, Server, anonymous, call, post};

const CHATGPT: (&str, &str) = ("user-agent", "openai-mcp/1.0.0");

async fn send(header: Option<(&str, &str)>, message: &Value) -> Answer {
    let mut request = anonymous(Method::POST);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let body = Body::from(message.to_string());
    Server::mixed().send(request.body(body).unwrap()).await
}

fn message(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

#[tokio::test]
async fn connecting_and_listing_need_no_token() {
    let initialize = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    for (method, params) in [
        ("initialize", initialize),
        ("ping", json!({})),
        ("tools/list", json!({})),
    ] {
        let answer = send(None, &message(method, &params)).await;
        assert_eq!(answer.status, 200, "{method}: {answer:?}");
        assert!(answer.json()["result"].is_object(), "{method}");
    }
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(send(None, &notification).await.status, 202);
}

#[tokio::test]
async fn a_modern_client_discovers_without_a_token() {
    let meta = json!({ "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    let request = anonymous(Method::POST)
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "server/discover");
    let body = message("server/discover", &meta).to_string();
    let answer = Server::mixed()
        .send(request.body(body.into()).unwrap())
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_method_that_nobody_opened_needs_a_token() {
    for method in [
        "resources/read",
        "logging/setLevel",
        "tasks/get",
        "unheard-of",
    ] {
        assert_eq!(
            send(None, &message(method, &json!({}))).await.status,
            401,
            "{method}"
        );
    }
    let no_notification = json!({ "jsonrpc": "2.0", "method": "tools/list" });
    assert_eq!(send(None, &no_notification).await.status, 401);
}

#[tokio::test]
async fn an_open_tool_runs_for_nobody_and_for_somebody() {
    let answer = send(None, &call("open", &json!({}))).await.json();
    assert_eq!(answer["result"]["structuredContent"]["subject"], "nobody");
    let result = Server::mixed().call("reader", "open", json!({})).await;
    assert_eq!(result["structuredContent"]["subject"], "reader");
}

#[tokio::test]
async fn f10_f52_any_other_call_is_401_with_the_full_challenge() {
    for tool in ["echo", "write", "nothing"] {
        for agent in [None, Some(("user-agent", "Claude-User"))] {
            let answer = send(agent, &call(tool, &json!({}))).await;
            assert_eq!(answer.status, 401, "{tool}");
            assert_eq!(
                answer.header("www-authenticate"),
                format!(r#"Bearer resource_metadata="{METADATA}", scope="notes:read notes:write""#)
            );
        }
    }
}

#[tokio::test]
async fn f76_chatgpt_is_told_in_a_tool_result_with_error_and_description() {
    let challenge = format!(
        r#"Bearer error="insufficient_scope", error_description="sign in to use this tool", resource_metadata="{METADATA}", scope="notes:read notes:write""#
    );
    let mut by_name = call("echo", &json!({ "text": "hi" }));
    by_name["params"]["_meta"] = json!({ "io.modelcontextprotocol/clientInfo": { "name": "openai-mcp", "version": "1.0.0" } });
    for (header, message) in [
        (Some(CHATGPT), call("echo", &json!({ "text": "hi" }))),
        (None, by_name),
    ] {
        let answer = send(header, &message).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let result = &answer.json()["result"];
        assert_eq!(result["isError"], true);
        assert_eq!(result["_meta"]["mcp/www_authenticate"], json!([challenge]));
        assert_eq!(result["content"][0]["text"], "sign in to use this tool");
    }
}

#[tokio::test]
async fn a_call_without_id_is_401_for_chatgpt_too() {
    let mut notification = call("echo", &json!({ "text": "hi" }));
    notification.as_object_mut().unwrap().remove("id");
    assert_eq!(send(Some(CHATGPT), &notification).await.status, 401);
}

#[tokio::test]
async fn a_token_that_is_no_good_is_401_for_everybody() {
    for body in [PING.to_owned(), call("open", &json!({})).to_string()] {
        let request = post("expired").header(CHATGPT.0, CHATGPT.1);
        let answer = Server::mixed()
            .send(request.body(body.into()).unwrap())
            .await;
        assert_eq!(answer.status, 401);
        assert!(
            answer
                .header("www-authenticate")
                .contains(r#"error="invalid_token""#)
        );
    }
}

#[tokio::test]
async fn f73_a_get_is_405_without_a_token_and_401_with_an_expired_one() {
    let server = Server::mixed();
    let get = anonymous(Method::GET).body("".into()).unwrap();
    let answer = server.send(get).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (405, "POST")
    );
    let expired = post("expired").method(Method::GET).body("".into()).unwrap();
    assert_eq!(server.send(expired).await.status, 401);
}

#[tokio::test]
async fn m15_the_list_says_truly_which_tools_need_a_sign_in() {
    let schemes = |answer: &Value, name: &str| {
        let tools = answer["result"]["tools"].as_array().unwrap();
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        assert_eq!(tool["securitySchemes"], tool["_meta"]["securitySchemes"]);
        tool["securitySchemes"].clone()
    };
    let list = message("tools/list", &json!({}));
    let mixed = send(None, &list).await.json();
    let always = Server::new().post("reader", list.to_string()).await.json();
    let oauth = |scopes: Value| json!({ "type": "oauth2", "scopes": scopes });
    assert_eq!(
        schemes(&mixed, "open"),
        json!([{ "type": "noauth" }, oauth(json!([]))])
    );
    assert_eq!(schemes(&always, "open"), json!([oauth(json!([]))]));
    for answer in [&mixed, &always] {
        assert_eq!(
            schemes(answer, "write"),
            json!([oauth(json!(["notes:write"]))])
        );
    }
}

#[tokio::test]
async fn m15_the_list_is_the_same_for_everybody() {
    let list = message("tools/list", &json!({}));
    let anonymous = send(None, &list).await.text;
    let reader = Server::mixed().post("reader", list.to_string()).await.text;
    assert_eq!(anonymous, reader);
}
