//! The tools of a server, by name.

use std::collections::HashMap;

use countersign_oauth::scope::{InvalidScope, ScopeSet};

use crate::Tool;

/// Why tools cannot be registered together.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRegistry {
    /// Two tools have the same name.
    #[error("two tools are called {0:?}")]
    Duplicate(String),
    /// The name breaks the grammar that MCP recommends and clients enforce.
    #[error("{0:?} is not a tool name: 1 to 128 letters, digits, `_`, `-`, `.` or `/`")]
    Name(String),
    /// A tool asks for something that is no scope.
    #[error(transparent)]
    Scope(#[from] InvalidScope),
}

/// The tools of a server, in the order in which they are listed.
#[derive(Debug, Default)]
pub struct ToolRegistry {
    tools: Vec<Tool>,
    positions: HashMap<String, usize>,
}

impl ToolRegistry {
    /// Registers `tools`; they are listed in this order.
    pub fn new(tools: Vec<Tool>) -> Result<Self, InvalidRegistry> {
        let mut positions = HashMap::with_capacity(tools.len());
        for (position, tool) in tools.iter().enumerate() {
            let name = tool.definition.name.as_ref();
            if !is_tool_name(name) {
                return Err(InvalidRegistry::Name(name.to_owned()));
            }
            if positions.insert(name.to_owned(), position).is_some() {
                return Err(InvalidRegistry::Duplicate(name.to_owned()));
            }
        }
        Ok(Self { tools, positions })
    }

    /// The tools, in the order in which they are listed.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Every scope that any tool needs.
    pub fn scopes(&self) -> ScopeSet {
        self.tools
            .iter()
            .filter_map(Tool::scope)
            .flatten()
            .cloned()
            .collect()
    }

    /// Whether no tool is registered, so that the list of the handler stands as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tool> {
        self.positions
            .get(name)
            .and_then(|&position| self.tools.get(position))
    }
}

fn is_tool_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}
