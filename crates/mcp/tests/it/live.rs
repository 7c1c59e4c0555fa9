//! Widgets that change while they are served.

use std::sync::Arc;

use countersign_mcp::{
    InvalidMcpConfig, InvalidRegistry, McpConfig, Tool, ToolOutput, ToolRegistry, Widget, WidgetCsp,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::fixture::{Nothing, PUBLIC_URL, Server, Tokens, definition, scopes};

fn widget(name: &str, html: &'static str) -> Widget {
    Widget {
        name: name.to_owned(),
        title: name.to_owned(),
        description: "Shows notes.".to_owned(),
        html: html.into(),
        csp: WidgetCsp::default(),
        prefers_border: true,
        openai_domain: None,
    }
}

fn tool(name: &'static str) -> Tool {
    Tool::new(
        definition(name),
        scopes("notes:read"),
        |_, _: Nothing| async { Ok(ToolOutput::new(json!({}))) },
    )
}

/// Serves the tools `list`, shown in the widget `notes`, and `count`, shown in none.
fn server() -> Server {
    let tools = vec![tool("list").with_widget("notes"), tool("count")];
    serving(ToolRegistry::with_widgets(tools, vec![widget("notes", "<p>first")]).unwrap())
}

fn serving(registry: ToolRegistry) -> Server {
    let config = McpConfig::new(PUBLIC_URL, scopes("notes:read"));
    Server::serving(config, Tokens, registry)
}

async fn ask(server: &Server, method: &str, params: Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let answer = server.post("reader", message.to_string()).await.json();
    answer["result"].clone()
}

/// The address of the widget of each tool, in the order of the list.
async fn addresses(server: &Server) -> Vec<Option<String>> {
    let list = ask(server, "tools/list", json!({})).await;
    let uri = |tool: &Value| Some(tool["_meta"]["ui"]["resourceUri"].as_str()?.to_owned());
    list["tools"].as_array().unwrap().iter().map(uri).collect()
}

async fn page(server: &Server, uri: &str) -> Value {
    let read = ask(server, "resources/read", json!({ "uri": uri })).await;
    read["contents"][0]["text"].clone()
}

#[tokio::test]
async fn a_page_that_changes_gets_a_new_address_and_is_read_at_the_old_one_too() {
    let server = server();
    let before = addresses(&server).await[0].clone().unwrap();
    assert_eq!(page(&server, &before).await, "<p>first");
    let change = |registry: ToolRegistry| registry.with_widget(widget("notes", "<p>second"), []);
    server.registry.update(change).unwrap();
    let after = addresses(&server).await[0].clone().unwrap();
    assert_ne!(before, after);
    assert_eq!(page(&server, &after).await, "<p>second");
    assert_eq!(page(&server, &before).await, "<p>second");
    let resources = ask(&server, "resources/list", json!({})).await["resources"].clone();
    assert_eq!(resources.as_array().unwrap().len(), 1);
    assert_eq!(resources[0]["uri"], after);
}

#[tokio::test]
async fn a_tool_is_shown_in_the_widget_that_took_the_place_of_its_own() {
    let server = server();
    let first = addresses(&server).await[0].clone().unwrap();
    let change =
        |registry: ToolRegistry| registry.with_widget(widget("mine", "<p>mine"), ["list", "count"]);
    server.registry.update(change).unwrap();
    let after = addresses(&server).await;
    assert!(after[0].as_ref().unwrap().starts_with("ui://widget/mine."));
    assert_eq!(after[0], after[1]);
    // Hosts keep old lists of tools.
    assert_eq!(page(&server, &first).await, "<p>first");
    let list = ask(&server, "tools/list", json!({})).await;
    let visibility = &list["tools"][1]["_meta"]["ui"]["visibility"];
    assert_eq!(*visibility, json!(["model", "app"]));
}

#[tokio::test]
async fn a_change_that_cannot_be_served_changes_nothing() {
    let server = server();
    let before = addresses(&server).await;
    for (widget, tools) in [
        (widget("mine", "<p>"), vec!["list", "lost"]),
        (widget("not a name", "<p>"), vec!["list"]),
        (widget("notes", " "), vec![]),
    ] {
        let refused = server
            .registry
            .update(|registry| registry.with_widget(widget, tools));
        assert!(refused.is_err());
        assert_eq!(addresses(&server).await, before);
    }
    let change = |registry: ToolRegistry| registry.with_widget(widget("mine", "<p>"), ["lost"]);
    let refused = server.registry.update(change);
    let Err(InvalidMcpConfig::Registry(error @ InvalidRegistry::UnknownTool { .. })) = refused
    else {
        panic!("a tool that is not there has no widget");
    };
    let said = "there is no tool \"lost\" for the widget \"mine\"; the tools are list, count";
    assert_eq!(error.to_string(), said);
}

#[tokio::test]
async fn a_server_without_widgets_announces_the_first_one_that_comes() {
    let server = serving(ToolRegistry::new(vec![tool("list")]).unwrap());
    let initialize = async || {
        let params = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        ask(&server, "initialize", params).await["capabilities"].clone()
    };
    assert_eq!(initialize().await.get("resources"), None);
    let change = |registry: ToolRegistry| registry.with_widget(widget("a", "<p>a"), ["list"]);
    server.registry.update(change).unwrap();
    assert!(initialize().await.get("resources").is_some());
    let address = addresses(&server).await[0].clone().unwrap();
    assert_eq!(page(&server, &address).await, "<p>a");
}

#[tokio::test]
async fn a_call_under_way_ends_as_it_began() {
    let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gate = (Arc::clone(&begun), Arc::clone(&release));
    let wait = Tool::new(
        definition("wait"),
        scopes("notes:read"),
        move |_, _: Nothing| {
            let (begun, release) = gate.clone();
            async move {
                begun.notify_one();
                release.notified().await;
                Ok(ToolOutput::new(json!({ "waited": true })))
            }
        },
    );
    let server = Arc::new(serving(ToolRegistry::new(vec![wait]).unwrap()));
    let caller = Arc::clone(&server);
    let call = tokio::spawn(async move { caller.call("reader", "wait", json!({})).await });
    begun.notified().await;
    let change = |registry: ToolRegistry| registry.with_widget(widget("a", "<p>a"), ["wait"]);
    server.registry.update(change).unwrap();
    release.notify_one();
    assert_eq!(call.await.unwrap()["structuredContent"]["waited"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_come_at_once_are_all_made() {
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let server = Arc::new(server());
    let changes = NAMES.map(|name| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let change = |registry: ToolRegistry| registry.with_widget(widget(name, "<p>"), []);
            server.registry.update(change).unwrap();
        })
    });
    for change in changes {
        change.await.unwrap();
    }
    let resources = ask(&server, "resources/list", json!({})).await["resources"].clone();
    assert_eq!(resources.as_array().unwrap().len(), 1 + NAMES.len());
}
