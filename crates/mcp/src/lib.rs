//! The MCP protected resource: a bearer guard, a registry of tools, and rmcp behind both.
//!
//! A request walks straight through [`router()`]: Host and Origin, the access token, the size and
//! shape of the message, the scope of the tool it calls. Only then does rmcp see it, because rmcp
//! cannot answer 401 or 403. rmcp speaks both eras of MCP statelessly; the [`Tool`]s of the
//! [`ToolRegistry`] do the work, each in the name of one [`Principal`] unless it is an open one; its
//! [`Widget`]s show what came of it. A [`LiveRegistry`] changes what is served while it is.
//!
//! What this crate must not know: how a token is verified (that is [`Authenticate`]), where a
//! product keeps its data, and the pages of the authorization server. No type of rmcp is part of
//! the interface, so that rmcp's weekly releases stay in here. The one exception is a cargo feature
//! that only the conformance suite turns on, `any-handler`.

mod authenticate;
mod config;
mod guard;
mod handler;
mod live;
mod registry;
mod router;
mod tool;
mod tool_list;
mod widget;

pub use authenticate::Authenticate;
pub use config::{InvalidMcpConfig, McpConfig, SignIn};
pub use countersign_server::access::{AccessError, Principal};
pub use countersign_server::upstream::{UpstreamToken, UpstreamTokenError};
pub use live::LiveRegistry;
pub use registry::{InvalidRegistry, ToolRegistry};
pub use router::router;
#[cfg(feature = "any-handler")]
pub use router::router_to;
pub use tool::{
    Annotations, Definition, Handler, JsonObject, OpenContext, Tool, ToolContext, ToolError,
    ToolFuture, ToolOutput, Visibility,
};
pub use widget::{InvalidWidget, Widget, WidgetCsp};
