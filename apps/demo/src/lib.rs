//! The demo product: a person's notes, so that a fresh server has something to do, and the person's
//! profile where the product has an API.
//!
//! Each tool in its own file, each acting as the person behind the token and seeing nothing of
//! anybody else, except `about`, which needs nobody. A product's own tools are written the same
//! way; one that calls the product's API is written like `my_profile`.
//!
//! What this crate must not know: HTTP servers, SQL, the token that a client sent.

mod about;
mod add_note;
mod list_notes;
mod profile;
mod whoami;

use std::sync::Arc;

use countersign_domain::{Clock, Entropy, UserId};
use countersign_mcp::{InvalidRegistry, Principal, ToolError, ToolRegistry};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;

pub use profile::ProductApi;

/// The scope that lets a client read notes and the profile, and see whose they are.
pub const READ: &str = "notes:read";
/// The scope that lets a client add notes.
pub const WRITE: &str = "notes:write";

/// The tools `whoami`, `add_note`, `list_notes` and `about` over `store`, and `my_profile` if the
/// product has an API.
///
/// [`InvalidRegistry`] only if a name or a scope in this crate breaks its grammar.
pub fn tools(
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    api: Option<ProductApi>,
) -> Result<ToolRegistry, InvalidRegistry> {
    let read = ScopeSet::parse(READ)?;
    let write = ScopeSet::parse(WRITE)?;
    let mut tools = vec![
        whoami::tool(read.clone(), store.clone()),
        add_note::tool(write, store.clone(), clock, entropy),
        list_notes::tool(read.clone(), store),
    ];
    tools.extend(api.map(|api| profile::tool(read, api)));
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
