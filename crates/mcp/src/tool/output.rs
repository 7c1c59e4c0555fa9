//! What a tool answers.

use serde::Serialize;
use serde_json::Value;

use super::ToolError;

/// A tool's answer: structured for programs, and as text for the model.
#[derive(Clone, Debug)]
pub struct ToolOutput<O = Value> {
    structured: O,
    text: Option<String>,
}

impl<O> ToolOutput<O> {
    /// An answer whose text is its own JSON, which is what MCP recommends and what clients that
    /// know no structured content need.
    pub const fn new(structured: O) -> Self {
        Self {
            structured,
            text: None,
        }
    }

    /// The same answer with other words for the model.
    #[must_use]
    pub fn with_text(self, text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..self
        }
    }
}

impl<O: Serialize> ToolOutput<O> {
    /// The same answer without its type.
    pub(crate) fn erase(self) -> Result<ToolOutput, ToolError> {
        let structured = serde_json::to_value(self.structured).map_err(ToolError::unavailable)?;
        Ok(ToolOutput {
            structured,
            text: self.text,
        })
    }
}

impl ToolOutput {
    /// The structured content and the text.
    pub(crate) fn into_parts(self) -> (Value, String) {
        let text = self.text.unwrap_or_else(|| self.structured.to_string());
        (self.structured, text)
    }
}
