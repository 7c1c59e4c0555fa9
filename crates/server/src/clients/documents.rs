//! Clients that are described by the document at their identifier
//! (draft-ietf-oauth-client-id-metadata-document).
//!
//! The live document counts. Where it cannot be fetched, the youngest copy at hand stands in: the
//! last one that was fetched, here or before the last consent, or the one that this program brings
//! along. Vendors' hosts answer 403 to whole data centres (clients.md F40).

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{
    Client, ClientId, ClientKind, ClientState, Clock, DocumentCopy, Milliseconds, Timestamp,
};
use countersign_egress::{CachePolicy, DocumentCache, DocumentError, Egress, FetchError, Limits};
use countersign_oauth::client_id_url::ClientIdUrl;
use countersign_oauth::client_metadata::{ClientMetadata, RegistrationPolicy};
use quick_cache::sync::Cache;

use super::pinned;
use crate::settings::Settings;

/// The longest that a removed redirect URI goes on working (C17 of the catalogue), and the longest
/// that a client which was let in is not looked at again.
const LONGEST_KEPT: Duration = Duration::from_hours(24);

/// The same in the unit of timestamps.
const RECENT: Milliseconds = 24 * 60 * 60 * 1000;

/// How long a host that failed is left alone while a copy stands in. Without a copy every request
/// asks it again: a failure is never kept.
const REST: Milliseconds = 30_000;

/// Hosts that are left alone; forgetting one costs a fetch.
const RESTING: usize = 1_000;

/// How young a document has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// As young as its host says.
    Current,
    /// A day at the most, without waiting for the host.
    Recent,
}

/// Why a document describes no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDocument(pub(super) String);

/// Why nothing is known of a client that describes itself.
#[derive(Debug, thiserror::Error)]
pub enum DocumentFailure {
    /// Its document was not fetched, and there is no copy of it.
    #[error("the app's description at its client_id could not be fetched: {reason}", reason = unfetched(.0))]
    Fetch(#[from] FetchError),
    /// Its document describes no client.
    #[error("the app's description at its client_id is not valid: {0}")]
    Invalid(#[from] InvalidDocument),
}

impl DocumentFailure {
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Fetch(error) => error.is_transient(),
            Self::Invalid(_) => false,
        }
    }
}

impl From<DocumentError<InvalidDocument>> for DocumentFailure {
    fn from(error: DocumentError<InvalidDocument>) -> Self {
        match error {
            DocumentError::Fetch(error) => Self::Fetch(error),
            DocumentError::Invalid(error) => Self::Invalid(error),
        }
    }
}

/// Why something was not fetched, for whoever asked for it. What this server's resolver knows of a
/// host that is not public is not for them, nor is what this machine lacks.
pub(super) fn unfetched(error: &FetchError) -> String {
    match error {
        FetchError::NotPublic(_) | FetchError::Unresolved => {
            "its host has no public address".to_owned()
        }
        FetchError::NoNameServer | FetchError::NoRoots | FetchError::NameServers => {
            "this server cannot look for it at the moment".to_owned()
        }
        other => other.to_string(),
    }
}

/// The documents that were fetched, and the hosts that did not answer.
pub(crate) struct DocumentClients {
    fetched: DocumentCache<ClientMetadata, InvalidDocument>,
    policy: Arc<RegistrationPolicy>,
    failed: Cache<String, Timestamp>,
}

impl DocumentClients {
    pub(crate) fn new(settings: &Settings, egress: Egress, clock: Arc<dyn Clock>) -> Self {
        let policy = Arc::new(RegistrationPolicy::new(
            settings.redirect_uris.clone(),
            settings.catalogue(),
        ));
        let bytes = settings
            .client_documents
            .as_ref()
            .map_or(0, |documents| documents.max_bytes);
        let caching = CachePolicy {
            limits: Limits {
                bytes,
                timeout: Duration::from_secs(5),
            },
            min_ttl: Duration::from_mins(1),
            max_ttl: LONGEST_KEPT,
            default_ttl: Duration::from_hours(1),
            refetch_interval: Duration::from_mins(1),
            capacity: 1_000,
        };
        let reading = Arc::clone(&policy);
        Self {
            fetched: DocumentCache::new(egress, clock, caching, move |url, document| {
                read(url, document, &reading)
            }),
            policy,
            failed: Cache::new(RESTING),
        }
    }

    /// The client that the document at `url` describes. `remembered` is the copy in the store.
    pub(super) async fn find(
        &self,
        url: &ClientIdUrl,
        remembered: Option<Client>,
        need: Need,
        now: Timestamp,
    ) -> Result<Client, DocumentFailure> {
        let last_used_at = remembered.as_ref().and_then(|client| client.last_used_at);
        let copy = self.youngest_copy(url, remembered);
        let client = match copy {
            Some(copy) if need == Need::Recent && now.since(copy.created_at) < RECENT => copy,
            Some(copy) if self.rests(url, now) => copy,
            copy => self.fetch_or(url, copy, now).await?,
        };
        Ok(Client {
            last_used_at,
            ..client
        })
    }

    async fn fetch_or(
        &self,
        url: &ClientIdUrl,
        copy: Option<Client>,
        now: Timestamp,
    ) -> Result<Client, DocumentFailure> {
        let failure = match self.fetched.get(url.as_str()).await {
            Ok(document) => {
                let metadata = ClientMetadata::clone(&document.value);
                let live = DocumentCopy::Live;
                return Ok(described(url, metadata, live, document.fetched_at));
            }
            Err(failure) => DocumentFailure::from(failure),
        };
        match copy {
            Some(copy) if leaves_room_for_a_copy(&failure) => {
                tracing::warn!(
                    client.id = url.as_str(),
                    copy.at_seconds = copy.created_at.as_seconds(),
                    cause = std::error::Error::source(&failure).map(ToString::to_string),
                    "a copy of the client's document stands in"
                );
                self.failed.insert(url.as_str().to_owned(), now);
                Ok(copy)
            }
            _ => {
                let cause = std::error::Error::source(&failure).map(ToString::to_string);
                tracing::info!(
                    client.id = url.as_str(),
                    cause,
                    "the client is not known: {failure}"
                );
                Err(failure)
            }
        }
    }

    fn rests(&self, url: &ClientIdUrl, now: Timestamp) -> bool {
        self.failed
            .get(url.as_str())
            .is_some_and(|failed_at| (0..REST).contains(&now.since(failed_at)))
    }

    fn youngest_copy(&self, url: &ClientIdUrl, remembered: Option<Client>) -> Option<Client> {
        let in_memory = self.fetched.last_good(url.as_str()).map(|document| {
            let metadata = ClientMetadata::clone(&document.value);
            described(url, metadata, DocumentCopy::LastGood, document.fetched_at)
        });
        let pinned = pinned::find(url, &self.policy)
            .map(|(metadata, at)| described(url, metadata, DocumentCopy::Pinned, at));
        [pinned, remembered, in_memory]
            .into_iter()
            .flatten()
            .max_by_key(|copy| copy.created_at)
    }
}

/// A document that was taken away, or that says something wrong, says so of the client; only one
/// that cannot be had leaves the question open.
fn leaves_room_for_a_copy(failure: &DocumentFailure) -> bool {
    match failure {
        DocumentFailure::Fetch(error) => !matches!(error, FetchError::Status(404 | 410)),
        DocumentFailure::Invalid(_) => false,
    }
}

fn read(
    url: &str,
    document: &[u8],
    policy: &RegistrationPolicy,
) -> Result<ClientMetadata, InvalidDocument> {
    let invalid = |error: &dyn std::error::Error| InvalidDocument(error.to_string());
    let url = ClientIdUrl::parse(url).map_err(|error| invalid(&error))?;
    ClientMetadata::from_document(document, &url, policy).map_err(|error| invalid(&error))
}

fn described(
    url: &ClientIdUrl,
    metadata: ClientMetadata,
    copy: DocumentCopy,
    at: Timestamp,
) -> Client {
    Client {
        id: ClientId::new(url.as_str()),
        kind: ClientKind::Document(copy),
        metadata,
        secret: None,
        created_at: at,
        last_used_at: None,
        state: ClientState::Active,
    }
}
