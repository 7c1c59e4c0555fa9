//! Leaves an API alone that does not answer, so that people get their answer at once and the API
//! has time to come back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When the API is left alone, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerSettings {
    /// How many failures in a row it takes; 0 never leaves it alone.
    pub failures: u32,
    /// How long. Then one call tries again, and the others wait for what becomes of it.
    pub rest: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: 10,
            rest: Duration::from_secs(10),
        }
    }
}

#[derive(Debug)]
pub(super) struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Calls go through; so many failed in a row.
    Closed(u32),
    /// No call goes through before this moment, and the first one after it puts it off.
    Open(Instant),
}

impl Breaker {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Self {
            settings,
            state: Mutex::new(State::Closed(0)),
        }
    }

    /// Whether a call may go through now.
    pub(super) fn lets_through(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed(_) => true,
            State::Open(until) if Instant::now() < until => false,
            State::Open(_) => {
                *state = State::Open(Instant::now() + self.settings.rest);
                true
            }
        }
    }

    /// Notes what became of a call.
    pub(super) fn note(&self, answered: bool) {
        let BreakerSettings { failures, rest } = self.settings;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match *state {
            _ if answered => State::Closed(0),
            State::Closed(failed) if failures == 0 || failed + 1 < failures => {
                State::Closed(failed.saturating_add(1))
            }
            State::Closed(_) | State::Open(_) => State::Open(Instant::now() + rest),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker(failures: u32) -> Breaker {
        Breaker::new(BreakerSettings {
            failures,
            rest: Duration::from_secs(10),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_only() {
        let breaker = breaker(2);
        for answered in [false, true, false] {
            breaker.note(answered);
            assert!(breaker.lets_through());
        }
        breaker.note(false);
        assert!(!breaker.lets_through());
    }

    #[tokio::test(start_paused = true)]
    async fn lets_one_call_try_after_the_rest() {
        let breaker = breaker(1);
        breaker.note(false);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!breaker.lets_through());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(breaker.lets_through());
        assert!(!breaker.lets_through(), "one tries, the others wait");
        breaker.note(true);
        assert!(breaker.lets_through());
    }

    #[tokio::test(start_paused = true)]
    async fn rests_again_when_the_try_fails() {
        let breaker = breaker(2);
        breaker.note(false);
        breaker.note(false);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(breaker.lets_through());
        // One failure is enough now, and the rest begins with it.
        tokio::time::advance(Duration::from_secs(8)).await;
        breaker.note(false);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!breaker.lets_through());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(breaker.lets_through());
    }

    #[tokio::test(start_paused = true)]
    async fn never_opens_where_no_number_is_set() {
        let breaker = breaker(0);
        for _ in 0..100 {
            breaker.note(false);
        }
        assert!(breaker.lets_through());
    }
}
