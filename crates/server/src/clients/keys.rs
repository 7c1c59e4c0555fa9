//! The public keys of clients that authenticate with `private_key_jwt`.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::Clock;
use countersign_egress::{CachePolicy, DocumentCache, DocumentError, Egress, FetchError, Limits};
use countersign_jose::jwk::JwkSet;
use countersign_oauth::client_metadata::ClientMetadata;
use countersign_oauth::strict_json;

use super::InvalidDocument;
use super::documents::unfetched;

/// Why a client's keys are not at hand.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// It registered none.
    #[error("the client registered no keys")]
    None,
    /// What it registered is not a JWK set.
    #[error("the client's `jwks` cannot be read")]
    Registered,
    /// They were not fetched.
    #[error("the client's keys at its jwks_uri could not be fetched: {reason}", reason = unfetched(.0))]
    Fetch(#[source] FetchError),
    /// They are no JWK set.
    #[error("the client's keys at its jwks_uri are not valid: {0}")]
    Invalid(#[source] InvalidDocument),
}

impl KeysError {
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Fetch(error) if error.is_transient())
    }
}

impl From<DocumentError<InvalidDocument>> for KeysError {
    fn from(error: DocumentError<InvalidDocument>) -> Self {
        match error {
            DocumentError::Fetch(error) => Self::Fetch(error),
            DocumentError::Invalid(error) => Self::Invalid(error),
        }
    }
}

/// The key sets that were fetched.
pub(crate) struct ClientKeys(DocumentCache<JwkSet, InvalidDocument>);

impl ClientKeys {
    pub(crate) fn new(egress: Egress, clock: Arc<dyn Clock>) -> Self {
        let caching = CachePolicy {
            limits: Limits {
                // Some dozens of RSA keys.
                bytes: 64 * 1024,
                timeout: Duration::from_secs(5),
            },
            min_ttl: Duration::from_mins(1),
            // A key that a client withdrew proves nothing an hour later.
            max_ttl: Duration::from_hours(1),
            default_ttl: Duration::from_mins(15),
            refetch_interval: Duration::from_mins(1),
            capacity: 1_000,
        };
        Self(DocumentCache::new(egress, clock, caching, |_, document| {
            read(document)
        }))
    }

    /// The keys of a client, wherever it keeps them.
    pub(crate) async fn of(&self, metadata: &ClientMetadata) -> Result<Arc<JwkSet>, KeysError> {
        if let Some(jwks) = &metadata.jwks {
            return serde_json::from_value(jwks.clone())
                .map(Arc::new)
                .map_err(|_| KeysError::Registered);
        }
        let uri = metadata.jwks_uri.as_deref().ok_or(KeysError::None)?;
        Ok(self.0.get(uri).await?.value)
    }

    /// The same as they are at this moment, for an assertion whose key is not among them; `None`
    /// where they cannot have changed.
    pub(crate) async fn afresh(
        &self,
        metadata: &ClientMetadata,
    ) -> Result<Option<Arc<JwkSet>>, KeysError> {
        match (&metadata.jwks, &metadata.jwks_uri) {
            (None, Some(uri)) => Ok(Some(self.0.refetch(uri).await?.value)),
            _ => Ok(None),
        }
    }
}

fn read(document: &[u8]) -> Result<JwkSet, InvalidDocument> {
    let invalid = |error: &dyn std::error::Error| InvalidDocument(error.to_string());
    let value = strict_json::parse(document).map_err(|error| invalid(&error))?;
    serde_json::from_value(value).map_err(|_| InvalidDocument("not a JWK set".to_owned()))
}
