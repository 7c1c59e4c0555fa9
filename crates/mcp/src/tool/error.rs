//! How a tool fails.

use std::borrow::Cow;
use std::error::Error;

/// Why a tool did not do what it was asked. What the model reads never has internals in it.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The arguments, or the state of things, do not allow it. The sentence is for the model: it
    /// says what is wrong and what would be right.
    #[error("{0}")]
    Refused(Cow<'static, str>),
    /// Something the tool depends on does not answer. The cause is logged and not sent.
    #[error("The service cannot answer right now. Try again in a moment.")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl ToolError {
    /// A refusal with its sentence.
    pub fn refused(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(sentence.into())
    }

    /// A failure of something the tool depends on.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}
