//! mcp2's product: people of Privy act on the Protocol API.

use std::sync::{Arc, OnceLock};

use countersign_config::{ApiToken, App};
use countersign_domain::Clock as _;
use countersign_jose::privy_token::{self, AppKeys, Expected};
use countersign_protocol_simulator::{Simulator, SimulatorConfig};
use countersign_testkit::{Authorization, Database, ManualClock, PrivyServer, TestServer};
use http::Method;
use serde_json::{Value, json};

/// What the API needs to know of Privy, once Privy is there.
type Trusted = Arc<OnceLock<(String, AppKeys, Arc<ManualClock>)>>;

async fn start() -> (PrivyServer, Simulator) {
    let trusted = Trusted::default();
    let known = Arc::clone(&trusted);
    let verify = move |token: &str| {
        let (app_id, keys, clock) = known.get()?;
        let expected = Expected {
            app_id,
            now_seconds: clock.now().as_seconds(),
        };
        let token = privy_token::verify(token, keys, &expected).ok()?;
        Some(token.did)
    };
    let api = Simulator::start(SimulatorConfig::new(Arc::new(verify)))
        .await
        .unwrap();
    let url = api.url().parse().unwrap();
    let server = PrivyServer::start(Database::sqlite(), |config| {
        config.app = App::IndexNetwork;
        config.scopes = ["read", "write"]
            .map(|name| countersign_config::Scope {
                name: name.to_owned(),
                description: format!("{name} at Index Network"),
                default: true,
                optional: true,
            })
            .to_vec();
        config.api.url = Some(url);
        config.api.token = ApiToken::Browser;
    })
    .await;
    let keys = AppKeys::published(&server.privy.jwks());
    let app_id = server.privy.app().id.clone();
    let trust = (app_id, keys, Arc::clone(&server.clock));
    assert!(trusted.set(trust).is_ok());
    (server, api)
}

async fn connected(server: &PrivyServer) -> String {
    let authorization = Authorization::public(server)
        .await
        .with("scope", "read write");
    server
        .connect_as(&authorization, "ada@example.com")
        .await
        .access
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_privy_makes_intents_at_the_api() {
    let (server, api) = start().await;
    let access = connected(&server).await;
    let arguments = json!({ "fullInputText": "I look for people who build with Rust." });
    let answer = server.call_tool(&access, "extract_intent", arguments).await;
    let result = &answer.json()["result"];
    assert_eq!(result["isError"], false, "{}", answer.text());
    let content = &result["structuredContent"];
    assert!(content["intentsGenerated"].as_u64().unwrap() >= 1);
    assert_eq!(api.requests().len(), 1);

    let arguments = json!({ "query": "Rust" });
    let answer = server.call_tool(&access, "search", arguments).await;
    let found = &answer.json()["result"]["structuredContent"]["results"];
    assert!(!found.as_array().unwrap().is_empty(), "{}", answer.text());
}

#[tokio::test]
async fn its_tools_come_with_their_widgets() {
    let (server, _api) = start().await;
    let access = connected(&server).await;
    let ask = |method: &str, params: Value| {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        TestServer::request(Method::POST, "/mcp")
            .header("authorization", format!("Bearer {access}"))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(message.to_string().into())
            .unwrap()
    };
    let tools = server.send(ask("tools/list", json!({}))).await.json();
    let tools = tools["result"]["tools"].as_array().unwrap().clone();
    let widget_of = |name: &str| {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        let uri = tool["_meta"]["ui"]["resourceUri"].clone();
        assert_eq!(tool["_meta"]["openai/outputTemplate"], uri);
        uri
    };
    for (tool, name) in [
        ("extract_intent", "intent-display"),
        ("discover_connections", "discover-connections"),
    ] {
        let uri = widget_of(tool);
        let prefix = format!("ui://widget/{name}.");
        assert!(uri.as_str().unwrap().starts_with(&prefix), "{uri}");
        let read = server
            .send(ask("resources/read", json!({ "uri": uri })))
            .await;
        let page = &read.json()["result"]["contents"][0];
        assert_eq!(page["mimeType"], "text/html;profile=mcp-app");
        assert!(
            page["text"]
                .as_str()
                .unwrap()
                .starts_with("<!doctype html>")
        );
    }
}
