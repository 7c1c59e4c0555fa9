//! How a tool comes by a token for the product's API.

use std::fmt;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::ToolError;
use crate::{Authenticate, Principal, UpstreamToken, UpstreamTokenError};

/// [`Authenticate`], as far as tools may use it: without its type, and without the client's token.
trait Source: Send + Sync {
    fn token<'a>(
        &'a self,
        principal: &'a Principal,
    ) -> BoxFuture<'a, Result<UpstreamToken, UpstreamTokenError>>;

    fn refused<'a>(
        &'a self,
        principal: &'a Principal,
        refused: &'a UpstreamToken,
    ) -> BoxFuture<'a, Result<UpstreamToken, UpstreamTokenError>>;
}

impl<A: Authenticate> Source for A {
    fn token<'a>(
        &'a self,
        principal: &'a Principal,
    ) -> BoxFuture<'a, Result<UpstreamToken, UpstreamTokenError>> {
        self.upstream_token(principal).boxed()
    }

    fn refused<'a>(
        &'a self,
        principal: &'a Principal,
        refused: &'a UpstreamToken,
    ) -> BoxFuture<'a, Result<UpstreamToken, UpstreamTokenError>> {
        self.upstream_token_refused(principal, refused).boxed()
    }
}

/// Where the tools of an endpoint get their tokens.
#[derive(Clone)]
pub(crate) struct Upstream(Arc<dyn Source>);

impl Upstream {
    pub(crate) fn new(authenticator: Arc<impl Authenticate>) -> Self {
        Self(authenticator)
    }

    /// A token of `principal`, or the error that ends the call as it should end.
    pub(crate) async fn token(&self, principal: &Principal) -> Result<UpstreamToken, ToolError> {
        self.0.token(principal).await.map_err(tool_error)
    }

    /// Another token of `principal` than the one that the API refused.
    pub(crate) async fn refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, ToolError> {
        let another = self.0.refused(principal, refused).await;
        another.map_err(tool_error)
    }
}

fn tool_error(error: UpstreamTokenError) -> ToolError {
    match error {
        UpstreamTokenError::SignInAgain(sentence) => ToolError::sign_in_again(sentence),
        UpstreamTokenError::Unavailable => ToolError::unavailable(error),
        UpstreamTokenError::NotConfigured => {
            tracing::error!(%error, "a tool cannot reach its API; set api.url or api.audience");
            ToolError::refused(
                "No upstream token is configured, so this tool cannot reach its API. The operator of this server sets api.url or api.audience.",
            )
        }
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upstream")
    }
}
