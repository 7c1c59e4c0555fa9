//! Index Network: a person says what they are looking for, the network finds people who match, and
//! the person asks to be connected. mcp2's tools, on countersign.
//!
//! Each tool in its own file, each acting on the network's Protocol API as the person behind the
//! token. Below `protocol` lies the way there, one file per route.
//!
//! What this crate must not know: HTTP servers, SQL, the token that a client sent.

mod connection_action;
mod discover_connections;
mod document;
mod extract_intent;
mod fetch;
mod indexing;
mod protocol;
mod search;
mod sections;
mod settings;
mod synthesis;
mod widgets;

use std::sync::Arc;

use countersign_mcp::{InvalidRegistry, ToolRegistry};
use countersign_oauth::scope::ScopeSet;

pub use protocol::{BreakerSettings, ProtocolApi};
pub use settings::{Discovery, Limits, Settings};

/// The scope that lets a client search and read, as mcp2 calls it.
pub const READ: &str = "read";
/// The scope that lets a client make intents and connections, as mcp2 calls it.
pub const WRITE: &str = "write";

/// The tools `extract_intent`, `discover_connections`, `connection_action`, `search` and `fetch`
/// over `api`, the first two with a widget.
///
/// [`InvalidRegistry`] only if an avatar domain of `settings` is no exact origin.
pub fn tools(api: ProtocolApi, settings: Settings) -> Result<ToolRegistry, InvalidRegistry> {
    let read = ScopeSet::parse(READ)?;
    let write = ScopeSet::parse(WRITE)?;
    let settings = Arc::new(settings);
    let widgets = widgets::all(&settings);
    let tools = vec![
        extract_intent::tool(write.clone(), api.clone(), settings.limits),
        discover_connections::tool(write.clone(), api.clone(), Arc::clone(&settings)),
        connection_action::tool(write, api.clone()),
        search::tool(read.clone(), api.clone(), Arc::clone(&settings)),
        fetch::tool(read, api, settings),
    ];
    ToolRegistry::with_widgets(tools, widgets)
}
