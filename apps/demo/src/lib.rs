//! The demo product: a person's notes, so that a fresh server has something to do.
//!
//! Each tool in its own file, each acting as the person behind the token and seeing nothing of
//! anybody else, except `about`, which needs nobody. A product's own tools are written the same
//! way.
//!
//! What this crate must not know: HTTP, SQL, tokens.

mod about;
mod add_note;
mod list_notes;
mod whoami;

use std::sync::Arc;

use countersign_domain::{Clock, Entropy, UserId};
use countersign_mcp::{InvalidRegistry, Principal, ToolError, ToolRegistry};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;

/// The scope that lets a client read notes and see whose they are.
pub const READ: &str = "notes:read";
/// The scope that lets a client add notes.
pub const WRITE: &str = "notes:write";

/// The tools `whoami`, `add_note`, `list_notes` and `about` over `store`.
///
/// [`InvalidRegistry`] only if a name or a scope in this crate breaks its grammar.
pub fn tools(
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<ToolRegistry, InvalidRegistry> {
    let read = ScopeSet::parse(READ)?;
    let write = ScopeSet::parse(WRITE)?;
    let mut tools = vec![
        whoami::tool(read.clone(), store.clone()),
        add_note::tool(write, store.clone(), clock, entropy),
        list_notes::tool(read, store),
    ];
    tools.push(about::tool(&tools));
    ToolRegistry::new(tools)
}

/// The account that notes belong to.
fn account(principal: &Principal) -> Result<UserId, ToolError> {
    principal.user_id.ok_or_else(|| {
        ToolError::refused(
            "This connection was made before the server knew accounts. Connect again to use notes.",
        )
    })
}
