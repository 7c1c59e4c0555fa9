//! Privy gave no usable answer.

use std::time::Duration;

use countersign_egress::ApiError;
use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The same in milliseconds, as Privy's libraries read it before the standard one.
const RETRY_AFTER_MS: &str = "retry-after-ms";

/// Longest wait that is believed. Nobody stays signed out for a day because of a header.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Privy cannot be asked, or not now. Nothing is known that was not known before: neither the
/// person nor the configuration is to blame, and asking again later may help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Outage {
    #[source]
    reason: OutageReason,
    retry_after: Option<Duration>,
}

/// What there was instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutageReason {
    /// No answer at all.
    #[error("Privy cannot be asked: {0}")]
    Unreachable(#[source] ApiError),
    /// An answer that says no more than its status, such as 429, a 5xx, or the page of a proxy.
    #[error("Privy answers with the status {0}")]
    Status(u16),
    /// A success whose content is not what was asked for.
    #[error("Privy's answer is not understood")]
    Malformed,
}

impl Outage {
    pub(super) const fn new(reason: OutageReason) -> Self {
        Self {
            reason,
            retry_after: None,
        }
    }

    pub(super) fn of_status(status: u16, headers: &HeaderMap) -> Self {
        Self {
            reason: OutageReason::Status(status),
            retry_after: retry_after(headers),
        }
    }

    /// What there was instead of an answer.
    pub const fn reason(&self) -> &OutageReason {
        &self.reason
    }

    /// How long Privy asks to wait, at most ten minutes.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse().ok();
    // A date is not read: both of Privy's headers count from now.
    number(RETRY_AFTER_MS)
        .map(Duration::from_millis)
        .or_else(|| number(RETRY_AFTER.as_str()).map(Duration::from_secs))
        .map(|wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn after(name: &'static str, value: &'static str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]);
        Outage::of_status(429, &headers).retry_after()
    }

    #[test]
    fn waits_as_long_as_privy_asks_and_no_longer_than_ten_minutes() {
        assert_eq!(after("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(
            after("retry-after-ms", "70"),
            Some(Duration::from_millis(70))
        );
        assert_eq!(after("retry-after", "86400"), Some(LONGEST_WAIT));
        assert_eq!(after("retry-after", "Thu, 26 Nov 2026 12:00:00 GMT"), None);
        assert_eq!(after("retry-after", "-1"), None);
    }
}
