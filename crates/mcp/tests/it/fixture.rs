//! An endpoint with a few tools, tokens that mean what they are called, and a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use countersign_domain::ClientId;
use countersign_mcp::{
    AccessError, Annotations, Authenticate, Definition, LiveRegistry, McpConfig, OpenContext,
    Principal, SignIn, Tool, ToolError, ToolOutput, ToolRegistry, router,
};
use countersign_oauth::scope::ScopeSet;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const PUBLIC_URL: &str = "https://notes.example";
pub(crate) const METADATA: &str = "https://notes.example/.well-known/oauth-protected-resource/mcp";

/// Accepts `reader` and `writer`, is out of order for `outage`.
pub(crate) struct Tokens;

impl Authenticate for Tokens {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        let scope = match token {
            "reader" => "openid notes:read offline_access",
            "writer" => "notes:read notes:write",
            "outage" => return Err(AccessError::Unavailable),
            _ => return Err(AccessError::InvalidToken("the access token has expired")),
        };
        Ok(Arc::new(Principal {
            subject: token.to_owned(),
            user_id: None,
            client_id: ClientId::new("client"),
            scope: scopes(scope),
            grant_id: None,
        }))
    }
}

pub(crate) fn scopes(list: &str) -> ScopeSet {
    ScopeSet::parse(list).unwrap()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Echo {
    /// What to say.
    text: String,
    /// How often.
    times: Option<u8>,
}

#[derive(Serialize, JsonSchema)]
struct Echoed {
    /// Who said it.
    subject: String,
    /// What was said.
    text: String,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Nothing {}

pub(crate) fn definition(name: &'static str) -> Definition {
    Definition {
        name: name.into(),
        title: "A tool".into(),
        description: "Does something.".into(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    }
}

/// Set when the tool `hang` is dropped before it ends.
#[derive(Clone, Default)]
pub(crate) struct Hang {
    pub(crate) started: Arc<tokio::sync::Notify>,
    pub(crate) dropped: Arc<AtomicBool>,
}

struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn tools(hang: Hang) -> Vec<Tool> {
    let echo = Tool::new(
        definition("echo"),
        scopes("notes:read"),
        |context, echo: Echo| async move {
            let text = echo.text.repeat(usize::from(echo.times.unwrap_or(1)));
            Ok(ToolOutput::new(Echoed {
                subject: context.principal.subject.clone(),
                text,
            }))
        },
    );
    let write = Tool::new(
        definition("write"),
        scopes("notes:write"),
        |_, _: Nothing| async {
            Ok(ToolOutput::new(json!({ "written": true })).with_text("Written."))
        },
    );
    let refuse = Tool::new(
        definition("refuse"),
        scopes("notes:read"),
        |_, _: Nothing| async {
            Err::<ToolOutput, _>(ToolError::refused("There is no such note."))
        },
    );
    let outage = Tool::new(
        definition("outage"),
        scopes("notes:read"),
        |_, _: Nothing| async {
            Err::<ToolOutput, _>(ToolError::unavailable("database at 10.0.0.1 refused"))
        },
    );
    let panic = Tool::new(
        definition("panic"),
        scopes("notes:read"),
        |_, _: Nothing| async {
            assert!(std::hint::black_box(false), "a bug");
            Ok(ToolOutput::new(Value::Null))
        },
    );
    let hang = Tool::new(
        definition("hang"),
        scopes("notes:read"),
        move |_, _: Nothing| {
            let Hang { started, dropped } = hang.clone();
            async move {
                let _guard = SetOnDrop(dropped);
                started.notify_one();
                std::future::pending::<()>().await;
                Ok(ToolOutput::new(Value::Null))
            }
        },
    );
    let open = Tool::open(definition("open"), |context: OpenContext, _: Nothing| {
        let principal = context.principal;
        let subject = principal.map_or("nobody".to_owned(), |principal| principal.subject.clone());
        async move { Ok(ToolOutput::new(json!({ "subject": subject }))) }
    });
    vec![echo, write, refuse, outage, panic, hang, open]
}

/// One answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status and JSON-RPC error code, for refusals of messages.
    pub(crate) fn refusal(&self) -> (u16, i64) {
        (
            self.status.as_u16(),
            self.json()["error"]["code"].as_i64().unwrap(),
        )
    }
}

pub(crate) struct Server {
    router: Router,
    pub(crate) registry: LiveRegistry,
    pub(crate) hang: Hang,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::at(PUBLIC_URL)
    }

    pub(crate) fn at(public_url: &str) -> Self {
        Self::with(public_url, SignIn::Always)
    }

    /// One that asks for a token only when a tool needs it.
    pub(crate) fn mixed() -> Self {
        Self::with(PUBLIC_URL, SignIn::WhenNeeded)
    }

    fn with(public_url: &str, sign_in: SignIn) -> Self {
        let mut config = McpConfig::new(public_url, scopes("notes:read notes:write"));
        config.sign_in = sign_in;
        config.resource_name = "Notes".to_owned();
        config.instructions = Some("Keep notes.".to_owned());
        config.body_limit = 4 * 1024 * 1024;
        let hang = Hang::default();
        let tools = tools(hang.clone());
        Self {
            hang,
            ..Self::of(config, Tokens, tools)
        }
    }

    /// One of other tokens and tools.
    pub(crate) fn of(config: McpConfig, tokens: impl Authenticate, tools: Vec<Tool>) -> Self {
        Self::serving(config, tokens, ToolRegistry::new(tools).unwrap())
    }

    pub(crate) fn serving(
        config: McpConfig,
        tokens: impl Authenticate,
        registry: ToolRegistry,
    ) -> Self {
        let (router, registry) = router(config, tokens, registry).unwrap();
        Self {
            router,
            registry,
            hang: Hang::default(),
        }
    }

    /// Everything, to be served.
    pub(crate) fn into_router(self) -> Router {
        self.router
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Sends `body` as a legacy client with `token` would.
    pub(crate) async fn post(&self, token: &str, body: impl Into<Body>) -> Answer {
        self.send(post(token).body(body.into()).unwrap()).await
    }

    /// Calls a tool and gives the result.
    pub(crate) async fn call(&self, token: &str, tool: &str, arguments: Value) -> Value {
        let answer = self.post(token, call(tool, &arguments).to_string()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["result"].clone()
    }
}

/// A request as every client sends it, without credentials.
pub(crate) fn anonymous(method: Method) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri("/mcp")
        .header("host", "notes.example")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

pub(crate) fn post(token: &str) -> http::request::Builder {
    anonymous(Method::POST).header("authorization", format!("Bearer {token}"))
}

pub(crate) fn call(tool: &str, arguments: &Value) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool, "arguments": arguments },
    })
}

pub(crate) const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
