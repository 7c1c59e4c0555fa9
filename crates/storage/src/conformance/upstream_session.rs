use countersign_domain::{EndReason, GrantId, LeaseId, SystemEntropy, Timestamp};

use super::given::{self, DAY, HOUR, NOW, SECOND};
use super::given_upstream::{self, ADA, SEALED};
use super::on_both;
use crate::Store;
use crate::commands::{
    EndGrant, LeaseUpstreamSession, ReleaseUpstreamSession, StoreUpstreamSession, UpstreamLease,
    UpstreamStore,
};

const LEASE: i64 = 20 * SECOND;

fn holder() -> LeaseId {
    LeaseId::generate(NOW, &SystemEntropy)
}

fn lease(grant_id: GrantId, holder: LeaseId, now: Timestamp) -> LeaseUpstreamSession {
    LeaseUpstreamSession {
        grant_id,
        generation: 0,
        holder,
        until: now.plus(LEASE),
        now,
    }
}

/// Stores what a refresh gave, and gives the lease back.
fn refreshed(grant_id: GrantId, holder: LeaseId, now: Timestamp) -> StoreUpstreamSession {
    StoreUpstreamSession {
        grant_id,
        holder,
        sealed: b"refreshed".to_vec(),
        expires_at: now.plus(HOUR),
        keep_lease_until: None,
        now,
    }
}

async fn connected(store: &Store) -> GrantId {
    let client_id = given::registered(store).await;
    given_upstream::connected(store, &client_id, ADA)
        .await
        .grant_id
}

async fn end(store: &Store, id: GrantId) {
    let end = EndGrant {
        id,
        of: None,
        reason: EndReason::UpstreamEnded,
        now: NOW,
    };
    store.execute(end).await.unwrap();
}

on_both! {
    async fn of_32_refreshers_one_gets_the_lease(db) {
        let grant_id = connected(&db.store).await;
        let leases = db
            .race(|store, _| async move { store.execute(lease(grant_id, holder(), NOW)).await })
            .await;
        let held = UpstreamLease::Held { until: NOW.plus(LEASE) };
        let count = |wanted| leases.iter().filter(|lease| **lease == wanted).count();
        assert_eq!((count(UpstreamLease::Leased), count(held)), (1, 31), "{leases:?}");
        let found = given_upstream::session(&db.store, grant_id, NOW).await.unwrap();
        assert_eq!(found.leased_until, Some(NOW.plus(LEASE)));
    }

    async fn what_is_stored_is_the_next_generation(db) {
        let grant_id = connected(&db.store).await;
        let me = holder();
        db.store.execute(lease(grant_id, me, NOW)).await.unwrap();
        let stored = db.store.execute(refreshed(grant_id, me, NOW)).await.unwrap();
        assert_eq!(stored, UpstreamStore::Stored { generation: 1 });
        let found = given_upstream::session(&db.replica, grant_id, NOW).await.unwrap();
        assert_eq!((&found.sealed[..], found.generation), (&b"refreshed"[..], 1));
        assert_eq!((found.expires_at, found.leased_until), (NOW.plus(HOUR), None));

        let stale = db.replica.execute(lease(grant_id, holder(), NOW)).await.unwrap();
        assert_eq!(stale, UpstreamLease::Moved);
        let next = LeaseUpstreamSession { generation: 1, ..lease(grant_id, holder(), NOW) };
        assert_eq!(db.replica.execute(next).await.unwrap(), UpstreamLease::Leased);
        let again = db.store.execute(refreshed(grant_id, me, NOW)).await.unwrap();
        assert_eq!(again, UpstreamStore::LeaseLost, "a lease is for one turn");
    }

    async fn the_lease_of_a_refresher_that_died_is_taken_over_with_what_was_stored(db) {
        let grant_id = connected(&db.store).await;
        let (dead, heir) = (holder(), holder());
        db.store.execute(lease(grant_id, dead, NOW)).await.unwrap();
        let early = NOW.plus(LEASE - 1);
        let held = db.replica.execute(lease(grant_id, heir, early)).await.unwrap();
        assert_eq!(held, UpstreamLease::Held { until: NOW.plus(LEASE) });
        let later = NOW.plus(LEASE);
        let leased = db.replica.execute(lease(grant_id, heir, later)).await.unwrap();
        assert_eq!(leased, UpstreamLease::Leased);
        let found = given_upstream::session(&db.replica, grant_id, later).await.unwrap();
        assert_eq!((&found.sealed[..], found.generation), (SEALED, 0));

        let lost = db.store.execute(refreshed(grant_id, dead, later)).await.unwrap();
        assert_eq!(lost, UpstreamStore::LeaseLost);
        let release = ReleaseUpstreamSession { grant_id, holder: dead };
        db.store.execute(release).await.unwrap();
        let unchanged = given_upstream::session(&db.store, grant_id, later).await.unwrap();
        assert_eq!(unchanged, found, "neither changed anything");
        let stored = db.replica.execute(refreshed(grant_id, heir, later)).await.unwrap();
        assert_eq!(stored, UpstreamStore::Stored { generation: 1 });
    }

    async fn a_late_refresher_that_nobody_relieved_stores_what_it_got(db) {
        let grant_id = connected(&db.store).await;
        let me = holder();
        db.store.execute(lease(grant_id, me, NOW)).await.unwrap();
        let late = NOW.plus(10 * LEASE);
        let stored = db.store.execute(refreshed(grant_id, me, late)).await.unwrap();
        assert_eq!(stored, UpstreamStore::Stored { generation: 1 });
    }

    async fn storing_and_taking_over_at_once_is_decided_once(db) {
        let grant_id = connected(&db.store).await;
        let me = holder();
        db.store.execute(lease(grant_id, me, NOW)).await.unwrap();
        let late = NOW.plus(LEASE);
        let won = db
            .race(|store, number| async move {
                if number == 7 {
                    let stored = store.execute(refreshed(grant_id, me, late)).await?;
                    return Ok(stored == UpstreamStore::Stored { generation: 1 });
                }
                let leased = store.execute(lease(grant_id, holder(), late)).await?;
                Ok(leased == UpstreamLease::Leased)
            })
            .await;
        assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    }

    async fn a_lease_that_goes_on_keeps_others_out(db) {
        let grant_id = connected(&db.store).await;
        let me = holder();
        db.store.execute(lease(grant_id, me, NOW)).await.unwrap();
        let until = NOW.plus(2 * LEASE);
        let halfway = StoreUpstreamSession {
            keep_lease_until: Some(until),
            ..refreshed(grant_id, me, NOW)
        };
        let stored = db.store.execute(halfway).await.unwrap();
        assert_eq!(stored, UpstreamStore::Stored { generation: 1 });
        let next = LeaseUpstreamSession {
            generation: 1,
            ..lease(grant_id, holder(), NOW.plus(LEASE))
        };
        let held = db.replica.execute(next).await.unwrap();
        assert_eq!(held, UpstreamLease::Held { until });
        let stored = db.store.execute(refreshed(grant_id, me, NOW)).await.unwrap();
        assert_eq!(stored, UpstreamStore::Stored { generation: 2 });
    }

    async fn a_lease_that_was_given_back_is_free_at_once(db) {
        let grant_id = connected(&db.store).await;
        let me = holder();
        db.store.execute(lease(grant_id, me, NOW)).await.unwrap();
        db.store.execute(ReleaseUpstreamSession { grant_id, holder: me }).await.unwrap();
        let leased = db.replica.execute(lease(grant_id, holder(), NOW)).await.unwrap();
        assert_eq!(leased, UpstreamLease::Leased);
    }

    async fn the_session_of_a_grant_that_is_over_is_never_found_nor_leased(db) {
        let grant_id = connected(&db.store).await;
        let late = NOW.plus(365 * DAY);
        assert_eq!(given_upstream::session(&db.store, grant_id, late).await, None, "expired");
        let gone = db.store.execute(lease(grant_id, holder(), late)).await.unwrap();
        assert_eq!(gone, UpstreamLease::Gone);
        let free = given_upstream::session(&db.store, grant_id, NOW).await.unwrap();
        assert_eq!(free.leased_until, None);

        end(&db.store, grant_id).await;
        assert_eq!(given_upstream::session(&db.replica, grant_id, NOW).await, None, "ended");
        let gone = db.replica.execute(lease(grant_id, holder(), NOW)).await.unwrap();
        assert_eq!(gone, UpstreamLease::Gone);
        let unknown = GrantId::generate(NOW, &SystemEntropy);
        let gone = db.store.execute(lease(unknown, holder(), NOW)).await.unwrap();
        assert_eq!(gone, UpstreamLease::Gone);
        let gone = db.store.execute(refreshed(unknown, holder(), NOW)).await.unwrap();
        assert_eq!(gone, UpstreamStore::Gone);
    }

    async fn a_grant_without_a_session_has_none(db) {
        let grant_id = given::code(&db.store).await.grant_id;
        assert_eq!(given_upstream::session(&db.store, grant_id, NOW).await, None);
        let gone = db.store.execute(lease(grant_id, holder(), NOW)).await.unwrap();
        assert_eq!(gone, UpstreamLease::Gone);
    }
}
