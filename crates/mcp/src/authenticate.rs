//! Who stands behind a token, as the guard asks it.

use std::future::ready;
use std::sync::Arc;

use countersign_server::AuthorizationServer;

use crate::{AccessError, Principal, UpstreamToken, UpstreamTokenError};

/// Judges an access token (RFC 6750 section 3, RFC 9068 section 4).
///
/// A trait and not [`AuthorizationServer`] itself, so that the guard can be mounted in front of a
/// resource whose tokens come from somewhere else, and be tested without a store.
pub trait Authenticate: Send + Sync + 'static {
    /// The principal behind `token`, checked now: signature, issuer, audience, expiry, type and
    /// revocation. [`AccessError::InvalidToken`] becomes 401, [`AccessError::Unavailable`] 503.
    fn authenticate(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Arc<Principal>, AccessError>> + Send;

    /// A token with which a tool calls the product's API as the person behind `principal`. The
    /// future may be dropped at any moment, because the client may leave. Unless it is
    /// implemented, there is none: [`UpstreamTokenError::NotConfigured`].
    fn upstream_token(
        &self,
        _principal: &Principal,
    ) -> impl Future<Output = Result<UpstreamToken, UpstreamTokenError>> + Send {
        ready(Err(UpstreamTokenError::NotConfigured))
    }

    /// A token to try once more with, after the product's API did not accept `refused`, which
    /// [`Authenticate::upstream_token`] gave for `principal`. The future may be dropped like that
    /// one. Unless it is implemented, there is none: [`UpstreamTokenError::Unavailable`].
    fn upstream_token_refused(
        &self,
        _principal: &Principal,
        _refused: &UpstreamToken,
    ) -> impl Future<Output = Result<UpstreamToken, UpstreamTokenError>> + Send {
        ready(Err(UpstreamTokenError::Unavailable))
    }
}

impl Authenticate for AuthorizationServer {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        Self::authenticate(self, token).await
    }

    async fn upstream_token(
        &self,
        principal: &Principal,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        Self::upstream_token(self, principal).await
    }

    async fn upstream_token_refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        Self::upstream_token_refused(self, principal, refused).await
    }
}

impl<T: Authenticate> Authenticate for Arc<T> {
    fn authenticate(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Arc<Principal>, AccessError>> + Send {
        T::authenticate(self, token)
    }

    fn upstream_token(
        &self,
        principal: &Principal,
    ) -> impl Future<Output = Result<UpstreamToken, UpstreamTokenError>> + Send {
        T::upstream_token(self, principal)
    }

    fn upstream_token_refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> impl Future<Output = Result<UpstreamToken, UpstreamTokenError>> + Send {
        T::upstream_token_refused(self, principal, refused)
    }
}
