//! The simulator's time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since the Unix epoch, from whoever keeps the time.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Somebody else's clock, and how far the simulator is ahead of it.
#[derive(Clone)]
pub struct SimClock {
    now: Now,
    ahead: Arc<AtomicI64>,
}

impl SimClock {
    pub(crate) fn new(now: Now) -> Self {
        Self {
            now,
            ahead: Arc::default(),
        }
    }

    /// Lets time pass here only; a negative number of seconds turns the clock back.
    pub fn advance(&self, seconds: i64) {
        self.ahead
            .fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    /// Milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        (self.now)().saturating_add(self.ahead.load(Ordering::SeqCst))
    }

    /// Seconds since the Unix epoch, as tokens count them.
    pub fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }
}

impl fmt::Debug for SimClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SimClock({} ms)", self.now_ms())
    }
}

/// A moment in milliseconds since the Unix epoch as `Date.toISOString` writes it.
pub(crate) fn iso(millis: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    format!("{moment:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_dates_as_javascript_does() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_827_696_007), "2000-02-29T12:34:56.007Z");
        assert_eq!(iso(1_800_000_000_000), "2027-01-15T08:00:00.000Z");
    }

    #[test]
    fn runs_ahead_of_the_clock_it_follows() {
        let clock = SimClock::new(Arc::new(|| 5_000));
        clock.advance(60);
        assert_eq!(clock.now(), 65);
    }
}
