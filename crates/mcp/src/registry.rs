//! The tools of a server, by name.

use std::collections::HashMap;

use countersign_oauth::scope::{InvalidScope, ScopeSet};
use serde_json::value::RawValue;

use crate::{Definition, Tool, tool_list};

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
    /// A descriptor is not JSON.
    #[error("the list of tools cannot be written")]
    List(#[source] serde_json::Error),
}

/// The tools of a server, in the order in which they are listed.
#[derive(Debug, Default)]
pub struct ToolRegistry {
    tools: Vec<Tool>,
    positions: HashMap<String, usize>,
    /// The value of `tools` in the answer to `tools/list`: the same for everybody, so written once.
    list: Box<RawValue>,
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
        let list = tool_list::write(&tools).map_err(InvalidRegistry::List)?;
        Ok(Self {
            tools,
            positions,
            list,
        })
    }

    /// What the tools say about themselves, in the order in which they are listed.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.tools.iter().map(Tool::definition)
    }

    /// Every scope that any tool needs.
    pub fn scopes(&self) -> ScopeSet {
        self.definitions()
            .flat_map(|definition| &definition.scope)
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
