//! `POST /mcp`: the walk of a request through the guard to its tool and back.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use countersign_oauth::www_authenticate::BearerError;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::tower::StreamableHttpService;

use crate::guard::authorization::{Credentials, credentials};
use crate::guard::challenge::Challenges;
use crate::guard::client::{StepUp, step_up};
use crate::guard::envelope::{Envelope, InvalidMessage};
use crate::guard::origin::OriginPolicy;
use crate::guard::refusal::{Refusal, step_up_result};
use crate::guard::{body, cors, media_type};
use crate::handler::ToolServer;
use crate::{
    AccessError, Authenticate, Definition, InvalidMcpConfig, McpConfig, Principal, Tool,
    ToolRegistry, tool_list,
};

/// The first version in which a result says that it is complete. Versions are dates and compare
/// as text.
const FIRST_WITH_RESULT_TYPE: &str = "2026-07-28";

/// The routes of the MCP endpoint: `/mcp`, and `/mcp/` answered alike, because a redirect loses
/// the token in some clients (clients.md F14).
///
/// Answers `OPTIONS` and sets the CORS headers itself. [`InvalidMcpConfig`] if a URL in `config`
/// is none.
pub fn router<A: Authenticate>(
    config: McpConfig,
    authenticator: A,
    registry: ToolRegistry,
) -> Result<Router, InvalidMcpConfig> {
    Endpoint::new(config, authenticator, registry, ToolServer::new).map(routes)
}

/// The same routes and the same guard in front of a handler that is not ours: how the official
/// conformance suite reaches its fixtures. No tool of it is registered, so none needs a scope.
#[cfg(feature = "any-handler")]
pub fn router_to<A: Authenticate, H: ServerHandler>(
    config: McpConfig,
    authenticator: A,
    handler: H,
) -> Result<Router, InvalidMcpConfig> {
    let registry = ToolRegistry::default();
    Endpoint::new(config, authenticator, registry, |_, _| handler).map(routes)
}

fn routes<A: Authenticate, H: ServerHandler>(endpoint: Endpoint<A, H>) -> Router {
    Router::new()
        .route("/mcp", any(serve::<A, H>))
        .route("/mcp/", any(serve::<A, H>))
        .with_state(Arc::new(endpoint))
}

async fn serve<A: Authenticate, H: ServerHandler>(
    State(endpoint): State<Arc<Endpoint<A, H>>>,
    request: Request,
) -> Response {
    let outcome = endpoint.answer(request).await;
    cors::expose(outcome.unwrap_or_else(Refusal::into_response))
}

struct Endpoint<A, H> {
    authenticator: A,
    origins: OriginPolicy,
    challenges: Challenges,
    body_limit: usize,
    registry: Arc<ToolRegistry>,
    mcp: StreamableHttpService<Arc<H>, NeverSessionManager>,
}

impl<A: Authenticate, H: ServerHandler> Endpoint<A, H> {
    fn new(
        config: McpConfig,
        authenticator: A,
        registry: ToolRegistry,
        handler: impl FnOnce(McpConfig, Arc<ToolRegistry>) -> H,
    ) -> Result<Self, InvalidMcpConfig> {
        // Stateless in both eras: no MCP session that could be guessed, stolen or lost in a
        // restart. Host is checked here and not again by rmcp.
        let transport = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(config.body_limit)
            .disable_allowed_hosts();
        let origins = OriginPolicy::new(&config)?;
        let challenges = Challenges::new(&config);
        let body_limit = config.body_limit;
        let registry = Arc::new(registry);
        let handler = Arc::new(handler(config, Arc::clone(&registry)));
        Ok(Self {
            authenticator,
            origins,
            challenges,
            body_limit,
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
        let principal = self.authenticate(&parts.headers).await?;
        if parts.method != Method::POST {
            return Err(Refusal::MethodNotAllowed);
        }
        media_type::check(&parts.headers)?;
        let body = body::read(body, self.body_limit).await?;
        let envelope = Envelope::read(&body).map_err(Refusal::Message)?;
        if let Some(answer) = self.check_scope(&principal, &envelope, &parts.headers)? {
            return Ok(answer);
        }
        let lists_tools = envelope.method == "tools/list" && !self.registry.is_empty();

        // The token ends here: no tool sees it, no log of rmcp can have it.
        parts.headers.remove(AUTHORIZATION);
        media_type::widen_accept(&mut parts.headers);
        parts.extensions.insert(principal);
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

    async fn authenticate(&self, headers: &HeaderMap) -> Result<Arc<Principal>, Refusal> {
        let invalid = |description| Refusal::InvalidToken {
            challenge: self
                .challenges
                .error(BearerError::InvalidToken, description),
            description,
        };
        let token = match credentials(headers) {
            Credentials::Bearer(token) => token,
            Credentials::Unreadable => {
                return Err(invalid("the Authorization header carries no bearer token"));
            }
            Credentials::Absent => {
                let challenge = self.challenges.unauthenticated();
                return Err(Refusal::Unauthenticated { challenge });
            }
            Credentials::Ambiguous => {
                let description = "send one Authorization header";
                let challenge = self
                    .challenges
                    .error(BearerError::InvalidRequest, description);
                return Err(Refusal::AmbiguousCredentials { challenge });
            }
        };
        self.authenticator
            .authenticate(token)
            .await
            .map_err(|error| match error {
                AccessError::InvalidToken(description) => invalid(description),
                AccessError::Unavailable => Refusal::Unavailable,
            })
    }

    /// Before dispatch, because rmcp cannot answer 403. An answer is a refusal in the words that
    /// this client understands.
    fn check_scope(
        &self,
        principal: &Principal,
        envelope: &Envelope<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<Response>, Refusal> {
        let tool = envelope
            .tool
            .as_deref()
            .and_then(|name| self.registry.get(name));
        let Some(Definition { name, scope, .. }) = tool.map(Tool::definition) else {
            return Ok(None);
        };
        let missing = scope.difference(&principal.scope);
        if missing.is_empty() {
            return Ok(None);
        }
        let description = format!("the tool {name} also needs the scope {missing}");
        let challenge = self
            .challenges
            .insufficient_scope(&principal.scope, scope, &description);
        match (step_up(headers), envelope.id) {
            (StepUp::ToolResult, Some(id)) => {
                let version = headers.get("mcp-protocol-version");
                let complete = version
                    .is_some_and(|version| version.as_bytes() >= FIRST_WITH_RESULT_TYPE.as_bytes());
                Ok(Some(step_up_result(id, &challenge, &description, complete)))
            }
            _ => Err(Refusal::InsufficientScope {
                challenge,
                description,
            }),
        }
    }

    async fn fill_tool_list(&self, response: RmcpResponse) -> Result<Response, Refusal> {
        let (parts, body) = response.into_parts();
        let Ok(collected) = body.collect().await;
        let answer = collected.to_bytes();
        let filled = tool_list::insert(self.registry.list(), &answer).map_or(answer, Bytes::from);
        Ok(Response::from_parts(parts, Body::from(filled)))
    }
}

type RmcpResponse = http::Response<http_body_util::combinators::BoxBody<Bytes, Infallible>>;
