//! What strangers' documents said, kept for a while.

mod flights;

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{Clock, Milliseconds, Timestamp};
use futures::FutureExt;
use quick_cache::sync::Cache;

use crate::{Egress, FetchError, Limits};
use flights::Flights;

/// How long documents are kept, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachePolicy {
    /// Where each fetch ends.
    pub limits: Limits,
    /// Fresh for at least as long, even when the host says `no-store`: it is asked once in this
    /// time, however many requests name its document.
    pub min_ttl: Duration,
    /// Fresh for at most as long, whatever the host says: what it removed from the document stops
    /// working within this time.
    pub max_ttl: Duration,
    /// Fresh for as long when the host does not say.
    pub default_ttl: Duration,
    /// [`DocumentCache::refetch`] asks the host at most once in this time.
    pub refetch_interval: Duration,
    /// How many documents are kept.
    pub capacity: usize,
}

/// A document as it was understood.
#[derive(Debug)]
pub struct Cached<T> {
    /// What it says.
    pub value: Arc<T>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            fetched_at: self.fetched_at,
        }
    }
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError<E> {
    /// It was not fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It was fetched and is not what it should be.
    #[error(transparent)]
    Invalid(E),
}

/// Documents of one kind by their URL. A document that many ask for at once is fetched once, and
/// neither a failed fetch nor an invalid document is ever kept.
pub struct DocumentCache<T, E> {
    shared: Arc<Shared<T, E>>,
}

struct Shared<T, E> {
    egress: Egress,
    clock: Arc<dyn Clock>,
    policy: CachePolicy,
    parse: Box<Parse<T, E>>,
    /// Only what was fetched and understood, so that URLs that lead nowhere push nothing out.
    kept: Cache<String, Kept<T>>,
    flights: Flights<Outcome<T, E>>,
}

type Parse<T, E> = dyn Fn(&str, &[u8]) -> Result<T, E> + Send + Sync;
type Outcome<T, E> = Result<Cached<T>, DocumentError<E>>;

struct Kept<T> {
    document: Cached<T>,
    ttl: Milliseconds,
    attempted_at: Timestamp,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            ..*self
        }
    }
}

impl<T, E> DocumentCache<T, E>
where
    T: Send + Sync + 'static,
    E: std::error::Error + Clone + Send + Sync + 'static,
{
    /// A cache of the documents that `parse` understands, given the URL and the content.
    pub fn new(
        egress: Egress,
        clock: Arc<dyn Clock>,
        policy: CachePolicy,
        parse: impl Fn(&str, &[u8]) -> Result<T, E> + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                egress,
                clock,
                policy,
                parse: Box::new(parse),
                kept: Cache::new(policy.capacity),
                flights: Flights::default(),
            }),
        }
    }

    /// The document at `url`: the copy while it is fresh, else what the host says.
    pub async fn get(&self, url: &str) -> Result<Cached<T>, DocumentError<E>> {
        self.unless(url, Shared::fresh).await
    }

    /// The document as the host has it at this moment, for who misses something in the copy, such
    /// as a key of an unknown id. The host is asked once in [`CachePolicy::refetch_interval`],
    /// whether it answers or not; within it this is the copy, however old.
    pub async fn refetch(&self, url: &str) -> Result<Cached<T>, DocumentError<E>> {
        self.unless(url, Shared::recently_attempted).await
    }

    /// The copy, however old: it may stand in while the document cannot be fetched.
    pub fn last_good(&self, url: &str) -> Option<Cached<T>> {
        Some(self.shared.kept.get(url)?.document)
    }

    async fn unless(
        &self,
        url: &str,
        suffices: fn(&Shared<T, E>, &str) -> Option<Cached<T>>,
    ) -> Result<Cached<T>, DocumentError<E>> {
        if let Some(document) = suffices(&self.shared, url) {
            return Ok(document);
        }
        let shared = &self.shared;
        let landed = || suffices(shared, url).map(Ok);
        let start = || Arc::clone(shared).fetch(url.to_owned()).boxed();
        shared.flights.join(url, landed, start).await
    }
}

impl<T, E> Shared<T, E>
where
    T: Send + Sync + 'static,
    E: std::error::Error + Clone + Send + Sync + 'static,
{
    fn fresh(&self, url: &str) -> Option<Cached<T>> {
        let kept = self.kept.get(url)?;
        self.within(kept.document.fetched_at, kept.ttl)
            .then_some(kept.document)
    }

    fn recently_attempted(&self, url: &str) -> Option<Cached<T>> {
        let kept = self.kept.get(url)?;
        self.within(
            kept.attempted_at,
            milliseconds(self.policy.refetch_interval),
        )
        .then_some(kept.document)
    }

    /// Whether less than `span` has passed; a clock that went back prolongs nothing.
    fn within(&self, start: Timestamp, span: Milliseconds) -> bool {
        (0..span).contains(&self.clock.now().since(start))
    }

    async fn fetch(self: Arc<Self>, url: String) -> Outcome<T, E> {
        let outcome = self.attempt(&url).await;
        if outcome.is_err()
            && let Some(kept) = self.kept.get(&url)
        {
            let attempted_at = self.clock.now();
            self.kept.insert(
                url,
                Kept {
                    attempted_at,
                    ..kept
                },
            );
        }
        outcome
    }

    async fn attempt(&self, url: &str) -> Outcome<T, E> {
        let fetched = self.egress.get(url, &self.policy.limits).await?;
        let value = (self.parse)(url, &fetched.body).map_err(DocumentError::Invalid)?;
        let now = self.clock.now();
        let document = Cached {
            value: Arc::new(value),
            fetched_at: now,
        };
        let kept = Kept {
            document: document.clone(),
            ttl: milliseconds(self.policy.ttl(fetched.fresh_for)),
            attempted_at: now,
        };
        self.kept.insert(url.to_owned(), kept);
        Ok(document)
    }
}

impl CachePolicy {
    fn ttl(&self, fresh_for: Option<Duration>) -> Duration {
        fresh_for
            .unwrap_or(self.default_ttl)
            .max(self.min_ttl)
            .min(self.max_ttl)
    }
}

fn milliseconds(span: Duration) -> Milliseconds {
    Milliseconds::try_from(span.as_millis()).unwrap_or(Milliseconds::MAX)
}
