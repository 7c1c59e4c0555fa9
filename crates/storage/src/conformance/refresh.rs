use countersign_domain::{
    ClientId, EndReason, GrantState, Hashed, PlainRefreshToken, RefreshTokenState, Timestamp,
};

use super::database::Database;
use super::given::{self, DAY, Family, HOUR, MINUTE, NOW, SECOND};
use super::on_both;
use crate::commands::{
    DisableUser, EnableUser, FindGrant, FindRefreshToken, MarkRefreshUsed, RefreshRotation,
    RevokeClient, RevokeRefreshToken, RotateRefresh,
};

const GRACE: i64 = MINUTE;

fn rotation(family: &Family, token: Hashed<PlainRefreshToken>, now: Timestamp) -> RotateRefresh {
    let successor = given::hash();
    RotateRefresh {
        hash: token,
        client_id: family.issued.client_id.clone(),
        grace: GRACE,
        successor,
        // Stands for the sealed successor, and lets a test see which one it was.
        successor_sealed: successor.digest().to_vec(),
        successor_expires_at: now.plus(30 * DAY),
        now,
    }
}

/// Rotates and returns the successor.
async fn rotate(
    db: &Database,
    family: &Family,
    token: Hashed<PlainRefreshToken>,
    now: Timestamp,
) -> Hashed<PlainRefreshToken> {
    let rotation = rotation(family, token, now);
    let successor = rotation.successor;
    let rotated = db.store.execute(rotation).await.unwrap();
    assert!(
        matches!(rotated, RefreshRotation::Rotated { .. }),
        "{rotated:?}"
    );
    successor
}

/// What presenting `token` at `now` comes to.
async fn present(
    db: &Database,
    family: &Family,
    token: Hashed<PlainRefreshToken>,
    now: Timestamp,
) -> RefreshRotation {
    db.store
        .execute(rotation(family, token, now))
        .await
        .unwrap()
}

async fn ended(db: &Database, family: &Family) -> Option<EndReason> {
    let find = FindGrant {
        id: family.issued.grant_id,
    };
    match db.store.read(find).await.unwrap().unwrap().state {
        GrantState::Live => None,
        GrantState::Ended { reason, .. } => Some(reason),
    }
}

fn retried(outcome: &RefreshRotation, successor: Hashed<PlainRefreshToken>) -> bool {
    matches!(outcome, RefreshRotation::Retried { successors_sealed, .. }
        if successors_sealed.last().is_some_and(|sealed| sealed == successor.digest()))
}

on_both! {
    async fn a_rotated_token_is_replaced_by_its_successor(db) {
        let family = given::family(&db.store).await;
        let successor = rotate(db, &family, family.token, NOW.plus(HOUR)).await;
        let old = db.store.read(FindRefreshToken { hash: family.token }).await.unwrap().unwrap();
        assert_eq!(old.token.state, RefreshTokenState::Rotated { at: NOW.plus(HOUR) });
        let new = db.store.read(FindRefreshToken { hash: successor }).await.unwrap().unwrap();
        assert_eq!(new.token.state, RefreshTokenState::Leaf);
        assert_eq!(new.token.grant_id, family.issued.grant_id);
        assert_eq!(new.grant.last_used_at, NOW.plus(HOUR));
    }

    async fn of_32_parallel_refreshes_one_leaf_is_live(db) {
        let family = given::family(&db.store).await;
        let outcomes = db
            .race(|store, _| {
                let rotation = rotation(&family, family.token, NOW);
                async move {
                    let successor = rotation.successor;
                    store.execute(rotation).await.map(|outcome| (successor, outcome))
                }
            })
            .await;
        let winner = outcomes
            .iter()
            .find(|(_, outcome)| matches!(outcome, RefreshRotation::Rotated { .. }))
            .map(|(successor, _)| *successor)
            .expect("somebody rotates");
        for (successor, outcome) in outcomes {
            if successor == winner {
                continue;
            }
            assert!(retried(&outcome, winner), "{outcome:?}");
            let stored = db.store.read(FindRefreshToken { hash: successor }).await.unwrap();
            assert!(stored.is_none());
        }
        rotate(db, &family, winner, NOW.plus(HOUR)).await;
        assert_eq!(ended(db, &family).await, None);
    }

    async fn a_retry_within_the_grace_gets_the_same_successor(db) {
        let family = given::family(&db.store).await;
        let successor = rotate(db, &family, family.token, NOW).await;
        let mark = MarkRefreshUsed { grant_id: family.issued.grant_id, issued_at: NOW, now: NOW };
        assert!(db.store.execute(mark).await.unwrap());
        let again = present(db, &family, family.token, NOW.plus(GRACE)).await;
        assert!(retried(&again, successor), "{again:?}");
    }

    async fn a_late_retry_gets_an_unused_successor(db) {
        let family = given::family(&db.store).await;
        let successor = rotate(db, &family, family.token, NOW).await;
        let again = present(db, &family, family.token, NOW.plus(DAY)).await;
        assert!(retried(&again, successor), "{again:?}");
        assert_eq!(ended(db, &family).await, None);
    }

    async fn a_late_replay_after_the_successor_was_used_ends_the_grant(db) {
        let family = given::family(&db.store).await;
        rotate(db, &family, family.token, NOW).await;
        let mark = MarkRefreshUsed { grant_id: family.issued.grant_id, issued_at: NOW, now: NOW };
        assert!(db.store.execute(mark).await.unwrap());
        let replayed = present(db, &family, family.token, NOW.plus(GRACE + 1)).await;
        assert!(matches!(replayed, RefreshRotation::Reused { .. }));
        assert_eq!(ended(db, &family).await, Some(EndReason::RefreshTokenReplayed));
    }

    async fn an_access_token_of_before_the_rotation_proves_nothing(db) {
        let family = given::family(&db.store).await;
        let successor = rotate(db, &family, family.token, NOW.plus(HOUR)).await;
        let mark = MarkRefreshUsed {
            grant_id: family.issued.grant_id,
            issued_at: NOW,
            now: NOW.plus(HOUR + SECOND),
        };
        assert!(!db.store.execute(mark).await.unwrap());
        let again = present(db, &family, family.token, NOW.plus(DAY)).await;
        assert!(retried(&again, successor), "{again:?}");
    }

    async fn using_a_leaf_is_news_once(db) {
        let family = given::family(&db.store).await;
        let mark = MarkRefreshUsed { grant_id: family.issued.grant_id, issued_at: NOW, now: NOW };
        assert!(db.store.execute(mark).await.unwrap());
        assert!(!db.store.execute(mark).await.unwrap());
    }

    async fn an_ancestor_gets_the_live_leaf_within_the_grace(db) {
        let family = given::family(&db.store).await;
        let mut token = family.token;
        for number in 1..=5 {
            token = rotate(db, &family, token, NOW.plus(number)).await;
        }
        let again = present(db, &family, family.token, NOW.plus(1 + GRACE)).await;
        assert!(retried(&again, token), "{again:?}");
        let RefreshRotation::Retried { successors_sealed, .. } = again else { panic!("{again:?}") };
        assert_eq!(successors_sealed.len(), 5, "one for each token on the way");
        assert_eq!(ended(db, &family).await, None);
    }

    async fn a_way_that_no_race_explains_ends_the_grant(db) {
        let family = given::family(&db.store).await;
        let mut token = family.token;
        for _ in 0..40 {
            token = rotate(db, &family, token, NOW).await;
        }
        let replayed = present(db, &family, family.token, NOW).await;
        assert!(matches!(replayed, RefreshRotation::Reused { .. }));
    }

    async fn a_grandparent_ends_the_grant_after_the_grace(db) {
        let family = given::family(&db.store).await;
        let parent = rotate(db, &family, family.token, NOW).await;
        let leaf = rotate(db, &family, parent, NOW.plus(SECOND)).await;
        let replayed = present(db, &family, family.token, NOW.plus(GRACE + 1)).await;
        assert!(matches!(replayed, RefreshRotation::Reused { .. }));
        let refused = present(db, &family, leaf, NOW.plus(GRACE + 2)).await;
        assert!(matches!(refused, RefreshRotation::GrantEnded));
    }

    async fn another_clients_token_is_left_alone(db) {
        let family = given::family(&db.store).await;
        let stranger = RotateRefresh {
            client_id: ClientId::new("cli_stranger"),
            ..rotation(&family, family.token, NOW)
        };
        let refused = db.store.execute(stranger).await.unwrap();
        assert!(matches!(refused, RefreshRotation::WrongClient));
        rotate(db, &family, family.token, NOW).await;
    }

    async fn an_expired_token_ends_the_grant_and_no_clock_revives_it(db) {
        let family = given::family(&db.store).await;
        let expired = present(db, &family, family.token, NOW.plus(30 * DAY)).await;
        assert!(matches!(expired, RefreshRotation::Expired { .. }));
        let revived = present(db, &family, family.token, NOW).await;
        assert!(matches!(revived, RefreshRotation::GrantEnded));
        assert_eq!(ended(db, &family).await, Some(EndReason::Expired));
    }

    async fn an_expired_successor_is_not_given_again(db) {
        let family = given::family(&db.store).await;
        rotate(db, &family, family.token, NOW).await;
        let late = present(db, &family, family.token, NOW.plus(31 * DAY)).await;
        assert!(matches!(late, RefreshRotation::Expired { .. }), "{late:?}");
    }

    async fn a_grant_ends_at_its_absolute_end_however_often_it_is_refreshed(db) {
        let family = given::family(&db.store).await;
        let mut token = family.token;
        for month in 1..=12 {
            token = rotate(db, &family, token, NOW.plus(month * 29 * DAY)).await;
        }
        let late = present(db, &family, token, NOW.plus(365 * DAY)).await;
        assert!(matches!(late, RefreshRotation::Expired { .. }), "{late:?}");
    }

    async fn a_disabled_user_cannot_refresh_even_after_enabling(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.user_id;
        db.store.execute(DisableUser { id, now: NOW }).await.unwrap();
        let refused = present(db, &family, family.token, NOW).await;
        assert!(matches!(refused, RefreshRotation::GrantEnded));
        db.store.execute(EnableUser { id }).await.unwrap();
        let refused = present(db, &family, family.token, NOW).await;
        assert!(matches!(refused, RefreshRotation::GrantEnded));
        assert_eq!(ended(db, &family).await, Some(EndReason::AccountChanged));
    }

    async fn a_revoked_client_cannot_refresh(db) {
        let family = given::family(&db.store).await;
        let revoke = RevokeClient { id: family.issued.client_id.clone(), now: NOW };
        db.store.execute(revoke).await.unwrap();
        let refused = present(db, &family, family.token, NOW).await;
        assert!(matches!(refused, RefreshRotation::GrantEnded));
    }

    async fn an_unknown_token_is_unknown(db) {
        let family = given::family(&db.store).await;
        let refused = present(db, &family, given::hash(), NOW).await;
        assert!(matches!(refused, RefreshRotation::Unknown));
    }

    async fn revoking_any_token_of_a_family_ends_it(db) {
        let family = given::family(&db.store).await;
        let leaf = rotate(db, &family, family.token, NOW).await;
        let revoke = RevokeRefreshToken {
            hash: family.token,
            client_id: family.issued.client_id.clone(),
            now: NOW,
        };
        let grant = db.store.execute(revoke.clone()).await.unwrap().unwrap();
        assert_eq!(grant.id, family.issued.grant_id);
        assert!(db.store.execute(revoke).await.unwrap().is_none());
        let refused = present(db, &family, leaf, NOW).await;
        assert!(matches!(refused, RefreshRotation::GrantEnded));
        assert_eq!(ended(db, &family).await, Some(EndReason::RevokedByClient));
    }

    async fn revoking_another_clients_token_does_nothing(db) {
        let family = given::family(&db.store).await;
        let revoke = RevokeRefreshToken {
            hash: family.token,
            client_id: ClientId::new("cli_stranger"),
            now: NOW,
        };
        assert!(db.store.execute(revoke).await.unwrap().is_none());
        assert_eq!(ended(db, &family).await, None);
    }
}
