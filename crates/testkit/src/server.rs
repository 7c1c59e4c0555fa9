//! The server under test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use countersign_cli::assemble::assemble;
use countersign_config::{Config, MasterKey, SigningAlg};
use countersign_domain::{Clock, Entropy, Milliseconds};
use countersign_server::AuthorizationServer;
use http::{Method, Request};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::{Answer, Database, Events, ManualClock, SeededEntropy};

/// Two replicas of one server over one database, with one clock.
pub struct TestServer {
    routers: [Router; 2],
    /// The use cases of the first replica.
    pub server: AuthorizationServer,
    /// Its time.
    pub clock: Arc<ManualClock>,
    entropy: Arc<dyn Entropy>,
    config: Config,
    database: Database,
    /// The widgets of the first replica follow their files as long as it is there.
    _following: JoinSet<()>,
}

impl TestServer {
    /// Where it is reached.
    pub const URL: &'static str = "http://localhost:3002";

    /// A server with the default configuration, but ES256: in a debug build an RSA key takes
    /// seconds to find.
    pub async fn start(database: Database) -> Self {
        Self::configured(database, |_| {}).await
    }

    /// A server with another configuration.
    pub async fn configured(database: Database, configure: impl FnOnce(&mut Config)) -> Self {
        Self::with_clock(database, Arc::new(ManualClock::default()), configure).await
    }

    /// The same with a clock that others have too.
    pub(crate) async fn with_clock(
        database: Database,
        clock: Arc<ManualClock>,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            master_key: Some(MasterKey::from_bytes([7; 32])),
            ..Config::default()
        };
        config.tokens.signing_alg = SigningAlg::Es256;
        configure(&mut config);
        let entropy = Arc::new(SeededEntropy::new(1));
        Self::assembled(database, config, clock, entropy)
            .await
            .unwrap()
    }

    /// The same server after a restart: only the database, the configuration and the time are
    /// what they were.
    pub async fn restarted(&self) -> Self {
        self.restarted_with(|_| {}).await.unwrap()
    }

    /// The same after a restart with another configuration, or the reason why it does not start.
    pub async fn restarted_with(
        &self,
        configure: impl FnOnce(&mut Config),
    ) -> Result<Self, String> {
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let database = self.database.reopened().await;
        let mut config = self.config.clone();
        configure(&mut config);
        Self::assembled(database, config, clock, entropy).await
    }

    async fn assembled(
        database: Database,
        config: Config,
        clock: Arc<ManualClock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, String> {
        let shared: Arc<dyn Clock> = clock.clone();
        let start = async |store| {
            let assembly = assemble(&config, store, Arc::clone(&shared), Arc::clone(&entropy));
            assembly.await.map_err(|error| format!("{error:#}"))
        };
        let first = start(database.store.clone()).await?;
        let second = start(database.replica.clone()).await?;
        // What the jobs of a running server do first.
        let now = clock.now();
        first.server.keys().publish_next(now).await.unwrap();
        second.server.keys().reload(now).await.unwrap();
        let mut following = JoinSet::new();
        if let Some(widgets) = first.widgets {
            following.spawn(widgets.run());
        }
        Ok(Self {
            routers: [first.router, second.router],
            server: first.server,
            clock,
            entropy,
            config,
            database,
            _following: following,
        })
    }

    /// Everything that an SQLite database has written to disk.
    pub fn stored(&self) -> Vec<u8> {
        self.database.stored()
    }

    /// Takes the tables of a PostgreSQL database away.
    pub async fn break_down(&self) {
        self.database.break_down().await;
    }

    /// Lets time pass, in milliseconds.
    pub fn wait(&self, span: Milliseconds) {
        self.clock.advance(span);
    }

    /// Sends a request to the first replica.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_to(0, request).await
    }

    /// Sends a request to one of the two replicas.
    pub async fn send_to(&self, replica: usize, request: Request<Body>) -> Answer {
        let router = self.routers[replica % 2].clone();
        Answer::read(router.oneshot(request).await.unwrap()).await
    }

    /// Opens a stream of events at the first replica.
    pub async fn events(&self, target: &str) -> Events {
        let request = Self::request(Method::GET, target).body(Body::empty());
        let [router, _] = self.routers.clone();
        Events::of(router.oneshot(request.unwrap()).await.unwrap())
    }

    /// Sends so many requests at once, each from a task of its own, half of them to each replica.
    pub async fn race(&self, count: usize, request: impl Fn() -> Request<Body>) -> Vec<Answer> {
        let mut racers = JoinSet::new();
        for number in 0..count {
            let (router, request) = (self.routers[number % 2].clone(), request());
            racers.spawn(async { Answer::read(router.oneshot(request).await.unwrap()).await });
        }
        racers.join_all().await
    }

    /// Requests an address.
    pub async fn get(&self, target: &str) -> Answer {
        self.send(
            Self::request(Method::GET, target)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// Posts a form as a program does.
    pub async fn post(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Self::form(target, fields)).await
    }

    /// A request to be completed.
    pub fn request(method: Method, target: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(target)
            .header("host", "localhost:3002")
    }

    /// A form to be sent.
    pub fn form(target: &str, fields: &[(&str, &str)]) -> Request<Body> {
        Self::request(Method::POST, target)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encode(fields).into())
            .unwrap()
    }

    /// Registers a client with this metadata.
    pub async fn register(&self, metadata: &Value) -> Answer {
        self.register_raw(metadata.to_string()).await
    }

    /// Registers a client with whatever this is.
    pub async fn register_raw(&self, body: impl Into<Body>) -> Answer {
        let request = Self::request(Method::POST, "/register")
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// Registers a public client that may refresh, with an identifier that no other one has;
    /// answers its `client_id`.
    pub async fn public_client(&self, redirect_uri: &str) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let answer = self
            .register(&json!({
                "client_name": "Test client",
                "software_id": format!("test {number}"),
                "redirect_uris": [redirect_uri],
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code", "refresh_token"],
            }))
            .await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        answer.json()["client_id"].as_str().unwrap().to_owned()
    }

    /// Registers a confidential client; answers its `client_id` and secret.
    pub async fn confidential_client(&self, redirect_uri: &str, method: &str) -> (String, String) {
        let answer = self
            .register(&json!({
                "client_name": "Confidential client",
                "redirect_uris": [redirect_uri],
                "token_endpoint_auth_method": method,
                "grant_types": ["authorization_code", "refresh_token"],
            }))
            .await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        let answer = answer.json();
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (text("client_id"), text("client_secret"))
    }

    /// Calls a tool with a token.
    pub async fn call_tool(&self, token: &str, name: &str, arguments: Value) -> Answer {
        self.call_tool_at(0, token, name, arguments).await
    }

    /// Calls a tool at one of the two replicas.
    pub async fn call_tool_at(
        &self,
        replica: usize,
        token: &str,
        name: &str,
        arguments: Value,
    ) -> Answer {
        let message = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": name, "arguments": arguments},
        });
        let request = Self::mcp(token).body(message.to_string().into()).unwrap();
        self.send_to(replica, request).await
    }

    /// A request to the MCP endpoint, to be completed.
    pub fn mcp(token: &str) -> http::request::Builder {
        Self::request(Method::POST, "/mcp")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
    }

    /// Asserts that an access token is accepted.
    pub async fn accepts(&self, token: &str) {
        let answer = self.call_tool(token, "whoami", json!({})).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
    }

    /// Asserts that an access token is refused with the challenge that clients act on, by both
    /// replicas.
    pub async fn rejects(&self, token: &str) {
        for replica in 0..2 {
            let answer = self.call_tool_at(replica, token, "whoami", json!({})).await;
            assert_eq!(answer.code(), 401, "{}", answer.text());
            let challenge = answer.header("www-authenticate");
            assert!(
                challenge.starts_with("Bearer error=\"invalid_token\""),
                "{challenge}"
            );
        }
    }
}

/// Fields as `application/x-www-form-urlencoded`.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
