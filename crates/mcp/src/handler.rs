//! The server as rmcp sees it: a list of tools and a way to call one, and the same for widgets.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use http::request::Parts;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    ExtensionCapabilities, Implementation, ListResourcesRequestMethod, ListResourcesResult,
    ListToolsResult, MetaObject, PaginatedRequestParams, ReadResourceRequestMethod,
    ReadResourceRequestParams, ReadResourceResponse, ResourcesCapability, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::json;

use crate::guard::challenge::Challenges;
use crate::guard::sign_in::{RefusalSlot, SignInNeeded};
use crate::tool::{Access, Progress, Upstream};
use crate::{
    JsonObject, McpConfig, Principal, Tool, ToolContext, ToolError, ToolFuture, ToolOutput,
    ToolRegistry,
};

/// The name of MCP Apps among the extensions that a server has.
const MCP_APPS: &str = "io.modelcontextprotocol/ui";

/// Everything a request needs, shared by all of them.
#[derive(Debug)]
pub(crate) struct ToolServer {
    registry: Arc<ToolRegistry>,
    info: ServerConfig,
    tool_timeout: Duration,
    challenges: Challenges,
    upstream: Upstream,
}

impl ToolServer {
    pub(crate) fn new(config: McpConfig, registry: Arc<ToolRegistry>, upstream: Upstream) -> Self {
        let challenges = Challenges::new(&config);
        let identity = Implementation::new("countersign", env!("CARGO_PKG_VERSION"))
            .with_title(config.resource_name)
            .with_website_url(config.public_url);
        let mut capabilities = ServerCapabilities::builder().enable_tools().build();
        if !registry.widgets().is_empty() {
            let extension = (MCP_APPS.to_owned(), JsonObject::new());
            capabilities.resources = Some(ResourcesCapability::default());
            capabilities.extensions = Some(ExtensionCapabilities::from([extension]));
        }
        let mut info = ServerConfig::new(capabilities).with_server_info(identity);
        info.instructions = config.instructions;
        Self {
            registry,
            info,
            tool_timeout: config.tool_timeout,
            challenges,
            upstream,
        }
    }

    /// Runs a tool so that whatever it does costs this call and nothing else.
    async fn run<'a>(
        &self,
        tool: &Tool,
        call: impl FnOnce() -> ToolFuture<'a> + Send,
    ) -> Result<ToolOutput, ToolError> {
        // Calling a function can panic before there is a future, hence the async block.
        let call = async { call().await };
        let outcome =
            tokio::time::timeout(self.tool_timeout, AssertUnwindSafe(call).catch_unwind()).await;
        match outcome {
            Ok(Ok(outcome)) => outcome.inspect_err(|error| {
                if let ToolError::Unavailable(cause) = error {
                    tracing::error!(tool = %tool.definition.name, error = %cause, "a tool's dependency failed");
                }
            }),
            Ok(Err(_panic)) => {
                tracing::error!(tool = %tool.definition.name, "a tool panicked");
                Err(ToolError::refused(
                    "The tool failed. The operator can find out why in the log.",
                ))
            }
            Err(_elapsed) => {
                tracing::warn!(
                    tool = %tool.definition.name,
                    "a tool was stopped because its time was up"
                );
                Err(ToolError::refused(
                    "The tool took too long and was stopped. What it was doing may be half done.",
                ))
            }
        }
    }

    /// The result of a call that needs a sign-in, whole for a client that reads it there. The
    /// guard sends the refusal in `slot` to one that does not.
    fn sign_in(
        &self,
        caller: Option<&Principal>,
        sentence: Cow<'static, str>,
        slot: Option<&RefusalSlot>,
    ) -> CallToolResult {
        let mut result = failure(sentence.clone());
        let needed = SignInNeeded::new(&self.challenges, caller, sentence);
        if let Some(slot) = slot {
            slot.fill(needed.by_status);
        }
        let challenge = needed.in_words.to_str().unwrap_or_default();
        let meta = [("mcp/www_authenticate".to_owned(), json!([challenge]))];
        result.meta = Some(MetaObject(meta.into_iter().collect()));
        result
    }
}

impl ServerHandler for ToolServer {
    fn get_info(&self) -> ServerConfig {
        self.info.clone()
    }

    fn get_tool(&self, name: &str) -> Option<rmcp::model::Tool> {
        self.registry.get(name).map(|tool| tool.descriptor.clone())
    }

    /// An empty list that `tool_list` fills.
    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        only_page(request, "the list of tools has one page and no cursor")?;
        Ok(ListToolsResult::default())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let widgets = self.registry.widgets();
        if widgets.is_empty() {
            return Err(ErrorData::method_not_found::<ListResourcesRequestMethod>());
        }
        only_page(request, "the list of resources has one page and no cursor")?;
        let entries = widgets.iter().map(|widget| widget.entry.clone()).collect();
        Ok(ListResourcesResult::with_all_items(entries))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if self.registry.widgets().is_empty() {
            return Err(ErrorData::method_not_found::<ReadResourceRequestMethod>());
        }
        let uri = request.uri;
        match self.registry.widget_at(&uri) {
            Some(widget) => Ok(widget.read(uri, context.protocol_version().as_ref()).into()),
            // rmcp gives it the code of the client's era.
            None => Err(ErrorData::resource_not_found(
                "no resource has this address; resources/list names them all",
                Some(json!({ "uri": uri })),
            )),
        }
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.registry.get(&request.name) else {
            return Err(ErrorData::invalid_params(
                "there is no tool of that name; tools/list names them all",
                None,
            ));
        };
        let parts = context.extensions.get::<Parts>();
        let principal = parts.and_then(|parts| parts.extensions.get::<Arc<Principal>>());
        let principal = principal.cloned();
        let caller = principal.clone();
        let upstream = self.upstream.clone();
        let progress = Progress::of(&context);
        let arguments = request.arguments.unwrap_or_default();
        // The guard has answered already if it read the same message as rmcp did, which it does;
        // this makes sure that a difference could never run a tool.
        let run = match (&tool.access, principal) {
            (Access::Open(handler), principal) => {
                let context = ToolContext {
                    principal,
                    upstream,
                    progress,
                };
                self.run(tool, move || handler.call(context, arguments))
                    .left_future()
            }
            (Access::SignIn { scope, handler }, Some(principal))
                if scope.is_subset(&principal.scope) =>
            {
                let context = ToolContext {
                    principal,
                    upstream,
                    progress,
                };
                self.run(tool, move || handler.call(context, arguments))
                    .right_future()
            }
            (Access::SignIn { .. }, _) => {
                return Ok(failure("The access token does not allow this tool.").into());
            }
        };
        // rmcp cancels the token when the client is gone; the task itself would run on.
        let outcome = tokio::select! {
            outcome = run => outcome,
            () = context.ct.cancelled() => {
                return Err(ErrorData::internal_error("the client disconnected", None));
            }
        };
        let result = match outcome {
            Ok(output) => success(output),
            Err(ToolError::SignInAgain(sentence)) => {
                tracing::info!(tool = %tool.definition.name, reason = %sentence, "a tool needs the person to sign in");
                let slot = parts.and_then(|parts| parts.extensions.get::<RefusalSlot>());
                self.sign_in(caller.as_deref(), sentence, slot)
            }
            Err(error) => failure(error.to_string()),
        };
        Ok(result.into())
    }
}

/// A list of ours is one page, so no cursor is ours.
fn only_page(
    request: Option<PaginatedRequestParams>,
    refusal: &'static str,
) -> Result<(), ErrorData> {
    match request.and_then(|page| page.cursor) {
        Some(_) => Err(ErrorData::invalid_params(refusal, None)),
        None => Ok(()),
    }
}

fn success(output: ToolOutput) -> CallToolResult {
    let (structured, text) = output.into_parts();
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

fn failure(sentence: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(sentence)])
}
