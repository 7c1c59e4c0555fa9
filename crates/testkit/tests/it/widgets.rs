//! Widgets of the configuration, from their files to what clients get.

use std::path::Path;
use std::sync::Arc;

use countersign_cli::assemble::assemble;
use countersign_config::{Config, MasterKey, SigningAlg, Widget};
use countersign_storage::Store;
use countersign_testkit::{
    Authorization, Database, Events, ManualClock, SeededEntropy, TestServer,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const NEWS: &str = "/playground/events";

/// A widget in a directory of its own.
struct Card {
    directory: TempDir,
    widget: Widget,
}

impl Card {
    fn new(script: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let widget = Widget {
            name: "card".to_owned(),
            title: "Card".to_owned(),
            description: "Shows notes.".to_owned(),
            path: directory.path().join("dist"),
            tools: vec!["list_notes".to_owned()],
            connect_domains: Vec::new(),
            resource_domains: Vec::new(),
            frame_domains: Vec::new(),
            redirect_domains: Vec::new(),
            prefers_border: true,
            openai_domain: None,
            build: None,
            sources: None,
            directory: directory.path().to_owned(),
        };
        let card = Self { directory, widget };
        card.write(
            "dist/index.html",
            "<script src=\"assets/card.js\"></script>",
        );
        card.write("dist/assets/card.js", script);
        card
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    async fn serve(&self) -> Client {
        let widget = self.widget.clone();
        let server = TestServer::configured(Database::sqlite(), |config| {
            config.widgets = vec![widget];
        });
        let server = server.await;
        let authorization = Authorization::public(&server).await;
        let token = authorization.tokens(&server, "ada").await.access;
        let news = server.events(NEWS).await;
        Client {
            server,
            token,
            news,
        }
    }

    /// Why no server starts with this widget.
    async fn refusal(&self, configure: impl FnOnce(&mut Config)) -> String {
        let server = TestServer::start(Database::sqlite()).await;
        let widget = self.widget.clone();
        let started = server.restarted_with(|config| {
            config.widgets = vec![widget];
            configure(config);
        });
        started.await.err().unwrap()
    }
}

struct Client {
    server: TestServer,
    token: String,
    news: Events,
}

impl Client {
    async fn ask(&self, method: &str, params: Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = TestServer::mcp(&self.token).body(message.to_string().into());
        let answer = self.server.send(request.unwrap()).await.json();
        answer["result"].clone()
    }

    /// The address of what shows the tool's results.
    async fn address(&self) -> String {
        let list = self.ask("tools/list", json!({})).await;
        let tools = list["tools"].as_array().unwrap();
        let tool = tools.iter().find(|tool| tool["name"] == "list_notes");
        let uri = &tool.unwrap()["_meta"]["ui"]["resourceUri"];
        uri.as_str().unwrap().to_owned()
    }

    async fn page(&self, uri: &str) -> String {
        let read = self.ask("resources/read", json!({ "uri": uri })).await;
        read["contents"][0]["text"].as_str().unwrap().to_owned()
    }

    /// The next problem of the widget; `None` if it is another page now.
    async fn problem(&mut self) -> Option<String> {
        let (event, news) = self.news.next().await;
        assert_eq!(event, "widget");
        assert_eq!(news["name"], "card");
        news["problem"].as_str().map(ToOwned::to_owned)
    }
}

fn page(script: &str) -> String {
    format!("<script>{script}</script>")
}

#[tokio::test]
async fn a_change_of_its_files_is_another_page_at_another_address() {
    let card = Card::new("first()");
    let mut client = card.serve().await;
    let first = client.address().await;
    assert!(first.starts_with("ui://widget/card."), "{first}");
    assert_eq!(client.page(&first).await, page("first()"));

    card.write("dist/assets/card.js", "second()");
    assert_eq!(client.problem().await, None);
    let second = client.address().await;
    assert_ne!(first, second);
    assert_eq!(client.page(&second).await, page("second()"));
    assert_eq!(
        client.page(&first).await,
        page("second()"),
        "old lists lead to it too"
    );
    let resources = client.ask("resources/list", json!({})).await;
    assert_eq!(resources["resources"][0]["uri"], second);
}

#[tokio::test]
async fn a_broken_change_keeps_the_page_and_says_why() {
    let card = Card::new("first()");
    let mut client = card.serve().await;
    let first = client.address().await;
    card.write("dist/assets/card.js", "import './lost.js'");
    let problem = client.problem().await.unwrap();
    assert!(
        problem.contains("assets/card.js imports \"./lost.js\""),
        "{problem}"
    );
    assert_eq!(client.address().await, first);
    assert_eq!(client.page(&first).await, page("first()"));
    card.write("dist/assets/card.js", "second()");
    assert_eq!(client.problem().await, None);
    assert_eq!(client.page(&first).await, page("second()"));
}

#[tokio::test]
async fn it_is_built_from_its_sources() {
    let mut card = Card::new("");
    std::fs::remove_dir_all(card.path().join("dist")).unwrap();
    card.write("src/card.html", "<p>first");
    let command = "grep -q wrong src/card.html && { echo it is wrong; exit 1; }; \
                   mkdir -p dist && cp src/card.html dist/index.html";
    card.widget.build = Some(command.to_owned());
    card.widget.sources = Some(card.path().to_owned());
    let mut client = card.serve().await;
    let address = client.address().await;
    // Built already, or about to be.
    if client.page(&address).await.contains("is not built yet") {
        assert_eq!(client.problem().await, None);
    }
    assert_eq!(client.page(&address).await, "<p>first");
    card.write("src/card.html", "<p>wrong");
    let mut problem = client.problem().await;
    if problem.is_none() {
        // The news of the first build came late.
        problem = client.problem().await;
    }
    assert!(problem.unwrap().contains("it is wrong"));
    assert_eq!(client.page(&address).await, "<p>first");
    card.write("src/card.html", "<p>second");
    assert_eq!(client.problem().await, None);
    assert_eq!(client.page(&address).await, "<p>second");
}

#[tokio::test]
async fn in_production_nothing_is_followed() {
    let mut card = Card::new("first()");
    card.widget.build = Some("false".to_owned());
    let live = async |public_url: &str| {
        let mut config = Config {
            public_url: public_url.parse().unwrap(),
            master_key: Some(MasterKey::from_bytes([7; 32])),
            widgets: vec![card.widget.clone()],
            ..Config::default()
        };
        config.tokens.signing_alg = SigningAlg::Es256;
        let (clock, entropy) = (ManualClock::default(), SeededEntropy::new(1));
        let store = Store::in_memory().unwrap();
        let assembly = assemble(&config, store, Arc::new(clock), Arc::new(entropy)).await;
        assembly.unwrap().widgets.is_some()
    };
    assert!(live("http://localhost:3002").await);
    assert!(!live("https://mcp.example.com").await);
}

#[tokio::test]
async fn what_cannot_be_served_keeps_the_server_from_starting() {
    let mut card = Card::new("first()");
    card.widget.tools.push("lost_tool".to_owned());
    let said = card.refusal(|_| {}).await;
    let expected = "widgets[0].tools: there is no tool \"lost_tool\" for the widget \"card\"; the tools are whoami,";
    assert!(said.starts_with(expected), "{said}");

    let mut card = Card::new("import './lost.js'");
    let said = card.refusal(|_| {}).await;
    assert!(
        said.starts_with("widgets[0].path: assets/card.js imports"),
        "{said}"
    );

    card.widget.path = card.path().join("lost");
    card.widget.build = Some("true".to_owned());
    let public =
        |config: &mut Config| config.public_url = "https://mcp.example.com".parse().unwrap();
    let said = card.refusal(public).await;
    assert!(said.contains("run it before the server starts"), "{said}");
}

#[tokio::test]
async fn the_playground_shows_it_with_its_policy_and_the_lines_to_change_it() {
    let mut card = Card::new("first()");
    card.widget.connect_domains = vec!["https://api.example".to_owned()];
    let client = card.serve().await;
    let frame = client.server.get("/playground/frame/card").await;
    let policy = frame.header("content-security-policy");
    assert!(
        policy.contains("connect-src https://api.example;"),
        "{policy}"
    );
    let page = client.server.get("/playground").await;
    let text = page.text().replace("&#34;", "\"").replace("&quot;", "\"");
    let line = r#"connect_domains = [\"https://api.example\", \"{origin}\"]"#;
    assert!(text.contains(line), "{text}");
}
