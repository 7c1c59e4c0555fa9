//! An answer that needs a sign-in, as one message and as a stream, and what the handler sees of the
//! request.

use countersign_domain::ClientId;
use countersign_oauth::scope::ScopeSet;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ErrorData, ServerConfig};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::{
    AccessError, Annotations, Definition, JsonObject, Principal, Tool, ToolContext, ToolError,
    ToolOutput,
};

struct Anybody;

impl Authenticate for Anybody {
    async fn authenticate(&self, _token: &str) -> Result<Arc<Principal>, AccessError> {
        Ok(Arc::new(Principal {
            subject: "ada".to_owned(),
            user_id: None,
            client_id: ClientId::new("client"),
            scope: ScopeSet::empty(),
            grant_id: None,
        }))
    }
}

/// Our handler, which runs nothing if the token got as far as this.
struct Watchful(ToolServer);

impl ServerHandler for Watchful {
    fn get_info(&self) -> ServerConfig {
        self.0.get_info()
    }

    fn get_tool(&self, name: &str) -> Option<rmcp::model::Tool> {
        self.0.get_tool(name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let parts = context.extensions.get::<Parts>().unwrap();
        if parts.headers.contains_key(AUTHORIZATION) {
            // A panic here would be silence to the client, and the test would wait for it.
            return Err(ErrorData::internal_error("the token got through", None));
        }
        self.0.call_tool(request, context).await
    }
}

async fn call(talks: bool, modern: bool) -> (StatusCode, String) {
    let definition = Definition {
        name: "act".to_owned(),
        title: "A tool".to_owned(),
        description: "Does something.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    let act = move |context: ToolContext, _: JsonObject| async move {
        if talks {
            context.progress(1, Some(2), "").await;
        }
        Err::<ToolOutput, _>(ToolError::sign_in_again("sign in again"))
    };
    let tool = Tool::new(definition, ScopeSet::empty(), act);
    let endpoint = Endpoint::new(
        McpConfig::new("https://notes.example", ScopeSet::empty()),
        Arc::new(Anybody),
        ToolRegistry::new(vec![tool]).unwrap(),
        |config, registry, upstream| Watchful(ToolServer::new(config, registry, upstream)),
    );
    let mut message = json!({
        "jsonrpc": "2.0",
        "id": 7,
        "method": "tools/call",
        "params": { "name": "act", "_meta": { "progressToken": 1 } },
    });
    let mut request = Request::post("/mcp")
        .header("host", "notes.example")
        .header("authorization", "Bearer token")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    if modern {
        request = request
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "act");
        let meta = &mut message["params"]["_meta"];
        meta["io.modelcontextprotocol/protocolVersion"] = json!("2026-07-28");
        meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
    }
    let request = request.body(Body::from(message.to_string())).unwrap();
    let served = Arc::new(ArcSwap::from_pointee(endpoint.unwrap()));
    let response = routes(served).oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_single_message_is_replaced_by_the_refusal() {
    for modern in [false, true] {
        let (status, body) = call(false, modern).await;
        assert_eq!(status, 401, "{body}");
    }
}

#[tokio::test]
async fn a_stream_that_has_begun_carries_the_challenge_to_its_end() {
    for modern in [false, true] {
        let (status, body) = call(true, modern).await;
        assert_eq!(status, 200, "{body}");
        let messages: Vec<Value> = body
            .lines()
            .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
            .collect();
        assert_eq!(messages.len(), 2, "{body}");
        assert_eq!(messages[0]["method"], "notifications/progress");
        assert_eq!(messages[1]["id"], 7);
        let result = &messages[1]["result"];
        assert_eq!(result["isError"], true);
        assert_eq!(result["content"][0]["text"], "sign in again");
        let challenge = result["_meta"]["mcp/www_authenticate"][0].as_str().unwrap();
        assert!(
            challenge
                .starts_with(r#"Bearer error="invalid_token", error_description="sign in again""#)
        );
        assert_eq!(result.get("resultType").is_some(), modern);
    }
}
