//! Time as a value and as a parameter.

use serde::{Deserialize, Serialize};

/// A span of time in milliseconds.
pub type Milliseconds = i64;

/// A moment in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch (RFC 7519 `NumericDate`).
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `span` milliseconds later; saturates instead of wrapping.
    #[must_use]
    pub const fn plus(self, span: Milliseconds) -> Self {
        Self(self.0.saturating_add(span))
    }

    /// The moment `span` milliseconds earlier; saturates instead of wrapping.
    #[must_use]
    pub const fn minus(self, span: Milliseconds) -> Self {
        Self(self.0.saturating_sub(span))
    }

    /// Milliseconds from `earlier` until this moment; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Milliseconds {
        self.0.saturating_sub(earlier.0)
    }
}

/// Where the current time comes from; a parameter everywhere, so that expiry runs in a test
/// without sleeping.
pub trait Clock: Send + Sync {
    /// The current moment.
    fn now(&self) -> Timestamp;
}

/// The machine's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where wall-clock time enters the program"
    )]
    fn now(&self) -> Timestamp {
        let elapsed = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}
