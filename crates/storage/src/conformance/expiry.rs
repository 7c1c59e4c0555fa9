use countersign_domain::{
    BrowserSession, EndReason, GrantState, Invitation, KeyState, SigningKeyRecord, SystemEntropy,
    Timestamp, TokenId,
};

use super::given::{self, DAY, HOUR, MINUTE, NOW, username};
use super::{given_upstream, on_both};
use crate::commands::{
    CreateInvitation, DeleteExpired, Deleted, FindClient, FindCode, FindGrant, FindInteraction,
    FindRefreshToken, HandOver, ImportSigningKey, LoadSigningKeys, RefreshRotation,
    RevokeAccessToken, RevokeClient, RotateRefresh, StartSession, TakeRateToken, UseAssertion,
};

fn delete(now: Timestamp) -> DeleteExpired {
    DeleteExpired {
        now,
        limit: 100,
        grants_ended_before: now.minus(DAY),
        unused_clients_before: now.minus(DAY),
        events_before: now.minus(DAY),
    }
}

on_both! {
    async fn nothing_that_lives_is_deleted(db) {
        let family = given::family(&db.store).await;
        let unused = given::registered(&db.store).await;
        let deleted = db.store.execute(delete(NOW.plus(SECONDS))).await.unwrap();
        assert_eq!(deleted, Deleted::default());
        let hash = family.token;
        assert!(db.store.read(FindRefreshToken { hash }).await.unwrap().is_some());
        assert!(db.store.read(FindClient { id: unused }).await.unwrap().is_some());
    }

    async fn a_grant_whose_code_nobody_redeemed_ends_and_is_forgotten(db) {
        let issued = given::code(&db.store).await;
        let id = issued.grant_id;
        let deleted = db.store.execute(delete(NOW.plus(MINUTE))).await.unwrap();
        assert_eq!(deleted.grants_ended, 1);
        let found = db.store.read(FindGrant { id }).await.unwrap().unwrap();
        let ended = GrantState::Ended { at: NOW.plus(MINUTE), reason: EndReason::Expired };
        assert_eq!(found.state, ended);
        db.store.execute(delete(NOW.plus(MINUTE + DAY))).await.unwrap();
        assert!(db.store.read(FindGrant { id }).await.unwrap().is_none());
        assert!(db.store.read(FindCode { hash: issued.code }).await.unwrap().is_none());
    }

    async fn an_idle_family_ends_but_its_redeemed_code_is_kept_while_it_lives(db) {
        let family = given::family(&db.store).await;
        let id = family.issued.grant_id;
        db.store.execute(delete(NOW.plus(29 * DAY))).await.unwrap();
        let code = FindCode { hash: family.issued.code };
        assert!(db.store.read(code).await.unwrap().is_some(), "to recognize its replay");
        let deleted = db.store.execute(delete(NOW.plus(30 * DAY))).await.unwrap();
        assert_eq!(deleted.grants_ended, 1);
        let found = db.store.read(FindGrant { id }).await.unwrap().unwrap();
        assert!(matches!(found.state, GrantState::Ended { reason: EndReason::Expired, .. }));
        db.store.execute(delete(NOW.plus(31 * DAY))).await.unwrap();
        let hash = family.token;
        assert!(db.store.read(FindRefreshToken { hash }).await.unwrap().is_none());
    }

    async fn a_rotated_token_is_kept_until_it_would_have_expired(db) {
        let family = given::family(&db.store).await;
        let rotate = |hash, successor, now: Timestamp| RotateRefresh {
            hash,
            client_id: family.issued.client_id.clone(),
            grace: MINUTE,
            successor,
            successor_sealed: vec![1],
            successor_expires_at: now.plus(30 * DAY),
            now,
        };
        let second = given::hash();
        let at = NOW.plus(20 * DAY);
        db.store.execute(rotate(family.token, second, at)).await.unwrap();
        // Takes the finished interaction with it.
        let deleted = db.store.execute(delete(NOW.plus(29 * DAY))).await.unwrap();
        assert_eq!(deleted.rows, 1);
        let first = FindRefreshToken { hash: family.token };
        assert!(db.store.read(first).await.unwrap().is_some(), "to recognize its replay");
        let deleted = db.store.execute(delete(NOW.plus(30 * DAY))).await.unwrap();
        assert_eq!(deleted.rows, 1);
        assert!(db.store.read(first).await.unwrap().is_none());
        let rotated = rotate(second, given::hash(), NOW.plus(31 * DAY));
        let rotated = db.store.execute(rotated).await.unwrap();
        assert!(matches!(rotated, RefreshRotation::Rotated { .. }));
    }

    async fn a_client_is_forgotten_only_if_it_never_got_a_token_nor_is_about_to(db) {
        let used = given::family(&db.store).await.issued.client_id;
        let unused = given::registered(&db.store).await;
        let about_to = given::registered(&db.store).await;
        let revoked = given::registered(&db.store).await;
        db.store.execute(RevokeClient { id: revoked.clone(), now: NOW }).await.unwrap();
        let bob = given::user(&db.store, "Bob").await;
        let later = NOW.plus(2 * DAY);
        given::start(&db.store, &given::consent(&about_to, bob, later)).await;
        let deleted = db.store.execute(delete(later)).await.unwrap();
        assert_eq!(deleted.clients, 1);
        for (id, kept) in [(used, true), (unused, false), (about_to, true), (revoked, true)] {
            let found = db.store.read(FindClient { id }).await.unwrap();
            assert_eq!(found.is_some(), kept);
        }
    }

    async fn whatever_expires_by_itself_is_deleted(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let client_id = given::registered(&db.store).await;
        let interaction = given::consent(&client_id, user_id, NOW);
        given::start(&db.store, &interaction).await;
        let sign_in = StartSession {
            session: BrowserSession {
                cookie: given::hash(),
                user_id,
                authenticated_at: NOW,
                expires_at: NOW.plus(HOUR),
            },
            replaces: None,
            now: NOW,
        };
        db.store.execute(sign_in).await.unwrap();
        let invite = CreateInvitation {
            invitation: Invitation {
                token: given::hash(),
                username: username("Bob"),
                user_id: None,
                expires_at: NOW.plus(HOUR),
            },
            now: NOW,
        };
        db.store.execute(invite).await.unwrap();
        let jti = TokenId::generate(NOW, &SystemEntropy);
        let revoke = RevokeAccessToken { jti, expires_at: NOW.plus(HOUR) };
        db.store.execute(revoke).await.unwrap();
        let hash = given::hash();
        let assertion = UseAssertion { hash, expires_at: NOW.plus(HOUR) };
        db.store.execute(assertion).await.unwrap();
        let interaction_of_a_hand_over = given_upstream::agreed(&db.store, &client_id).await;
        let hand_over = given_upstream::hand_over(&interaction_of_a_hand_over, "did:privy:ada");
        let hand_over = HandOver { interaction: None, session: None, ..hand_over };
        given_upstream::accepted(db.store.execute(hand_over.clone()).await.unwrap());
        let key = "one".to_owned();
        let take = TakeRateToken { key, capacity: 5, refill: 1000, now: NOW };
        db.store.execute(take).await.unwrap();
        let import = ImportSigningKey {
            record: SigningKeyRecord {
                kid: "old".to_owned(),
                algorithm: "RS256".to_owned(),
                sealed: vec![1],
                public_jwk: "{}".to_owned(),
                state: KeyState::Retired { until: NOW.plus(HOUR) },
                created_at: NOW,
                imported_at: Some(NOW),
            },
            now: NOW,
        };
        db.store.execute(import).await.unwrap();

        let early = db.store.execute(delete(NOW)).await.unwrap();
        assert_eq!(early, Deleted::default());
        let deleted = db.store.execute(delete(NOW.plus(HOUR))).await.unwrap();
        assert_eq!(deleted.rows, 9);
        given_upstream::accepted(db.store.execute(hand_over).await.unwrap());
        let find = FindInteraction { id: interaction.id };
        assert!(db.store.read(find).await.unwrap().is_none());
        assert!(db.store.read(LoadSigningKeys).await.unwrap().is_empty());
    }

    async fn a_batch_is_bounded_and_says_that_there_is_more(db) {
        for number in 0..5 {
            let key = format!("bucket {number}");
            let take = TakeRateToken { key, capacity: 5, refill: 1000, now: NOW };
            db.store.execute(take).await.unwrap();
        }
        let batch = DeleteExpired { limit: 2, ..delete(NOW.plus(HOUR)) };
        let mut rows = Vec::new();
        loop {
            let deleted = db.store.execute(batch).await.unwrap();
            rows.push(deleted.rows);
            if !deleted.more {
                break;
            }
        }
        assert_eq!(rows, [2, 2, 1]);
    }
}

const SECONDS: i64 = 5_000;
