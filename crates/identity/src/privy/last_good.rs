//! What Privy publishes about an app, kept while it is fresh, and for longer when it cannot be had.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_domain::{Clock, Milliseconds, Timestamp};

use super::AppUnavailable;

/// For how long Privy is left alone after a failure, while what was fetched before stands in.
const PAUSE: Milliseconds = 30_000;

/// A value that is fetched when it is asked for. Callers who ask at the same time wait for one
/// fetch, which each of them drives, so that nobody's leaving stops it.
pub(super) struct LastGood<T> {
    fresh_for: Milliseconds,
    clock: Arc<dyn Clock>,
    state: Mutex<State<T>>,
    flight: tokio::sync::Mutex<()>,
}

struct State<T> {
    last: Option<Arc<Attempt<T>>>,
    /// The last success, for as long as it counts.
    good: Option<Good<T>>,
    renewed_at: Option<Timestamp>,
}

struct Attempt<T> {
    outcome: Result<Arc<T>, AppUnavailable>,
    ended_at: Timestamp,
}

struct Good<T> {
    value: Arc<T>,
    fetched_at: Timestamp,
}

/// Where a value comes from.
pub(super) enum Served<T> {
    /// Fetched for this call.
    Fetched(Arc<T>),
    /// Fetched some time ago.
    Kept(Arc<T>),
}

impl<T> LastGood<T> {
    pub(super) fn new(fresh_for: Milliseconds, clock: Arc<dyn Clock>) -> Self {
        Self {
            fresh_for,
            clock,
            state: Mutex::new(State {
                last: None,
                good: None,
                renewed_at: None,
            }),
            flight: tokio::sync::Mutex::default(),
        }
    }

    /// The value, at most `fresh_for` old unless Privy cannot be asked. The fetch is driven only
    /// when it is needed.
    pub(super) async fn get(
        &self,
        fetch: impl Future<Output = Result<T, AppUnavailable>>,
    ) -> Result<Served<T>, AppUnavailable> {
        let seen = {
            let state = self.state();
            if let Some(value) = state.standing(self.clock.now(), self.fresh_for) {
                return Ok(Served::Kept(value));
            }
            state.last.clone()
        };
        match &self.fetch(seen, fetch).await.outcome {
            Ok(value) => Ok(Served::Fetched(Arc::clone(value))),
            Err(reason) => match &self.state().good {
                Some(good) => Ok(Served::Kept(Arc::clone(&good.value))),
                None => Err(reason.clone()),
            },
        }
    }

    /// The value fetched anew, because the one that is kept does not do. Within `pause` of the last
    /// time there is no fetch, and the answer is what the last fetch led to.
    pub(super) async fn renew(
        &self,
        pause: Milliseconds,
        fetch: impl Future<Output = Result<T, AppUnavailable>>,
    ) -> Result<Arc<T>, AppUnavailable> {
        let seen = {
            let state = self.state();
            let now = self.clock.now();
            let paused = state
                .renewed_at
                .is_some_and(|renewed_at| is_within(pause, renewed_at, now));
            match &state.last {
                Some(last) if paused => return last.outcome.clone(),
                last => last.clone(),
            }
        };
        let attempt = self.fetch(seen, fetch).await;
        self.state().renewed_at = Some(attempt.ended_at);
        attempt.outcome.clone()
    }

    /// The first attempt that ended after the one that was `seen`: another caller's or this one's.
    async fn fetch(
        &self,
        seen: Option<Arc<Attempt<T>>>,
        fetch: impl Future<Output = Result<T, AppUnavailable>>,
    ) -> Arc<Attempt<T>> {
        let _flight = self.flight.lock().await;
        let last = self.state().last.clone();
        match (last, seen) {
            (Some(last), Some(seen)) if Arc::ptr_eq(&last, &seen) => {}
            (Some(last), _) => return last,
            (None, _) => {}
        }
        let outcome = fetch.await;
        let ended_at = self.clock.now();
        self.state().note(outcome, ended_at)
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// What is served without asking.
    fn standing(&self, now: Timestamp, fresh_for: Milliseconds) -> Option<Arc<T>> {
        let good = self.good.as_ref()?;
        let is_fresh = is_within(fresh_for, good.fetched_at, now);
        let is_left_alone = self.last.as_ref().is_some_and(|attempt| {
            attempt.outcome.is_err() && is_within(PAUSE, attempt.ended_at, now)
        });
        (is_fresh || is_left_alone).then(|| Arc::clone(&good.value))
    }

    fn note(&mut self, outcome: Result<T, AppUnavailable>, ended_at: Timestamp) -> Arc<Attempt<T>> {
        let outcome = outcome.map(Arc::new);
        match &outcome {
            Ok(value) => {
                self.good = Some(Good {
                    value: Arc::clone(value),
                    fetched_at: ended_at,
                });
            }
            Err(reason) if reason.is_transient() => {
                let stands_in = self.good.is_some();
                tracing::warn!(%reason, stands_in, "what Privy publishes about the app cannot be fetched");
            }
            Err(reason) => {
                tracing::error!(%reason, "Privy refuses to say anything about the app");
                // Privy has spoken: nothing stands in for that.
                self.good = None;
            }
        }
        let attempt = Arc::new(Attempt { outcome, ended_at });
        self.last = Some(Arc::clone(&attempt));
        attempt
    }
}

/// A clock that went back makes nothing young again.
fn is_within(span: Milliseconds, earlier: Timestamp, now: Timestamp) -> bool {
    (0..span).contains(&now.since(earlier))
}
