use countersign_domain::{ClientId, EndReason, Grant, GrantState};

use super::database::Database;
use super::given::{self, MINUTE, NOW, SECOND};
use super::on_both;
use crate::commands::{
    CodeRedemption, DisableUser, EnableUser, EndGrant, FindClient, FindCode, FindGrant,
    FindRefreshToken, RedeemCode, RevokeClient,
};

async fn grant(db: &Database, issued: &given::Issued) -> Grant {
    let find = FindGrant {
        id: issued.grant_id,
    };
    db.store.read(find).await.unwrap().unwrap()
}

fn ended_for(grant: &Grant, why: EndReason) -> bool {
    matches!(grant.state, GrantState::Ended { reason, .. } if reason == why)
}

on_both! {
    async fn a_code_is_found_with_its_grant(db) {
        let issued = given::code(&db.store).await;
        let found = db.store.read(FindCode { hash: issued.code }).await.unwrap().unwrap();
        assert_eq!(found.code.hash, issued.code);
        assert_eq!(found.code.grant_id, found.grant.id);
        assert_eq!(found.code.redirect_uri.as_str(), given::REDIRECT_URI);
        assert_eq!(found.code.nonce.as_deref(), Some("nonce"));
        assert_eq!(found.code.expires_at, NOW.plus(MINUTE));
        assert_eq!(found.code.redeemed_at, None);
        assert_eq!(found.grant.user_id, issued.user_id);
        assert_eq!(found.grant.scope, given::scope("notes:read"));
        assert_eq!(found.grant.resource.as_str(), "https://server.example/mcp");
        assert_eq!(found.grant.state, GrantState::Live);
    }

    async fn of_32_redeemers_one_wins(db) {
        let issued = given::code(&db.store).await;
        let redemptions = db
            .race(|store, _| {
                let redeem = issued.redeem(NOW);
                async move {
                    let token = redeem.refresh_token.unwrap().hash;
                    store.execute(redeem).await.map(|outcome| (token, outcome))
                }
            })
            .await;
        let mut winners = 0;
        for (token, outcome) in redemptions {
            let stored = db.store.read(FindRefreshToken { hash: token }).await.unwrap().is_some();
            match outcome {
                CodeRedemption::Redeemed { grant } => {
                    winners += 1;
                    assert_eq!(grant.id, issued.grant_id);
                    assert!(stored, "the winner's refresh token is stored");
                }
                CodeRedemption::Replayed { within_leeway, .. } => {
                    assert!(within_leeway);
                    assert!(!stored, "a loser's refresh token is not stored");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(winners, 1);
        assert_eq!(grant(db, &issued).await.state, GrantState::Live);
    }

    async fn a_replay_within_the_leeway_ends_nothing(db) {
        let issued = given::code(&db.store).await;
        db.store.execute(issued.redeem(NOW)).await.unwrap();
        let replayed = db.store.execute(issued.redeem(NOW.plus(10 * SECOND))).await.unwrap();
        assert!(matches!(replayed, CodeRedemption::Replayed { within_leeway: true, .. }));
        assert_eq!(grant(db, &issued).await.state, GrantState::Live);
    }

    async fn a_later_replay_ends_the_grant(db) {
        let issued = given::code(&db.store).await;
        db.store.execute(issued.redeem(NOW)).await.unwrap();
        let replayed = db.store.execute(issued.redeem(NOW.plus(10 * SECOND + 1))).await.unwrap();
        assert!(matches!(replayed, CodeRedemption::Replayed { within_leeway: false, .. }));
        assert!(ended_for(&grant(db, &issued).await, EndReason::CodeReplayed));
    }

    async fn another_client_neither_consumes_a_code_nor_ends_its_grant(db) {
        let issued = given::code(&db.store).await;
        let stranger = RedeemCode {
            client_id: ClientId::new("cli_stranger"),
            ..issued.redeem(NOW)
        };
        let refused = db.store.execute(stranger.clone()).await.unwrap();
        assert!(matches!(refused, CodeRedemption::WrongClient));
        let redeemed = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
        let late = RedeemCode { now: NOW.plus(MINUTE), ..stranger };
        let refused = db.store.execute(late).await.unwrap();
        assert!(matches!(refused, CodeRedemption::WrongClient));
        assert_eq!(grant(db, &issued).await.state, GrantState::Live);
    }

    async fn another_redirect_uri_does_not_consume_a_code(db) {
        let issued = given::code(&db.store).await;
        let mismatch = RedeemCode {
            redirect_uri: Some("https://client.example/other".to_owned()),
            ..issued.redeem(NOW)
        };
        let refused = db.store.execute(mismatch).await.unwrap();
        assert!(matches!(refused, CodeRedemption::RedirectUriMismatch));
        let redeemed = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
    }

    async fn the_redirect_uri_may_be_left_out(db) {
        let issued = given::code(&db.store).await;
        let without = RedeemCode { redirect_uri: None, ..issued.redeem(NOW) };
        let redeemed = db.store.execute(without).await.unwrap();
        assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
    }

    async fn an_expired_code_stays_expired_when_the_clock_goes_back(db) {
        let issued = given::code(&db.store).await;
        let expired = db.store.execute(issued.redeem(NOW.plus(MINUTE))).await.unwrap();
        assert!(matches!(expired, CodeRedemption::Expired));
        let revived = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(revived, CodeRedemption::GrantEnded));
        assert!(ended_for(&grant(db, &issued).await, EndReason::Expired));
    }

    async fn a_code_of_an_ended_grant_is_dead(db) {
        let issued = given::code(&db.store).await;
        let end = EndGrant {
            id: issued.grant_id,
            of: None,
            reason: EndReason::Disconnected,
            now: NOW,
        };
        db.store.execute(end).await.unwrap();
        let refused = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(refused, CodeRedemption::GrantEnded));
    }

    async fn a_code_of_a_disabled_user_is_dead_even_after_enabling(db) {
        let issued = given::code(&db.store).await;
        db.store.execute(DisableUser { id: issued.user_id, now: NOW }).await.unwrap();
        db.store.execute(EnableUser { id: issued.user_id }).await.unwrap();
        let refused = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(refused, CodeRedemption::GrantEnded));
    }

    async fn a_code_of_a_revoked_client_is_dead(db) {
        let issued = given::code(&db.store).await;
        let revoke = RevokeClient { id: issued.client_id.clone(), now: NOW };
        db.store.execute(revoke).await.unwrap();
        let refused = db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert!(matches!(refused, CodeRedemption::GrantEnded));
    }

    async fn an_unknown_code_is_unknown(db) {
        let issued = given::code(&db.store).await;
        let unknown = RedeemCode { hash: given::hash(), ..issued.redeem(NOW) };
        let refused = db.store.execute(unknown).await.unwrap();
        assert!(matches!(refused, CodeRedemption::Unknown));
    }

    async fn redeeming_marks_the_client_used(db) {
        let issued = given::code(&db.store).await;
        let find = FindClient { id: issued.client_id.clone() };
        assert_eq!(db.store.read(find.clone()).await.unwrap().unwrap().last_used_at, None);
        db.store.execute(issued.redeem(NOW)).await.unwrap();
        assert_eq!(db.store.read(find).await.unwrap().unwrap().last_used_at, Some(NOW));
    }

    async fn a_client_without_refresh_tokens_gets_none(db) {
        let issued = given::code(&db.store).await;
        let without = RedeemCode { refresh_token: None, ..issued.redeem(NOW) };
        let redeemed = db.store.execute(without).await.unwrap();
        assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
    }

    async fn the_21st_waiting_code_drops_the_oldest(db) {
        let user_id = given::user(&db.store, "Ada").await;
        let client_id = given::registered(&db.store).await;
        let mut codes = Vec::new();
        for number in 0..21 {
            let at = NOW.plus(number);
            codes.push(given::code_for(&db.store, user_id, &client_id, at).await);
        }
        let later = NOW.plus(100);
        let oldest = db.store.execute(codes[0].redeem(later)).await.unwrap();
        assert!(matches!(oldest, CodeRedemption::GrantEnded));
        for code in &codes[1..] {
            let redeemed = db.store.execute(code.redeem(later)).await.unwrap();
            assert!(matches!(redeemed, CodeRedemption::Redeemed { .. }));
        }
    }
}
