//! Both eras of MCP at one address (F78, M5).

use http::HeaderName;
use serde_json::{Value, json};

use crate::fixture::{Answer, Server, post};

const META: &str = "io.modelcontextprotocol/";

/// A request of a 2026-07-28 client: headers beside the body, the body's `_meta` complete.
pub(crate) fn modern(method: &str, mut params: Value) -> (http::request::Builder, String) {
    params["_meta"] = json!({
        format!("{META}protocolVersion"): "2026-07-28",
        format!("{META}clientCapabilities"): {},
        format!("{META}clientInfo"): { "name": "test", "version": "1" },
    });
    let mut request = post("writer")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
        request = request.header("mcp-name", name);
    }
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    (request, body.to_string())
}

async fn send((request, body): (http::request::Builder, String)) -> Answer {
    Server::new().send(request.body(body.into()).unwrap()).await
}

fn echo() -> (http::request::Builder, String) {
    modern(
        "tools/call",
        json!({ "name": "echo", "arguments": { "text": "hi" } }),
    )
}

async fn initialize(version: &str) -> Value {
    let body = json!({
        "jsonrpc": "2.0",
        "id": 0,
        "method": "initialize",
        "params": {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        },
    });
    let answer = Server::new().post("reader", body.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("mcp-session-id"), "", "stateless");
    answer.json()["result"].clone()
}

#[tokio::test]
async fn a_legacy_client_initializes_without_a_session() {
    let mut result = initialize("2025-06-18").await;
    result["serverInfo"]["version"] = json!("[version]");
    insta::assert_json_snapshot!(result, @r#"
    {
      "capabilities": {
        "tools": {}
      },
      "instructions": "Keep notes.",
      "protocolVersion": "2025-06-18",
      "serverInfo": {
        "name": "countersign",
        "title": "Notes",
        "version": "[version]",
        "websiteUrl": "https://notes.example"
      }
    }
    "#);
}

#[tokio::test]
async fn every_legacy_version_is_negotiated() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        assert_eq!(initialize(version).await["protocolVersion"], version);
    }
    // The handshake belongs to the old era, so a newer or unknown version is met with its last.
    for version in ["2026-07-28", "2099-01-01"] {
        assert_eq!(
            initialize(version).await["protocolVersion"],
            "2025-11-25",
            "{version}"
        );
    }
}

#[tokio::test]
async fn a_legacy_client_calls_without_a_session() {
    let request = post("reader").header("mcp-protocol-version", "2025-06-18");
    let body = crate::fixture::call("echo", &json!({ "text": "hi" })).to_string();
    let answer = Server::new().send(request.body(body.into()).unwrap()).await;
    let result = &answer.json()["result"];
    assert_eq!(result["structuredContent"]["text"], "hi");
    assert!(
        result.get("resultType").is_none(),
        "an old client does not know it"
    );
}

#[tokio::test]
async fn a_stale_session_of_the_old_era_is_ignored() {
    let request = post("reader").header("mcp-session-id", "somebody-elses");
    let answer = Server::new()
        .send(request.body(crate::fixture::PING.into()).unwrap())
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_modern_client_discovers() {
    let answer = send(modern("server/discover", json!({}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let result = &answer.json()["result"];
    assert_eq!(result["resultType"], "complete");
    assert!(
        result["supportedVersions"]
            .as_array()
            .unwrap()
            .contains(&json!("2026-07-28"))
    );
}

#[tokio::test]
async fn a_modern_client_lists_and_calls() {
    let list = send(modern("tools/list", json!({}))).await.json();
    assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 7);
    assert_eq!(list["result"]["cacheScope"], "private");
    assert_eq!(list["result"]["ttlMs"], 0);
    let answer = send(echo()).await;
    let result = &answer.json()["result"];
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["structuredContent"]["subject"], "writer");
}

#[tokio::test]
async fn m5_a_header_that_contradicts_the_body_is_a_mismatch() {
    for (name, value) in [
        ("mcp-method", "tools/list"),
        ("mcp-name", "write"),
        ("mcp-name", "=?base64?!!!?="),
        ("mcp-protocol-version", "2025-11-25"),
    ] {
        let (mut request, body) = echo();
        let name = name.parse::<HeaderName>().unwrap();
        request
            .headers_mut()
            .unwrap()
            .insert(&name, value.parse().unwrap());
        assert_eq!(
            send((request, body)).await.refusal(),
            (400, -32020),
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn m5_a_missing_header_is_a_mismatch() {
    for name in ["mcp-method", "mcp-name", "mcp-protocol-version"] {
        let (mut request, body) = echo();
        request.headers_mut().unwrap().remove(name);
        assert_eq!(
            send((request, body)).await.refusal(),
            (400, -32020),
            "{name}"
        );
    }
}

#[tokio::test]
async fn m5_a_repeated_header_is_a_mismatch() {
    for (name, value) in [("mcp-method", "tools/call"), ("mcp-name", "echo")] {
        let (request, body) = echo();
        let answer = send((request.header(name, value), body)).await;
        assert_eq!(answer.refusal(), (400, -32020), "{name}");
    }
}

#[tokio::test]
async fn an_encoded_name_is_the_name() {
    let (mut request, body) = echo();
    // `echo` in base64.
    request
        .headers_mut()
        .unwrap()
        .insert("mcp-name", "=?base64?ZWNobw==?=".parse().unwrap());
    assert_eq!(send((request, body)).await.status, 200);
}

#[tokio::test]
async fn f78_an_unknown_modern_version_names_those_that_are_known() {
    let (mut request, body) = modern("tools/list", json!({}));
    request
        .headers_mut()
        .unwrap()
        .insert("mcp-protocol-version", "2099-01-01".parse().unwrap());
    let answer = send((request, body.replace("2026-07-28", "2099-01-01"))).await;
    assert_eq!(answer.refusal(), (400, -32022));
    assert!(
        answer.json()["error"]["data"]["supported"]
            .as_array()
            .unwrap()
            .contains(&json!("2026-07-28"))
    );
}

#[tokio::test]
async fn a_removed_or_unknown_method_is_not_found() {
    for method in [
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unheard-of",
    ] {
        assert_eq!(
            send(modern(method, json!({}))).await.refusal(),
            (404, -32601),
            "{method}"
        );
    }
}

#[tokio::test]
async fn an_unknown_legacy_version_is_a_bad_request() {
    for version in ["2025-01-01", "latest", ""] {
        let request = post("reader").header("mcp-protocol-version", version);
        let answer = Server::new()
            .send(request.body(crate::fixture::PING.into()).unwrap())
            .await;
        assert_eq!(answer.status, 400, "{version:?}");
    }
}

#[tokio::test]
async fn every_legacy_version_pings_and_has_no_log_level_to_set() {
    let level = r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}}"#;
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let request = || post("reader").header("mcp-protocol-version", version);
        let server = Server::new();
        let ping = server
            .send(request().body(crate::fixture::PING.into()).unwrap())
            .await;
        assert_eq!(ping.json()["result"], json!({}), "{version}");
        // A capability that is not declared is a method that is not there.
        let level = server.send(request().body(level.into()).unwrap()).await;
        assert_eq!(level.json()["error"]["code"], -32601, "{version}");
    }
}

#[tokio::test]
async fn a_list_that_never_changes_has_nothing_to_subscribe_to() {
    let filter = json!({ "notifications": { "toolsListChanged": true } });
    let answer = send(modern("subscriptions/listen", filter)).await;
    assert_eq!(answer.refusal(), (404, -32601), "{answer:?}");
}
