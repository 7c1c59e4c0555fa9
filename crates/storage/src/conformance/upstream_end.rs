use std::collections::BTreeSet;

use countersign_domain::{
    ClientId, EndReason, GrantId, LeaseId, SystemEntropy, Timestamp, UpstreamSessionId,
};

use super::database::Database;
use super::given::{self, DAY, HOUR, MINUTE, NOW, SECOND};
use super::given_upstream::{self, ADA, accepted};
use super::on_both;
use crate::Store;
use crate::commands::{
    DeleteExpired, DenyInteraction, DisableUser, EndGrant, FindInteraction, FindUpstreamIdentity,
    LeaseUpstreamSession, StoreUpstreamSession, StoredUpstreamSession, TakeEndedUpstreamSessions,
    UpstreamStore,
};

fn take(now: Timestamp) -> TakeEndedUpstreamSessions {
    TakeEndedUpstreamSessions { limit: 100, now }
}

fn delete(now: Timestamp) -> DeleteExpired {
    DeleteExpired {
        now,
        limit: 100,
        grants_ended_before: now.minus(DAY),
        unused_clients_before: now.minus(DAY),
        events_before: now.minus(DAY),
    }
}

async fn end(store: &Store, id: GrantId) {
    let end = EndGrant {
        id,
        of: None,
        reason: EndReason::Disconnected,
        now: NOW,
    };
    store.execute(end).await.unwrap();
}

fn ids(taken: &[StoredUpstreamSession]) -> Vec<UpstreamSessionId> {
    taken.iter().map(|session| session.id).collect()
}

/// A session that was handed over for an interaction, which is returned as well.
async fn handed_over(
    db: &Database,
    client_id: &ClientId,
) -> (countersign_domain::Interaction, UpstreamSessionId) {
    let interaction = given_upstream::agreed(&db.store, client_id).await;
    let hand_over = given_upstream::hand_over(&interaction, ADA);
    let id = hand_over.session.as_ref().unwrap().id;
    accepted(db.store.execute(hand_over).await.unwrap());
    (interaction, id)
}

async fn lease(store: &Store, grant_id: GrantId) -> LeaseId {
    let holder = LeaseId::generate(NOW, &SystemEntropy);
    let until = NOW.plus(20 * SECOND);
    let lease = LeaseUpstreamSession {
        grant_id,
        generation: 0,
        holder,
        until,
        now: NOW,
    };
    store.execute(lease).await.unwrap();
    holder
}

on_both! {
    async fn each_session_of_an_ended_grant_is_given_to_one_caller(db) {
        let client_id = given::registered(&db.store).await;
        let mut ended = BTreeSet::new();
        for _ in 0..12 {
            let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
            end(&db.store, connected.grant_id).await;
            ended.insert(connected.session);
        }
        let live = given_upstream::connected(&db.store, &client_id, ADA).await;
        let taken = db
            .race(|store, _| async move {
                store.execute(TakeEndedUpstreamSessions { limit: 3, now: NOW }).await
            })
            .await;
        assert!(taken.iter().all(|taken| taken.len() <= 3));
        let mut taken: Vec<_> = taken.iter().flat_map(|taken| ids(taken)).collect();
        // Those that several were about to take went to the first: some may be left.
        taken.extend(ids(&db.store.execute(take(NOW)).await.unwrap()));
        assert_eq!(taken.len(), 12, "none twice");
        assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), ended);
        assert!(given_upstream::session(&db.store, live.grant_id, NOW).await.is_some());
    }

    async fn each_session_of_a_past_interaction_is_given_to_one_caller(db) {
        let client_id = given::registered(&db.store).await;
        let mut past = BTreeSet::new();
        for _ in 0..12 {
            past.insert(handed_over(db, &client_id).await.1);
        }
        let later = NOW.plus(10 * MINUTE);
        let taken = db
            .race(|store, _| async move {
                store.execute(TakeEndedUpstreamSessions { limit: 3, now: later }).await
            })
            .await;
        let mut taken: Vec<_> = taken.iter().flat_map(|taken| ids(taken)).collect();
        // Those that several were about to take went to the first: some may be left.
        taken.extend(ids(&db.store.execute(take(later)).await.unwrap()));
        assert_eq!(taken.len(), 12, "none twice");
        assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), past);
    }

    async fn what_is_taken_can_be_opened_and_is_deleted(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        let stored = given_upstream::session(&db.store, connected.grant_id, NOW).await.unwrap();
        assert_eq!(db.store.execute(take(NOW)).await.unwrap(), []);
        db.store.execute(DisableUser { id: connected.user_id, now: NOW }).await.unwrap();
        assert_eq!(db.replica.execute(take(NOW)).await.unwrap(), [stored]);
        assert_eq!(db.store.execute(take(NOW)).await.unwrap(), []);
        let listed = "SELECT COUNT(*) FROM access_grant WHERE upstream_session_id IS NOT NULL";
        assert_eq!(db.number(listed).await, 0, "nobody looks at the grant again");
    }

    async fn the_session_of_an_expired_grant_is_given_out_once_the_grant_has_ended(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        // Nobody came for its code.
        let later = NOW.plus(MINUTE);
        assert_eq!(db.store.execute(take(later)).await.unwrap(), []);
        assert_eq!(db.store.execute(delete(later)).await.unwrap().grants_ended, 1);
        let taken = db.store.execute(take(later)).await.unwrap();
        assert_eq!(ids(&taken), [connected.session]);
    }

    async fn a_session_outlives_its_interaction_until_it_is_taken(db) {
        let client_id = given::registered(&db.store).await;
        let (denied, first) = handed_over(db, &client_id).await;
        let (forgotten, second) = handed_over(db, &client_id).await;
        assert_eq!(db.store.execute(take(NOW)).await.unwrap(), [], "both are open");
        let deny = DenyInteraction { id: denied.id, browser: denied.browser, now: NOW };
        db.store.execute(deny).await.unwrap();
        assert_eq!(ids(&db.store.execute(take(NOW)).await.unwrap()), [first]);
        db.store.execute(delete(NOW.plus(HOUR))).await.unwrap();
        let find = FindInteraction { id: forgotten.id };
        assert!(db.store.read(find).await.unwrap().is_none());
        // A clock behind the one that deleted it.
        assert_eq!(ids(&db.store.execute(take(NOW)).await.unwrap()), [second]);
    }

    async fn a_refresh_under_way_is_ended_with_what_it_gets(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        let grant_id = connected.grant_id;
        let holder = lease(&db.store, grant_id).await;
        end(&db.store, grant_id).await;
        assert_eq!(db.store.execute(take(NOW)).await.unwrap(), [], "while it is on lease");
        let refreshed = StoreUpstreamSession {
            grant_id,
            holder,
            sealed: b"refreshed".to_vec(),
            expires_at: NOW.plus(HOUR),
            keep_lease_until: None,
            now: NOW,
        };
        let stored = db.store.execute(refreshed).await.unwrap();
        assert_eq!(stored, UpstreamStore::Gone);
        let taken = db.store.execute(take(NOW)).await.unwrap();
        assert_eq!((ids(&taken), &taken[0].sealed[..]), (vec![connected.session], &b"refreshed"[..]));
    }

    async fn a_refresher_that_died_does_not_keep_the_session_for_ever(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        lease(&db.store, connected.grant_id).await;
        end(&db.store, connected.grant_id).await;
        let taken = db.store.execute(take(NOW.plus(20 * SECOND))).await.unwrap();
        assert_eq!(ids(&taken), [connected.session]);
    }

    async fn a_forgotten_grant_takes_its_session_with_it(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        end(&db.store, connected.grant_id).await;
        db.store.execute(delete(NOW.plus(DAY))).await.unwrap();
        assert_eq!(db.store.execute(take(NOW.plus(DAY))).await.unwrap(), []);
    }

    async fn a_deleted_account_takes_identity_and_sessions_with_it(db) {
        let client_id = given::registered(&db.store).await;
        let connected = given_upstream::connected(&db.store, &client_id, ADA).await;
        handed_over(db, &client_id).await;
        let user_id = connected.user_id;
        db.run(&format!("DELETE FROM user_account WHERE id = '{user_id}'")).await;
        assert_eq!(db.store.read(FindUpstreamIdentity { user_id }).await.unwrap(), None);
        assert_eq!(given_upstream::session(&db.store, connected.grant_id, NOW).await, None);
        assert_eq!(db.store.execute(take(NOW.plus(HOUR))).await.unwrap(), []);
    }
}
