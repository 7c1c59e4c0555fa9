//! Widgets: what tools say of them, and the resources that they are.

use countersign_mcp::{
    InvalidRegistry, InvalidWidget, McpConfig, SignIn, Tool, ToolOutput, ToolRegistry, Visibility,
    Widget, WidgetCsp,
};
use http::Method;
use serde_json::{Value, json};

use crate::eras::modern;
use crate::fixture::{
    Answer, Nothing, PUBLIC_URL, Server, Tokens, anonymous, definition, post, scopes,
};

const PAGE: &str = "<!doctype html><title>Notes</title><p id=\"list\">“Notes”</p>";

fn widget(name: &str) -> Widget {
    Widget {
        name: name.to_owned(),
        title: "Notes".to_owned(),
        description: "Shows notes.".to_owned(),
        html: PAGE.into(),
        csp: WidgetCsp {
            connect_domains: vec!["https://api.example".to_owned()],
            redirect_domains: vec!["https://app.example".to_owned()],
            ..WidgetCsp::default()
        },
        prefers_border: true,
        openai_domain: Some("https://app.example".to_owned()),
    }
}

fn tool(name: &'static str) -> Tool {
    Tool::new(
        definition(name),
        scopes("notes:read"),
        |_, _: Nothing| async { Ok(ToolOutput::new(json!({}))) },
    )
}

fn server(sign_in: SignIn) -> Server {
    let list = tool("list")
        .with_widget("notes")
        .with_status("Looking for notes", "Notes found");
    let plain = Widget {
        csp: WidgetCsp::default(),
        prefers_border: false,
        openai_domain: None,
        ..widget("plain")
    };
    let tools = vec![
        list,
        tool("shred").with_visibility(Visibility::Widgets),
        tool("count").with_visibility(Visibility::Model),
        tool("other"),
    ];
    let registry = ToolRegistry::with_widgets(tools, vec![widget("notes"), plain]).unwrap();
    let mut config = McpConfig::new(PUBLIC_URL, scopes("notes:read"));
    config.sign_in = sign_in;
    Server::serving(config, Tokens, registry)
}

fn message(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

async fn legacy(method: &str, params: Value) -> Answer {
    let body = message(method, &params);
    server(SignIn::Always).post("reader", body).await
}

async fn of_today(method: &str, params: Value) -> Answer {
    let (request, body) = modern(method, params);
    let request = request.body(body.into()).unwrap();
    server(SignIn::Always).send(request).await
}

/// The address of the first widget.
async fn address() -> String {
    let tools = legacy("tools/list", json!({})).await.json();
    let meta = &tools["result"]["tools"][0]["_meta"];
    meta["ui"]["resourceUri"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tool_names_its_widget_in_both_families_of_keys() {
    let list = legacy("tools/list", json!({})).await.json();
    let tools = list["result"]["tools"].as_array().unwrap();
    let meta: Vec<_> = tools.iter().map(|tool| &tool["_meta"]).collect();
    insta::assert_json_snapshot!(meta);
}

#[tokio::test]
async fn resources_are_listed_without_their_pages() {
    let list = legacy("resources/list", json!({})).await.json();
    insta::assert_json_snapshot!(list["result"]);
    let templates = legacy("resources/templates/list", json!({})).await.json();
    assert_eq!(templates["result"], json!({ "resourceTemplates": [] }));
    let page = json!({ "cursor": "x" });
    let refused = legacy("resources/list", page).await.json();
    assert_eq!(refused["error"]["code"], -32602);
}

#[tokio::test]
async fn a_page_is_read_as_it_was_registered() {
    let uri = address().await;
    let answer = legacy("resources/read", json!({ "uri": uri })).await;
    assert_eq!(answer.status, 200);
    insta::assert_json_snapshot!(answer.json()["result"]);
    let of_today = of_today("resources/read", json!({ "uri": uri })).await;
    let result = &of_today.json()["result"];
    assert_eq!(result["contents"], answer.json()["result"]["contents"]);
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["ttlMs"], 86_400_000);
    assert_eq!(result["cacheScope"], "private");
}

#[tokio::test]
async fn an_address_of_yesterday_leads_to_the_page_of_today() {
    for stale in [
        "ui://widget/notes.0123456789abcdef.html",
        "ui://widget/notes.html",
    ] {
        let answer = of_today("resources/read", json!({ "uri": stale })).await;
        let result = &answer.json()["result"];
        assert_eq!(result["contents"][0]["uri"], stale);
        assert_eq!(result["contents"][0]["text"], PAGE);
        assert_eq!(result["ttlMs"], 0, "{stale}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_the_error_of_its_era() {
    for uri in [
        "ui://widget/nothing.html",
        "ui://widget/notes",
        "file:///etc/passwd",
        "",
    ] {
        let params = json!({ "uri": uri });
        let expected = json!({ "uri": uri });
        let answer = legacy("resources/read", params.clone()).await.json();
        assert_eq!(answer["error"]["code"], -32002, "{uri:?}");
        assert_eq!(answer["error"]["data"], expected);
        let answer = of_today("resources/read", params).await.json();
        assert_eq!(answer["error"]["code"], -32602, "{uri:?}");
        assert_eq!(answer["error"]["data"], expected);
    }
}

#[tokio::test]
async fn widgets_are_announced() {
    let initialize = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let expected = json!({
        "tools": {},
        "resources": {},
        "extensions": { "io.modelcontextprotocol/ui": {} },
    });
    let answer = legacy("initialize", initialize).await.json();
    assert_eq!(answer["result"]["capabilities"], expected);
    let answer = of_today("server/discover", json!({})).await.json();
    assert_eq!(answer["result"]["capabilities"], expected);
}

#[tokio::test]
async fn without_widgets_there_are_no_resources() {
    let server = Server::new();
    for method in [
        "resources/list",
        "resources/templates/list",
        "resources/read",
    ] {
        let params = json!({ "uri": "ui://widget/notes.html" });
        let answer = server.post("reader", message(method, &params)).await;
        assert_eq!(answer.json()["error"]["code"], -32601, "{method}");
        let (request, body) = modern(method, params);
        let answer = server.send(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.refusal(), (404, -32601), "{method}");
    }
    let (request, body) = modern("server/discover", json!({}));
    let answer = server.send(request.body(body.into()).unwrap()).await;
    assert_eq!(
        answer.json()["result"]["capabilities"],
        json!({ "tools": {} })
    );
}

#[tokio::test]
async fn widgets_are_open_where_the_list_of_tools_is() {
    let uri = address().await;
    let list = message("tools/list", &json!({}));
    let read = message("resources/read", &json!({ "uri": uri }));
    let unknown = message("resources/read", &json!({ "uri": "ui://x" }));
    let resources = message("resources/list", &json!({}));
    for (sign_in, expected) in [(SignIn::Always, 401), (SignIn::WhenNeeded, 200)] {
        for body in [&list, &read, &unknown, &resources] {
            let request = anonymous(Method::POST).body(body.clone().into()).unwrap();
            let answer = server(sign_in).send(request).await;
            assert_eq!(answer.status, expected, "{body}");
        }
    }
    let request = anonymous(Method::POST).body(read.into()).unwrap();
    let answer = Server::mixed().send(request).await;
    assert_eq!(answer.status, 401, "there is nothing to read for everybody");
}

#[tokio::test]
async fn a_widget_is_read_in_a_batch_too() {
    let read = message("resources/read", &json!({ "uri": address().await }));
    let request = post("reader").body(format!("[{read}]").into()).unwrap();
    let answer = server(SignIn::Always).send(request).await.json();
    assert_eq!(answer[0]["result"]["contents"][0]["text"], PAGE);
}

fn register(tools: Vec<Tool>, widgets: Vec<Widget>) -> Result<ToolRegistry, InvalidRegistry> {
    ToolRegistry::with_widgets(tools, widgets)
}

#[test]
fn a_tool_shows_a_widget_that_is_there() {
    let tools = || vec![tool("list").with_widget("notes")];
    assert!(register(tools(), vec![widget("notes")]).is_ok());
    assert!(matches!(
        register(tools(), vec![widget("Notes")]),
        Err(InvalidRegistry::UnknownWidget { tool, widget }) if tool == "list" && widget == "notes"
    ));
    assert!(ToolRegistry::new(tools()).is_err());
}

#[test]
fn names_of_widgets_are_unique_and_fit_into_an_address() {
    assert!(matches!(
        register(vec![], vec![widget("a"), widget("a")]),
        Err(InvalidRegistry::DuplicateWidget(name)) if name == "a"
    ));
    for name in ["", "a.b", "a/b", "ü", &"a".repeat(65)] {
        assert!(
            matches!(
                register(vec![], vec![widget(name)]),
                Err(InvalidRegistry::Widget(_, InvalidWidget::Name))
            ),
            "{name:?}"
        );
    }
}

#[test]
fn every_domain_is_an_exact_origin() {
    let wrong = || vec!["https://*.example".to_owned()];
    let with = |csp| Widget { csp, ..widget("a") };
    let mut unpublishable = widget("a");
    unpublishable.openai_domain = wrong().pop();
    let (mut connect, mut resource) = (WidgetCsp::default(), WidgetCsp::default());
    let (mut frame, mut redirect) = (WidgetCsp::default(), WidgetCsp::default());
    connect.connect_domains = wrong();
    resource.resource_domains = wrong();
    frame.frame_domains = wrong();
    redirect.redirect_domains = wrong();
    for (expected, widget) in [
        ("connect_domains", with(connect)),
        ("resource_domains", with(resource)),
        ("frame_domains", with(frame)),
        ("redirect_domains", with(redirect)),
        ("openai_domain", unpublishable),
    ] {
        let Err(InvalidRegistry::Widget(name, error)) = register(vec![], vec![widget]) else {
            panic!("{expected} was accepted");
        };
        assert_eq!(name, "a");
        assert!(matches!(error, InvalidWidget::Domain { list, .. } if list == expected));
    }
}

#[test]
fn a_status_is_short_enough_to_be_shown() {
    let with = |invoking: &str, invoked: &str| {
        ToolRegistry::new(vec![tool("a").with_status(invoking, invoked)])
    };
    assert!(with(&"ü".repeat(64), "x").is_ok());
    for (invoking, invoked) in [("", "x"), ("x", ""), ("x", &*"x".repeat(65))] {
        assert!(matches!(
            with(invoking, invoked),
            Err(InvalidRegistry::Status(name)) if name == "a"
        ));
    }
}
