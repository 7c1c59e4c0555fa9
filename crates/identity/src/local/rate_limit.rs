//! How often somebody may try.
//!
//! Every attempt takes tokens before anything is checked, so that a thousand parallel guesses
//! count as a thousand; the right password gives them back. Nobody can lock a person out for good:
//! an address has tries of its own at an account, which no other address can use up. Only beyond
//! those do all addresses share one slow bucket, which is what holds back an attacker who has many.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::{Milliseconds, Timestamp, Username};
use countersign_storage::commands::{RateToken, ReturnRateToken, TakeRateToken};
use countersign_storage::{StorageError, Store};
use sha2::{Digest as _, Sha256};

const SECOND: Milliseconds = 1_000;
const MINUTE: Milliseconds = 60 * SECOND;
const HOUR: Milliseconds = 60 * MINUTE;

/// How often sign-ins may fail; a right password costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// At one account in an hour, from all addresses that have used up their own tries at it.
    pub per_account_per_hour: u32,
    /// From one address in an hour, at whatever accounts. Generous, because an office can share
    /// one.
    pub per_address_per_hour: u32,
}

impl SignInLimits {
    fn account(self) -> Limit {
        Limit::hourly("sign-in:account", self.per_account_per_hour)
    }

    fn address(self) -> Limit {
        Limit::hourly("sign-in:address", self.per_address_per_hour)
    }
}

/// Failed sign-ins at one account from one address.
const ACCOUNT_AT_ADDRESS: Limit = Limit {
    rule: "sign-in:account-at-address",
    capacity: 5,
    refill: 10 * MINUTE,
};

/// Accounts made from one address.
const SIGN_UP: Limit = Limit {
    rule: "sign-up:address",
    capacity: 30,
    refill: MINUTE,
};

/// Passkey ceremonies begun from one address; each is a row until it ends or expires.
const CEREMONY: Limit = Limit {
    rule: "passkey:address",
    capacity: 100,
    refill: 3 * SECOND,
};

/// Too many attempts; the next one can be made after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RetryAfter(Milliseconds);

impl RetryAfter {
    /// In whole seconds, at least one (RFC 9110 section 10.2.3).
    pub(super) fn seconds(self) -> u64 {
        u64::try_from(self.0.saturating_add(SECOND - 1) / SECOND)
            .unwrap_or(0)
            .max(1)
    }
}

/// A rule with its bucket's measures.
struct Limit {
    rule: &'static str,
    capacity: i64,
    refill: Milliseconds,
}

impl Limit {
    /// So many in a row, and so many in an hour.
    fn hourly(rule: &'static str, count: u32) -> Self {
        let count = i64::from(count.max(1));
        Self {
            rule,
            capacity: count,
            refill: HOUR / count,
        }
    }

    fn bucket(&self, of: &str) -> Bucket {
        Bucket {
            key: format!("{}:{of}", self.rule),
            capacity: self.capacity,
            refill: self.refill,
        }
    }
}

/// One bucket of a rule.
struct Bucket {
    key: String,
    capacity: i64,
    refill: Milliseconds,
}

impl Bucket {
    async fn take(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<Result<(), RetryAfter>, StorageError> {
        let Self {
            capacity, refill, ..
        } = *self;
        let take = TakeRateToken {
            key: self.key.clone(),
            capacity,
            refill,
            now,
        };
        Ok(match store.execute(take).await? {
            RateToken::Allowed => Ok(()),
            RateToken::RetryAfter(wait) => Err(RetryAfter(wait)),
        })
    }

    /// Best effort: a token that cannot be given back comes back by itself.
    async fn give_back(self, store: &Store) {
        let back = ReturnRateToken {
            key: self.key,
            refill: self.refill,
        };
        if let Err(fault) = store.execute(back).await {
            tracing::warn!(error = %fault, "a rate token could not be given back");
        }
    }
}

/// An attempt at signing in that may go on. Dropping it leaves its tokens taken.
#[must_use]
pub(super) struct Attempt {
    address: Bucket,
    account: Bucket,
}

impl Attempt {
    /// Takes the tokens of an attempt at `username`, whether or not there is such an account.
    pub(super) async fn begin(
        store: &Store,
        username: &Username,
        address: IpAddr,
        limits: SignInLimits,
        now: Timestamp,
    ) -> Result<Result<Self, RetryAfter>, StorageError> {
        let network = network(address);
        let account = fingerprint(username);
        let address = limits.address().bucket(&network);
        if let Err(wait) = address.take(store, now).await? {
            return Ok(Err(wait));
        }
        let own = ACCOUNT_AT_ADDRESS.bucket(&format!("{account}:{network}"));
        let Err(wait) = own.take(store, now).await? else {
            return Ok(Ok(Self {
                address,
                account: own,
            }));
        };
        let shared = limits.account().bucket(&account);
        Ok(match shared.take(store, now).await? {
            Ok(()) => Ok(Self {
                address,
                account: shared,
            }),
            Err(shared) => Err(RetryAfter(wait.0.min(shared.0))),
        })
    }

    /// Gives the tokens back, for an attempt that was none: the password was right, or was not
    /// looked at.
    pub(super) async fn give_back(self, store: &Store) {
        // Together, so that they share one commit.
        tokio::join!(self.address.give_back(store), self.account.give_back(store));
    }
}

/// Takes the token of a sign-up.
pub(super) async fn sign_up(
    store: &Store,
    address: IpAddr,
    now: Timestamp,
) -> Result<Result<(), RetryAfter>, StorageError> {
    SIGN_UP.bucket(&network(address)).take(store, now).await
}

/// Takes the token of a passkey ceremony.
pub(super) async fn ceremony(
    store: &Store,
    address: IpAddr,
    now: Timestamp,
) -> Result<Result<(), RetryAfter>, StorageError> {
    CEREMONY.bucket(&network(address)).take(store, now).await
}

/// What one customer of an access provider has: an IPv4 address, or an IPv6 /64 (RFC 6177), within
/// which a new address costs nothing.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The account in a key. Hashed, because people type their password into the wrong field, and
/// what they typed must not be stored.
fn fingerprint(username: &Username) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(username.folded()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> String {
        network(address.parse().unwrap())
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        assert_eq!(
            of("2001:db8:1:2::1"),
            of("2001:db8:1:2:ffff:ffff:ffff:ffff")
        );
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn an_ipv4_address_is_the_same_when_mapped_into_ipv6() {
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn a_key_shows_no_user_name() {
        let key = fingerprint(&Username::parse("hunter2-typed-here").unwrap());
        assert!(!key.contains("hunter2"));
        assert_eq!(
            key,
            fingerprint(&Username::parse("HUNTER2-typed-here").unwrap())
        );
    }

    #[test]
    fn waits_are_rounded_up_to_seconds() {
        assert_eq!(RetryAfter(1).seconds(), 1);
        assert_eq!(RetryAfter(1_000).seconds(), 1);
        assert_eq!(RetryAfter(1_001).seconds(), 2);
        assert_eq!(RetryAfter(-5).seconds(), 1);
    }
}
