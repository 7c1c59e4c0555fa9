//! What the guard and the registry cost, as a share of a bare rmcp echo: the same message through
//! both routers in this process, in alternating rounds, so that the machine's drift cancels out.
//!
//! Run with `cargo bench -p countersign-mcp --features bench`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report for a person"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use countersign_domain::ClientId;
use countersign_mcp::{
    AccessError, Annotations, Authenticate, Definition, McpConfig, Principal, Tool, ToolOutput,
    ToolRegistry, bare_echo, router,
};
use countersign_oauth::scope::ScopeSet;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(300);

/// A look-up that costs nothing: this bench is about what stands around it.
struct Known(Arc<Principal>);

impl Authenticate for Known {
    async fn authenticate(&self, _token: &str) -> Result<Arc<Principal>, AccessError> {
        Ok(Arc::clone(&self.0))
    }
}

fn guarded() -> Router {
    let scope = ScopeSet::parse("notes:read").unwrap();
    let annotations = Annotations {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
    let definition = Definition {
        name: "echo".into(),
        title: "Echo".into(),
        description: "Says what it is told.".into(),
        annotations,
        scope: scope.clone(),
    };
    let echo = Tool::new(definition, |_, arguments: Value| async {
        Ok(ToolOutput::new(arguments))
    });
    let principal = Principal {
        subject: "somebody".to_owned(),
        user_id: None,
        client_id: ClientId::new("client"),
        scope: scope.clone(),
        grant_id: None,
    };
    let config = McpConfig::new("http://localhost:3002", scope);
    let registry = ToolRegistry::new(vec![echo]).unwrap();
    router(config, Known(Arc::new(principal)), registry).unwrap()
}

async fn per_second(router: &Router, body: &'static str) -> f64 {
    let start = Instant::now();
    let mut calls = 0.0;
    while start.elapsed() < ROUND {
        for _ in 0..64 {
            let request = Request::post("/mcp")
                .header("host", "localhost:3002")
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .header(
                    "authorization",
                    "Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
                )
                .body(Body::from(body))
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert!(response.status().is_success());
            response.into_body().collect().await.unwrap();
        }
        calls += 64.0;
    }
    calls / start.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (bare, guarded) = (bare_echo::router(), guarded());
    for (name, body) in [("tools/call", CALL), ("tools/list", LIST)] {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            without.push(per_second(&bare, body).await);
            with.push(per_second(&guarded, body).await);
        }
        let (without, with) = (median(without), median(with));
        println!(
            "{name}: bare rmcp {without:.0}/s, guarded {with:.0}/s, {:.0} %",
            100.0 * with / without
        );
    }
}
