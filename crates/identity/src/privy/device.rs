//! A session at Privy that outlives the page: the device grant (RFC 8628), "CLI and agent access"
//! in the dashboard.
//!
//! Whoever is signed in at our page approves the code that this server has asked for; the refresh
//! token that comes of it works once, its successor is in the answer.

use std::time::Duration;

use countersign_domain::{Milliseconds, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::outage::{Outage, OutageReason};
use super::wire::{Failure, Refusal};
use super::{AppUnavailable, Privy, PrivySecret};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long to wait between two polls when nothing is said (RFC 8628 section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// Longest interval that is believed.
const LONGEST_INTERVAL: Duration = Duration::from_mins(1);

/// How long an access token is taken to live when nothing is said: less than any of Privy's does,
/// so that at worst it is refreshed too early.
const SHORTEST_LIFE_SECONDS: i64 = 300;

/// Longest life that is believed, in seconds: a year.
const LONGEST_LIFE_SECONDS: i64 = 365 * 86_400;

/// A device grant that waits for a person.
pub struct DeviceAuthorization {
    /// What it is redeemed with. Never leaves the server.
    pub device_code: PrivySecret,
    /// What the person's page approves: capital letters, digits and hyphens.
    pub user_code: String,
    /// Until when it can be approved and redeemed.
    pub expires_at: Timestamp,
    /// How long to wait between two polls.
    pub interval: Duration,
}

/// What a device grant and each refresh of it give.
pub struct DeviceTokens {
    /// The access token.
    pub access_token: PrivySecret,
    /// When it expires, by what the answer says about its life.
    pub expires_at: Timestamp,
    /// What the next refresh needs. The one before works no more, so this must be kept before the
    /// access token is used.
    pub refresh_token: PrivySecret,
}

/// Why there is no device grant, or none yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The dashboard does not allow it.
    #[error(
        "the Privy app does not allow device grants; switch on \"CLI and agent access\" under Authentication, Advanced in the dashboard"
    )]
    NotEnabled,
    /// Nobody has approved yet.
    #[error("the device grant has not been approved yet")]
    Pending,
    /// Asked too often: wait this much longer from now on (RFC 8628 section 3.5).
    #[error("Privy was asked about the device grant too often")]
    SlowDown {
        /// The new time between two polls.
        interval: Duration,
    },
    /// The person has denied it.
    #[error("the device grant was denied")]
    Denied,
    /// Too late, redeemed before, or never issued: a new one is needed.
    #[error("the device grant has expired")]
    Expired,
    /// The configuration is wrong.
    #[error(transparent)]
    Misconfigured(AppUnavailable),
    /// Privy cannot be asked now.
    #[error(transparent)]
    Unavailable(Outage),
}

/// Why a session at Privy was not refreshed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The refresh token is used, expired or revoked, and will never work again.
    #[error("the session at Privy has ended")]
    Dead,
    /// Privy cannot be asked now. Whether it has taken the refresh token is not known: the next
    /// attempt tells.
    #[error(transparent)]
    Unavailable(#[from] Outage),
}

#[derive(Deserialize)]
struct ReceivedAuthorization {
    device_code: PrivySecret,
    user_code: String,
    expires_in: i64,
    interval: Option<u64>,
}

#[derive(Deserialize)]
struct ReceivedTokens {
    access_token: PrivySecret,
    expires_in: Option<f64>,
    refresh_token: Option<PrivySecret>,
}

impl Privy {
    /// Asks for a device grant. Nobody has approved it yet.
    pub async fn begin_device(&self) -> Result<DeviceAuthorization, DeviceError> {
        let wire = &self.shared.wire;
        let url = wire.auth("/api/oauth/v2/device_authorization");
        let received: ReceivedAuthorization = wire.post(&url, &json!({})).await?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let user_code = received.user_code;
        if !(1..=32).contains(&user_code.len()) || !user_code.bytes().all(is_plain) {
            return Err(DeviceError::Unavailable(Outage::new(
                OutageReason::Malformed,
            )));
        }
        Ok(DeviceAuthorization {
            device_code: received.device_code,
            user_code,
            expires_at: self.in_seconds(received.expires_in),
            interval: interval(received.interval),
        })
    }

    /// Redeems a device grant that has been approved. To be called no more often than every
    /// [`DeviceAuthorization::interval`].
    pub async fn redeem_device(
        &self,
        device_code: &PrivySecret,
    ) -> Result<DeviceTokens, DeviceError> {
        let request = json!({"grant_type": GRANT_TYPE, "device_code": device_code.expose()});
        let received: ReceivedTokens = self.token(&request).await?;
        match received.refresh_token {
            Some(refresh_token) => Ok(DeviceTokens {
                expires_at: self.in_seconds(life(received.expires_in)),
                access_token: received.access_token,
                refresh_token,
            }),
            None => Err(DeviceError::Unavailable(Outage::new(
                OutageReason::Malformed,
            ))),
        }
    }

    /// Exchanges a refresh token for new tokens. It is never sent twice from here.
    pub async fn refresh(&self, refresh_token: &PrivySecret) -> Result<DeviceTokens, RefreshError> {
        let request =
            json!({"grant_type": "refresh_token", "refresh_token": refresh_token.expose()});
        let received: ReceivedTokens = match self.token(&request).await {
            Ok(received) => received,
            Err(Failure::Outage(outage)) => return Err(outage.into()),
            Err(Failure::Refused(refusal)) if is_dead(&refusal) => return Err(RefreshError::Dead),
            Err(Failure::Refused(refusal)) => return Err(refusal.not_understood().into()),
        };
        Ok(DeviceTokens {
            expires_at: self.in_seconds(life(received.expires_in)),
            access_token: received.access_token,
            // A server that does not rotate says nothing (RFC 6749 section 6).
            refresh_token: received
                .refresh_token
                .unwrap_or_else(|| refresh_token.clone()),
        })
    }

    async fn token(&self, request: &serde_json::Value) -> Result<ReceivedTokens, Failure> {
        let wire = &self.shared.wire;
        wire.post(&wire.auth("/api/oauth/v2/token"), request).await
    }

    fn in_seconds(&self, life: i64) -> Timestamp {
        let life: Milliseconds = life.clamp(0, LONGEST_LIFE_SECONDS) * 1000;
        self.shared.clock.now().plus(life)
    }
}

impl From<Failure> for DeviceError {
    fn from(failure: Failure) -> Self {
        let refusal = match failure {
            Failure::Outage(outage) => return Self::Unavailable(outage),
            Failure::Refused(refusal) => refusal,
        };
        match refusal.error.as_str() {
            "authorization_pending" => Self::Pending,
            "slow_down" => Self::SlowDown {
                interval: interval(refusal.interval),
            },
            "access_denied" => Self::Denied,
            // A code that was redeemed before, or that Privy has forgotten, is `invalid_grant`
            // (RFC 6749 section 5.2).
            "expired_token" | "invalid_grant" => Self::Expired,
            _ if is_not_enabled(&refusal) => Self::NotEnabled,
            _ => match AppUnavailable::from(Failure::Refused(refusal)) {
                AppUnavailable::Outage(outage) => Self::Unavailable(outage),
                wrong => Self::Misconfigured(wrong),
            },
        }
    }
}

/// 403 with one of two texts; the same status with another text has another reason, such as an
/// origin that is not listed.
fn is_not_enabled(refusal: &Refusal) -> bool {
    let says_so = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("not enabled") || text.contains("not_enabled")
    };
    refusal.status == 403
        && (says_so(&refusal.error) || refusal.code.as_deref().is_some_and(says_so))
}

/// Only a word that can mean nothing else ends a person's session: any other refusal may be the
/// fault of a proxy, of the configuration, or of a change at Privy that is not known here.
fn is_dead(refusal: &Refusal) -> bool {
    const DEFINITE: [&str; 5] = [
        "invalid_grant",
        "access_denied",
        "expired_token",
        "missing_or_invalid_token",
        "token_already_used",
    ];
    matches!(refusal.status, 400 | 401) && DEFINITE.iter().any(|code| refusal.is(code))
}

fn interval(seconds: Option<u64>) -> Duration {
    seconds
        .map_or(INTERVAL, Duration::from_secs)
        .min(LONGEST_INTERVAL)
}

fn life(expires_in: Option<f64>) -> i64 {
    expires_in.map_or(SHORTEST_LIFE_SECONDS, |seconds| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounded down on purpose, and `as` saturates"
        )]
        let seconds = seconds.floor() as i64;
        seconds
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, error: &str, code: Option<&str>) -> Refusal {
        Refusal {
            status,
            error: error.into(),
            code: code.map(Into::into),
            interval: None,
        }
    }

    #[test]
    fn only_a_definite_word_is_the_end_of_a_session() {
        for (status, error, code) in [
            (401, "invalid_grant", None),
            (400, "invalid_grant", None),
            (401, "access_denied", None),
            (401, "Invalid auth token", Some("missing_or_invalid_token")),
            (401, "Used", Some("token_already_used")),
        ] {
            assert!(is_dead(&refusal(status, error, code)), "{status} {error}");
        }
        for (status, error, code) in [
            (401, "Unauthorized", None),
            (400, "invalid_request", None),
            (
                400,
                "Invalid Privy app id",
                Some("missing_or_invalid_privy_app_id"),
            ),
            (403, "invalid_grant", None),
            (404, "Not found", None),
            (422, "invalid_grant", None),
        ] {
            assert!(!is_dead(&refusal(status, error, code)), "{status} {error}");
        }
    }

    #[test]
    fn a_refused_device_grant_says_why() {
        let read = |status, error: &str, code| {
            DeviceError::from(Failure::Refused(refusal(status, error, code)))
        };
        assert_eq!(
            read(400, "authorization_pending", None),
            DeviceError::Pending
        );
        assert_eq!(
            read(400, "slow_down", None),
            DeviceError::SlowDown { interval: INTERVAL }
        );
        assert_eq!(read(400, "access_denied", None), DeviceError::Denied);
        assert_eq!(read(400, "expired_token", None), DeviceError::Expired);
        assert_eq!(read(400, "invalid_grant", None), DeviceError::Expired);
        for text in [
            "Device authorization is not enabled for this app",
            "device_auth_not_enabled",
        ] {
            assert_eq!(read(403, text, None), DeviceError::NotEnabled);
        }
        assert_eq!(
            read(400, "Invalid", Some("missing_or_invalid_privy_app_id")),
            DeviceError::Misconfigured(AppUnavailable::UnknownApp)
        );
        assert!(matches!(
            read(403, "Invalid origin", Some("invalid_origin")),
            DeviceError::Unavailable(_)
        ));
    }

    #[test]
    fn lives_and_intervals_are_believed_within_reason() {
        assert_eq!(life(None), 300);
        assert_eq!(life(Some(899.0)), 899);
        assert_eq!(life(Some(1e300)), i64::MAX);
        assert_eq!(interval(None), Duration::from_secs(5));
        assert_eq!(interval(Some(u64::MAX)), LONGEST_INTERVAL);
    }
}
