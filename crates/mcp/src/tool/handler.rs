//! The code behind a tool.

use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{JsonObject, Progress, ToolError, ToolOutput, Upstream};
use crate::guard::sign_in::SIGN_IN;
use crate::{Principal, UpstreamToken};

/// What a tool knows about the call besides its arguments.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolContext<P = Arc<Principal>> {
    /// In whose name it acts. The token itself stays in the guard.
    pub principal: P,
    pub(crate) upstream: Upstream,
    pub(crate) progress: Progress,
}

/// What an open tool knows about the call: somebody may have signed in.
pub type OpenContext = ToolContext<Option<Arc<Principal>>>;

impl ToolContext {
    /// A token with which the tool calls the product's API as the person it acts for. Asked for
    /// when it is needed and not kept: it is the person's, and it may be for minutes only.
    ///
    /// The error is to be passed on as it is. It leads the person to sign in again, tells the
    /// client to try again, or tells the operator what to configure.
    pub async fn upstream_token(&self) -> Result<UpstreamToken, ToolError> {
        self.upstream.token(&self.principal).await
    }

    /// Another token than the one that the product's API answered 401 to, for one more attempt
    /// with the same call. Asked once per call: an API that refuses two tokens refuses all.
    ///
    /// The error is to be passed on like that of [`ToolContext::upstream_token`].
    pub async fn upstream_token_refused(
        &self,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, ToolError> {
        self.upstream.refused(&self.principal, refused).await
    }
}

impl OpenContext {
    /// A token like [`ToolContext::upstream_token`] for whoever signed in; without anybody, the
    /// error leads to a sign-in.
    pub async fn upstream_token(&self) -> Result<UpstreamToken, ToolError> {
        match &self.principal {
            Some(principal) => self.upstream.token(principal).await,
            None => Err(ToolError::sign_in_again(SIGN_IN)),
        }
    }

    /// Another token like [`ToolContext::upstream_token_refused`].
    pub async fn upstream_token_refused(
        &self,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, ToolError> {
        match &self.principal {
            Some(principal) => self.upstream.refused(principal, refused).await,
            None => Err(ToolError::sign_in_again(SIGN_IN)),
        }
    }
}

/// The answer of a tool that is not there yet. Dropping it cancels the call, which happens when
/// the client disconnects or the time is up.
pub type ToolFuture<'a> = BoxFuture<'a, Result<ToolOutput, ToolError>>;

/// The code behind a tool, whatever it is written in.
pub trait Handler<C = ToolContext>: Send + Sync + 'static {
    /// Runs the tool. The scopes of the tool were checked before.
    fn call(&self, context: C, arguments: JsonObject) -> ToolFuture<'_>;
}

/// A Rust function with types for arguments and answer.
pub(super) struct Typed<F, A> {
    function: F,
    arguments: PhantomData<fn(A)>,
}

impl<F, A> Typed<F, A> {
    pub(super) const fn new(function: F) -> Self {
        Self {
            function,
            arguments: PhantomData,
        }
    }
}

impl<C, A, O, F, R> Handler<C> for Typed<F, A>
where
    A: DeserializeOwned + Send + 'static,
    O: Serialize + 'static,
    F: Fn(C, A) -> R + Send + Sync + 'static,
    R: Future<Output = Result<ToolOutput<O>, ToolError>> + Send + 'static,
{
    fn call(&self, context: C, arguments: JsonObject) -> ToolFuture<'_> {
        match read_arguments(arguments) {
            Ok(arguments) => (self.function)(context, arguments)
                .map(|outcome| outcome.and_then(ToolOutput::erase))
                .boxed(),
            Err(error) => std::future::ready(Err(error)).boxed(),
        }
    }
}

/// The arguments as the tool's own type, or a sentence that lets the model correct itself.
fn read_arguments<A: DeserializeOwned>(arguments: JsonObject) -> Result<A, ToolError> {
    serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.inner();
        ToolError::refused(if path == "." {
            format!("The arguments do not fit the tool's input schema: {cause}.")
        } else {
            format!("The argument `{path}` does not fit the tool's input schema: {cause}.")
        })
    })
}
