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
    /// Only the person can help, by signing in (again); the sentence says why, without secrets.
    /// The client is answered with a challenge and not with a result. If the same call would end
    /// here after the new sign-in too, this is the wrong error: the client would never stop asking.
    #[error("{0}")]
    SignInAgain(Cow<'static, str>),
    /// Something the tool depends on does not answer. The cause is logged and not sent.
    #[error("The service cannot answer right now. Try again in a moment.")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl ToolError {
    /// A refusal with its sentence.
    pub fn refused(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(sentence.into())
    }

    /// A sign-in that the person owes, with the sentence that says why.
    pub fn sign_in_again(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::SignInAgain(sentence.into())
    }

    /// A failure of something the tool depends on.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}
