//! Lengths of time as an operator writes them.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A length of time in whole seconds, written `"60s"`, `"10m"`, `"1h"`, `"30d"` or as a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// So many minutes.
    pub const fn from_mins(minutes: u64) -> Self {
        Self(minutes.saturating_mul(MINUTE))
    }

    /// So many hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self(hours.saturating_mul(HOUR))
    }

    /// So many days of 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self(days.saturating_mul(DAY))
    }

    /// The length in seconds.
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

impl From<Duration> for std::time::Duration {
    fn from(duration: Duration) -> Self {
        Self::from_secs(duration.0)
    }
}

/// A text that is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDuration {
    /// Not digits followed by one of the four units.
    #[error(
        "not a duration: write a whole number and s, m, h or d, for example \"60s\", \"10m\", \"1h\" or \"30d\""
    )]
    Syntax,
    /// Does not fit: 2^63 seconds and more.
    #[error("too long a duration: write fewer days")]
    TooLong,
}

impl FromStr for Duration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match text.strip_prefix(digits) {
            Some("" | "s") => 1,
            Some("m") => MINUTE,
            Some("h") => HOUR,
            Some("d") => DAY,
            _ => return Err(InvalidDuration::Syntax),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidDuration::Syntax);
        }
        // Stores keep seconds in a signed 64-bit column.
        let seconds = digits
            .parse::<i64>()
            .ok()
            .and_then(|count| u64::try_from(count).ok()?.checked_mul(unit))
            .filter(|seconds| i64::try_from(*seconds).is_ok());
        seconds.map(Self).ok_or(InvalidDuration::TooLong)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0s"),
            seconds if seconds % DAY == 0 => write!(f, "{}d", seconds / DAY),
            seconds if seconds % HOUR == 0 => write!(f, "{}h", seconds / HOUR),
            seconds if seconds % MINUTE == 0 => write!(f, "{}m", seconds / MINUTE),
            seconds => write!(f, "{seconds}s"),
        }
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Seconds(i64),
            Text(String),
        }
        match Written::deserialize(deserializer) {
            Ok(Written::Text(text)) => text.parse().map_err(de::Error::custom),
            Ok(Written::Seconds(seconds)) => u64::try_from(seconds)
                .map(Self)
                .map_err(|_| de::Error::custom("a duration cannot be negative")),
            Err(_) => Err(de::Error::custom(InvalidDuration::Syntax)),
        }
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9]+[smhd]?$", "minimum": 0 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_every_unit_and_bare_seconds() {
        for (text, seconds) in [
            ("60s", 60),
            ("10m", 600),
            ("1h", 3600),
            ("30d", 2_592_000),
            ("90", 90),
        ] {
            assert_eq!(text.parse(), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn rejects_what_is_no_duration() {
        for text in [
            "", "s", "-1s", "+1s", "1.5h", "1h30m", "1 h", " 1h", "1w", "1H", "１s",
        ] {
            assert_eq!(
                text.parse::<Duration>(),
                Err(InvalidDuration::Syntax),
                "{text:?}"
            );
        }
    }

    #[test]
    fn rejects_a_duration_that_would_overflow() {
        for text in [
            "9223372036854775808",
            "106751991167301d",
            "99999999999999999999d",
        ] {
            assert_eq!(
                text.parse::<Duration>(),
                Err(InvalidDuration::TooLong),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_the_same(seconds in 0..=i64::MAX as u64) {
            let duration = Duration::from_secs(seconds);
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<Duration>();
        }
    }
}
