//! How many registrations one address prefix gets, in memory: a registration costs no row, so that
//! counting it must not cost one either. Each replica counts for itself.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::{Milliseconds, Timestamp};
use quick_cache::sync::Cache;

/// Prefixes that are remembered, at about 100 bytes each. A flood from more of them than that has as
/// many quotas anyway.
const PREFIXES: usize = 50_000;

const HOUR: Milliseconds = 60 * 60 * 1000;

/// The moment at which each prefix's bucket will be full again (GCRA).
pub(crate) struct RegistrationQuota(Cache<IpAddr, Arc<AtomicI64>>);

impl RegistrationQuota {
    pub(crate) fn new() -> Self {
        Self(Cache::new(PREFIXES))
    }

    /// Takes one of the registrations that `address` has in an hour, or says how long it has to
    /// wait for the next.
    pub(crate) fn take(
        &self,
        address: IpAddr,
        per_hour: u32,
        now: Timestamp,
    ) -> Result<(), Milliseconds> {
        let per_hour = i64::from(per_hour.max(1));
        let (now, refill) = (now.as_millis(), HOUR / per_hour);
        let latest = now.saturating_add(refill * per_hour);
        let one_left = latest - refill;
        let fresh = || Ok::<_, Infallible>(Arc::new(AtomicI64::new(now)));
        let Ok(full_at) = self.0.get_or_insert_with(&prefix(address), fresh);
        full_at
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                // What lies behind the latest moment was written before the clock went back.
                let full_at = if full_at > latest { now } else { full_at };
                (full_at <= one_left).then(|| full_at.max(now) + refill)
            })
            .map(drop)
            .map_err(|full_at| full_at - one_left)
    }
}

/// What counts as one address: a household or a machine owns a whole IPv6 /64.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn address(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from(number).into()
    }

    #[test]
    fn a_token_comes_back_after_its_time_and_not_before() {
        let quota = RegistrationQuota::new();
        for _ in 0..4 {
            quota.take(address(1), 4, NOW).unwrap();
        }
        let wait = quota.take(address(1), 4, NOW).unwrap_err();
        assert_eq!(wait, HOUR / 4);
        assert_eq!(quota.take(address(1), 4, NOW.plus(wait - 1)), Err(1));
        assert_eq!(quota.take(address(1), 4, NOW.plus(wait)), Ok(()));
        assert!(quota.take(address(1), 4, NOW.plus(wait)).is_err());
        assert_eq!(quota.take(address(2), 4, NOW), Ok(()));
    }

    #[test]
    fn a_bucket_never_gets_fuller_than_full() {
        let quota = RegistrationQuota::new();
        quota.take(address(1), 2, NOW).unwrap();
        let later = NOW.plus(10 * HOUR);
        assert_eq!(quota.take(address(1), 2, later), Ok(()));
        assert_eq!(quota.take(address(1), 2, later), Ok(()));
        assert!(quota.take(address(1), 2, later).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_locks_nobody_out() {
        let quota = RegistrationQuota::new();
        quota.take(address(1), 1, NOW).unwrap();
        assert_eq!(quota.take(address(1), 1, NOW.minus(2 * HOUR)), Ok(()));
    }

    #[test]
    fn a_flood_from_many_addresses_is_kept_in_bounds() {
        let quota = RegistrationQuota::new();
        for number in 0..200_000 {
            quota.take(address(number), 1, NOW).unwrap();
        }
        assert!(quota.0.len() <= PREFIXES);
    }

    #[test]
    fn at_once_no_more_get_through_than_one_after_the_other() {
        let quota = RegistrationQuota::new();
        let taken = std::thread::scope(|scope| {
            let take = || {
                (0..100)
                    .filter(|_| quota.take(address(1), 50, NOW).is_ok())
                    .count()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum::<usize>()
        });
        assert_eq!(taken, 50);
    }
}
