//! Who stands behind a token, as the guard asks it.

use std::sync::Arc;

use countersign_server::AuthorizationServer;

use crate::{AccessError, Principal};

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
}

impl Authenticate for AuthorizationServer {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        Self::authenticate(self, token).await
    }
}

impl<T: Authenticate> Authenticate for Arc<T> {
    fn authenticate(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Arc<Principal>, AccessError>> + Send {
        T::authenticate(self, token)
    }
}
