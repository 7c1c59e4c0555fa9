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
    let (seconds, millis) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    // Howard Hinnant's `civil_from_days`: the one conversion that is needed here.
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3600, second % 3600 / 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{millis:03}Z",
        second % 60
    )
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
