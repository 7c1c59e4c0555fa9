//! `POST /mcp`: the walk of a request through the guard to its tool and back.

use std::convert::Infallible;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::tower::StreamableHttpService;
use serde_json::value::RawValue;

use crate::guard::envelope::{Envelope, InvalidMessage};
use crate::guard::gate::{Caller, Gate};
use crate::guard::origin::OriginPolicy;
use crate::guard::refusal::{Refusal, error_message, json_response};
use crate::guard::sign_in::RefusalSlot;
use crate::guard::{batch, body, cors, media_type, version};
use crate::handler::ToolServer;
use crate::tool::{MayStream, Upstream};
use crate::{Authenticate, InvalidMcpConfig, LiveRegistry, McpConfig, ToolRegistry, tool_list};

/// How many messages of one batch run at a time: enough that slow tools do not add up to more
/// than a host waits for, few enough that a batch is no way to more than one's share.
const CONCURRENT_MESSAGES: usize = 4;

/// The routes of the MCP endpoint: `/mcp`, and `/mcp/` answered alike, because a redirect loses
/// the token in some clients (clients.md F14). Beside them the handle by which what they serve
/// is changed.
///
/// Answers `OPTIONS` and sets the CORS headers itself. [`InvalidMcpConfig`] if a URL in `config`
/// is none.
pub fn router<A: Authenticate>(
    config: McpConfig,
    authenticator: A,
    registry: ToolRegistry,
) -> Result<(Router, LiveRegistry), InvalidMcpConfig> {
    let authenticator = Arc::new(authenticator);
    let endpoint = move |registry| {
        let authenticator = Arc::clone(&authenticator);
        Endpoint::new(config.clone(), authenticator, registry, ToolServer::new).map(Arc::new)
    };
    let served = Arc::new(ArcSwap::new(endpoint(registry.clone())?));
    let publish = {
        let served = Arc::clone(&served);
        move |registry| endpoint(registry).map(|endpoint| served.store(endpoint))
    };
    Ok((routes(served), LiveRegistry::new(registry, publish)))
}

/// The same routes and the same guard in front of a handler that is not ours: how the official
/// conformance suite reaches its fixtures. No tool of it is registered, so none needs a scope.
#[cfg(feature = "any-handler")]
pub fn router_to<A: Authenticate, H: ServerHandler>(
    config: McpConfig,
    authenticator: A,
    handler: H,
) -> Result<Router, InvalidMcpConfig> {
    let (authenticator, registry) = (Arc::new(authenticator), ToolRegistry::default());
    let endpoint = Endpoint::new(config, authenticator, registry, |_, _, _| handler)?;
    Ok(routes(Arc::new(ArcSwap::from_pointee(endpoint))))
}

/// What is served at the moment.
type Served<A, H> = Arc<ArcSwap<Endpoint<A, H>>>;

fn routes<A: Authenticate, H: ServerHandler>(served: Served<A, H>) -> Router {
    Router::new()
        .route("/mcp", any(serve::<A, H>))
        .route("/mcp/", any(serve::<A, H>))
        .with_state(served)
}

async fn serve<A: Authenticate, H: ServerHandler>(
    State(served): State<Served<A, H>>,
    request: Request,
) -> Response {
    // Once per request, so that its guard, its tool and its list belong together.
    let endpoint = served.load_full();
    let outcome = endpoint.answer(request).await;
    cors::expose(outcome.unwrap_or_else(Refusal::into_response))
}

/// Everything that a request walks through, made from one registry.
struct Endpoint<A, H> {
    origins: OriginPolicy,
    gate: Gate<A>,
    body_limit: usize,
    /// The value of `tools` in the answer to `tools/list`: the same for everybody, so written once.
    tool_list: Box<RawValue>,
    registry: Arc<ToolRegistry>,
    mcp: StreamableHttpService<Arc<H>, NeverSessionManager>,
}

impl<A: Authenticate, H: ServerHandler> Endpoint<A, H> {
    fn new(
        config: McpConfig,
        authenticator: Arc<A>,
        registry: ToolRegistry,
        handler: impl FnOnce(McpConfig, Arc<ToolRegistry>, Upstream) -> H,
    ) -> Result<Self, InvalidMcpConfig> {
        // Stateless in both eras: no MCP session that could be guessed, stolen or lost in a
        // restart. Host is checked here and not again by rmcp.
        let transport = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(config.body_limit)
            .disable_allowed_hosts();
        let origins = OriginPolicy::new(&config)?;
        let body_limit = config.body_limit;
        let tool_list =
            tool_list::write(&registry, config.sign_in).map_err(InvalidMcpConfig::ToolList)?;
        let registry = Arc::new(registry);
        let upstream = Upstream::new(Arc::clone(&authenticator));
        let gate = Gate::new(&config, authenticator, Arc::clone(&registry));
        let handler = Arc::new(handler(config, Arc::clone(&registry), upstream));
        Ok(Self {
            origins,
            gate,
            body_limit,
            tool_list,
            registry,
            mcp: StreamableHttpService::new(
                move || Ok(Arc::clone(&handler)),
                Arc::new(NeverSessionManager::default()),
                transport,
            ),
        })
    }

    async fn answer(&self, request: Request) -> Result<Response, Refusal> {
        if request.method() == Method::OPTIONS {
            return Ok(cors::preflight());
        }
        let (mut parts, body) = request.into_parts();
        self.origins.check(&parts.uri, &parts.headers)?;
        // Before the method: ChatGPT tries a GET after a long idle and must learn that its token
        // has expired, not that there is no stream (clients.md F73).
        let caller = self.gate.caller(&parts.headers).await?;
        if parts.method != Method::POST {
            return Err(Refusal::MethodNotAllowed);
        }
        media_type::check(&parts.headers)?;
        let body = body::read(body, self.body_limit).await?;
        let envelope = match Envelope::read(&body) {
            Err(InvalidMessage::Batch) if version::allows_batches(&parts.headers) => {
                return self.answer_batch(parts, &body, caller).await;
            }
            read => read.map_err(Refusal::Message)?,
        };
        if let Some(refused) = self
            .gate
            .check(caller.as_deref(), &envelope, &parts.headers)?
        {
            return Ok(json_response(refused));
        }
        let lists_tools = self.lists_tools(&envelope);
        let slot = RefusalSlot::open(&envelope, &parts.headers);
        if let Some(slot) = slot.clone() {
            parts.extensions.insert(slot);
        }
        if media_type::takes_streams(&parts.headers) {
            parts.extensions.insert(MayStream);
        }
        prepare(&mut parts, caller);
        let response = self.dispatch(parts, body, lists_tools).await?;
        match slot.and_then(|slot| slot.refusal()) {
            Some(refusal) if is_message(&response) => Err(refusal),
            _ => Ok(response),
        }
    }

    /// Every message passes the guard before the first one runs, so that a refusal by status
    /// refuses them all and nothing is half done.
    async fn answer_batch(
        &self,
        mut parts: Parts,
        body: &Bytes,
        caller: Caller,
    ) -> Result<Response, Refusal> {
        let mut entries = Vec::new();
        for element in batch::read(body).map_err(Refusal::Message)? {
            let envelope = &element.envelope;
            let refused = self
                .gate
                .check(caller.as_deref(), envelope, &parts.headers)?;
            entries.push(Entry {
                body: body.slice_ref(element.json.as_bytes()),
                id: envelope.id.map(ToOwned::to_owned),
                lists_tools: self.lists_tools(envelope),
                refused,
            });
        }
        prepare(&mut parts, caller);
        let answers: Vec<Bytes> = stream::iter(entries)
            .map(|entry| self.run(parts.clone(), entry))
            .buffered(CONCURRENT_MESSAGES)
            .filter_map(std::future::ready)
            .collect()
            .await;
        if answers.is_empty() {
            return Ok(StatusCode::ACCEPTED.into_response());
        }
        Ok(json_response(batch::join(&answers)))
    }

    /// The answer to one message of a batch; `None` to a notification.
    async fn run(&self, parts: Parts, entry: Entry) -> Option<Bytes> {
        let Entry {
            body,
            id,
            lists_tools,
            refused,
        } = entry;
        if let Some(refused) = refused {
            return Some(refused.into());
        }
        let error = |code, message: &str| {
            id.as_deref()
                .map(|id| error_message(Some(id), code, message).into())
        };
        let response = match self.dispatch(parts, body, lists_tools).await {
            Err(_) => {
                let invalid = InvalidMessage::Json;
                return error(invalid.code(), &invalid.to_string());
            }
            Ok(response) if response.status() == StatusCode::ACCEPTED => return None,
            Ok(response) => response,
        };
        let is_message = is_message(&response);
        let answer = response.into_body().collect().await.ok();
        answer.filter(|_| is_message).map_or_else(
            || {
                error(
                    -32603,
                    "this has no answer in a batch; send the message alone",
                )
            },
            |answer| Some(answer.to_bytes()),
        )
    }

    /// Hands one message to rmcp.
    async fn dispatch(
        &self,
        parts: Parts,
        body: Bytes,
        lists_tools: bool,
    ) -> Result<Response, Refusal> {
        let response = self
            .mcp
            .handle(http::Request::from_parts(parts, Full::new(body)))
            .await;
        match response.status() {
            // rmcp says 415 for JSON that it cannot read; the media type was right.
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Err(Refusal::Message(InvalidMessage::Json)),
            StatusCode::OK if lists_tools => self.fill_tool_list(response).await,
            _ => Ok(response.map(Body::new)),
        }
    }

    /// Whether the answer is to be filled with the list. Without tools, the handler's own stands.
    fn lists_tools(&self, envelope: &Envelope<'_>) -> bool {
        envelope.method == "tools/list" && !self.registry.is_empty()
    }

    async fn fill_tool_list(&self, response: RmcpResponse) -> Result<Response, Refusal> {
        let (parts, body) = response.into_parts();
        let Ok(collected) = body.collect().await;
        let answer = collected.to_bytes();
        let filled = tool_list::insert(&self.tool_list, &answer).map_or(answer, Bytes::from);
        Ok(Response::from_parts(parts, Body::from(filled)))
    }
}

/// One message of a batch on its way to rmcp.
struct Entry {
    body: Bytes,
    id: Option<Box<RawValue>>,
    lists_tools: bool,
    /// The answer, if the guard gives it.
    refused: Option<String>,
}

/// Whether the answer is one message, and not a stream of them, whose status is said already.
fn is_message(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/json")
}

/// The token ends here: no tool sees it, no log of rmcp can have it.
fn prepare(parts: &mut Parts, caller: Caller) {
    parts.headers.remove(AUTHORIZATION);
    media_type::widen_accept(&mut parts.headers);
    if let Some(principal) = caller {
        parts.extensions.insert(principal);
    }
}

type RmcpResponse = http::Response<http_body_util::combinators::BoxBody<Bytes, Infallible>>;

#[cfg(test)]
mod tests;
