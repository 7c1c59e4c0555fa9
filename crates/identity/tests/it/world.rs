//! A server's accounts and passkeys, and a clock that moves when told to.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::{Clock, Milliseconds, SystemEntropy, Timestamp, User, Username};
use countersign_identity::local::{LocalAccounts, Passkeys, PasswordHasher, SignInLimits};
use countersign_storage::Store;
use url::Url;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const MINUTE: Milliseconds = 60_000;

pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn at(millis: i64) -> Self {
        Self(AtomicI64::new(millis))
    }

    pub(crate) fn advance(&self, span: Milliseconds) {
        self.0.fetch_add(span, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) accounts: LocalAccounts,
    pub(crate) passkeys: Passkeys,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::on(Store::in_memory().unwrap(), "http://localhost:3002")
    }

    pub(crate) fn on(store: Store, public_url: &str) -> Self {
        let clock = Arc::new(ManualClock::at(1_800_000_000_000));
        let entropy = Arc::new(SystemEntropy);
        Self {
            accounts: LocalAccounts::new(
                store.clone(),
                PasswordHasher::new(2),
                SignInLimits {
                    per_account_per_hour: 60,
                    per_address_per_hour: 100,
                },
                clock.clone(),
                entropy.clone(),
            ),
            passkeys: Passkeys::new(
                &Url::parse(public_url).unwrap(),
                "Test",
                store.clone(),
                clock.clone(),
                entropy,
            ),
            store,
            clock,
        }
    }

    /// With the account of Ada.
    pub(crate) async fn with_ada() -> (Self, User) {
        let world = Self::new();
        let ada = world
            .accounts
            .add_user(name("Ada"), PASSWORD)
            .await
            .unwrap();
        (world, ada)
    }
}

pub(crate) fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

/// Address number `n` of a network with many.
pub(crate) fn address(n: u16) -> IpAddr {
    let [high, low] = n.to_be_bytes();
    IpAddr::from([10, 0, high, low])
}
