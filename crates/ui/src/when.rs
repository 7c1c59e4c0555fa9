//! A moment, in words.

use jiff::{Timestamp, tz::TimeZone};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment as a person says it, with the exact one kept for machines.
#[derive(Clone, Copy, Debug)]
pub struct When {
    at: Timestamp,
    seconds_ago: i64,
}

impl When {
    /// The moment `at`, seen from `now`; both in milliseconds since the Unix epoch. A moment
    /// that lies ahead (clocks of replicas differ) reads as "just now"; one that no calendar
    /// holds, as the epoch.
    pub fn new(at: i64, now: i64) -> Self {
        Self {
            at: Timestamp::from_millisecond(at).unwrap_or_default(),
            seconds_ago: now.saturating_sub(at) / 1000,
        }
    }

    /// The value of a `datetime` attribute.
    pub(crate) fn machine(&self) -> String {
        self.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Recent moments by distance, older ones by their date (UTC).
    pub(crate) fn words(&self) -> String {
        let ago = |count: i64, unit: &str| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural} ago")
        };
        match self.seconds_ago {
            ..MINUTE => "just now".to_owned(),
            s @ MINUTE..HOUR => ago(s / MINUTE, "minute"),
            s @ HOUR..DAY => ago(s / HOUR, "hour"),
            s if s < 2 * DAY => "yesterday".to_owned(),
            s if s < 7 * DAY => ago(s / DAY, "day"),
            _ => self
                .at
                .to_zoned(TimeZone::UTC)
                .strftime("%-d %B %Y")
                .to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_793_620_800_000; // 2026-11-02T12:00:00Z

    #[test]
    fn says_distance_when_recent_and_date_when_old() {
        let words = |seconds: i64| When::new(NOW - seconds * 1000, NOW).words();
        assert_eq!(words(-30), "just now");
        assert_eq!(words(59), "just now");
        assert_eq!(words(60), "1 minute ago");
        assert_eq!(words(7200), "2 hours ago");
        assert_eq!(words(DAY), "yesterday");
        assert_eq!(words(6 * DAY), "6 days ago");
        assert_eq!(words(7 * DAY), "26 October 2026");
    }

    #[test]
    fn survives_moments_outside_the_calendar() {
        assert_eq!(When::new(i64::MIN, i64::MAX).words(), "1 January 1970");
        assert_eq!(When::new(i64::MAX, i64::MIN).words(), "just now");
        assert_eq!(When::new(NOW, NOW).machine(), "2026-11-02T12:00:00Z");
    }
}
