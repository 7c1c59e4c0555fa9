//! The tools of a server, by name.

use std::collections::HashMap;

use countersign_oauth::scope::ScopeSet;
use serde_json::value::RawValue;

use crate::{Tool, tool_list};

/// Why tools cannot be registered together.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRegistry {
    /// Two tools have the same name.
    #[error("two tools are called {0:?}")]
    Duplicate(String),
    /// The name breaks the grammar that MCP recommends and clients enforce.
    #[error("{0:?} is not a tool name: 1 to 128 letters, digits, `_`, `-`, `.` or `/`")]
    Name(String),
    /// A descriptor is not JSON.
    #[error("the list of tools cannot be written")]
    List(#[source] serde_json::Error),
}

/// The tools of a server, in the order in which they are listed.
#[derive(Debug)]
pub struct ToolRegistry {
    tools: HashMap<String, Tool>,
    /// The value of `tools` in the answer to `tools/list`: the same for everybody, so written once.
    list: Box<RawValue>,
}

impl ToolRegistry {
    /// Registers `tools`; they are listed in this order.
    pub fn new(tools: Vec<Tool>) -> Result<Self, InvalidRegistry> {
        let list = tool_list::write(&tools).map_err(InvalidRegistry::List)?;
        let mut by_name = HashMap::with_capacity(tools.len());
        for tool in tools {
            let name = tool.name().to_owned();
            if !is_tool_name(&name) {
                return Err(InvalidRegistry::Name(name));
            }
            if by_name.insert(name.clone(), tool).is_some() {
                return Err(InvalidRegistry::Duplicate(name));
            }
        }
        Ok(Self {
            tools: by_name,
            list,
        })
    }

    /// Every scope that any tool needs.
    pub fn scopes(&self) -> ScopeSet {
        let mut scopes: Vec<_> = self.tools.values().flat_map(Tool::scope).cloned().collect();
        scopes.sort();
        scopes.into_iter().collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.get(name)
    }

    pub(crate) fn list(&self) -> &RawValue {
        &self.list
    }
}

fn is_tool_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}
