//! What every use case does with a fault of the store.

use countersign_storage::StorageError;

/// The store could not answer. The client hears 503 and tries again; its grant is untouched.
#[derive(Debug, thiserror::Error)]
#[error("temporarily unavailable")]
pub struct Unavailable;

impl From<StorageError> for Unavailable {
    /// Logged here, once, because no caller has more to say about it.
    fn from(fault: StorageError) -> Self {
        tracing::error!(error = %fault, "the store could not answer");
        Self
    }
}
