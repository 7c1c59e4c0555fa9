use countersign_identity::privy::{AppUnavailable, TokenRefusal};
use countersign_testnet::{Answer, Gate};
use serde_json::json;

use super::world::{JWKS, MINUTE, SECOND, World, key, refused};

#[tokio::test]
async fn keys_are_fetched_once_an_hour() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    world.clock.advance(60 * MINUTE - 1);
    world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(world.asked(JWKS), 1);
    world.clock.advance(1);
    world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(world.asked(JWKS), 2);
}

#[tokio::test]
async fn a_clock_that_went_back_keeps_no_key_for_longer() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    world.clock.advance(-MINUTE);
    world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(world.asked(JWKS), 2);
}

#[tokio::test]
async fn who_verifies_at_the_same_time_waits_for_one_fetch() {
    let world = World::new().await;
    let gate = Gate::closed();
    let set: countersign_jose::jwk::JwkSet = [world.key.public().jwk()].into_iter().collect();
    let answer = Answer::json(serde_json::to_vec(&set).unwrap());
    world.host.answer(JWKS, answer.behind(&gate));
    let verifications: Vec<_> = (0..16)
        .map(|_| {
            let (privy, token) = (world.privy.clone(), world.token());
            tokio::spawn(async move { privy.verify(&token).await })
        })
        .collect();
    world.host.requested(1).await;
    gate.open();
    for verification in verifications {
        verification.await.unwrap().unwrap();
    }
    assert_eq!(world.asked(JWKS), 1);
}

#[tokio::test]
async fn a_failed_fetch_fails_all_who_waited_for_it_and_nobody_later() {
    let world = World::new().await;
    let gate = Gate::closed();
    let answer = Answer::json("{}").status(503).behind(&gate);
    world.host.answer(JWKS, answer);
    let verifications: Vec<_> = (0..16)
        .map(|_| {
            let (privy, token) = (world.privy.clone(), world.token());
            tokio::spawn(async move { privy.verify(&token).await })
        })
        .collect();
    world.host.requested(1).await;
    gate.open();
    for verification in verifications {
        assert!(verification.await.unwrap().unwrap_err().is_transient());
    }
    assert_eq!(world.asked(JWKS), 1);
    world.publish(&[&world.key]);
    assert!(world.privy.verify(&world.token()).await.is_ok());
}

#[tokio::test]
async fn whoever_leaves_does_not_take_the_fetch_along() {
    let world = World::new().await;
    let gate = Gate::closed();
    let set: countersign_jose::jwk::JwkSet = [world.key.public().jwk()].into_iter().collect();
    let answer = Answer::json(serde_json::to_vec(&set).unwrap());
    world.host.answer(JWKS, answer.behind(&gate));
    let [first, second] = [(); 2].map(|()| {
        let (privy, token) = (world.privy.clone(), world.token());
        tokio::spawn(async move { privy.verify(&token).await })
    });
    world.host.requested(1).await;
    first.abort();
    world.host.requested(2).await;
    gate.open();
    assert!(second.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_rotation_is_noticed_at_the_first_token_of_the_new_key() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    let new = key();
    world.publish(&[&world.key, &new]);
    world.privy.verify(&world.signed_by(&new)).await.unwrap();
    world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(world.asked(JWKS), 2);
}

#[tokio::test]
async fn made_up_keys_cause_one_fetch_a_minute() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    for _ in 0..5 {
        let refused = world.privy.verify(&world.signed_by(&key())).await;
        assert_eq!(refused, Err(TokenRefusal::UnknownKey));
    }
    assert_eq!(world.asked(JWKS), 2);
    world.clock.advance(MINUTE - 1);
    let refused = world.privy.verify(&world.signed_by(&key())).await;
    assert_eq!(refused, Err(TokenRefusal::UnknownKey));
    assert_eq!(world.asked(JWKS), 2);
    world.clock.advance(1);
    let refused = world.privy.verify(&world.signed_by(&key())).await;
    assert_eq!(refused, Err(TokenRefusal::UnknownKey));
    assert_eq!(world.asked(JWKS), 3);
}

#[tokio::test]
async fn keys_that_were_just_fetched_are_not_fetched_again() {
    let world = World::published().await;
    let refused = world.privy.verify(&world.signed_by(&key())).await;
    assert_eq!(refused, Err(TokenRefusal::UnknownKey));
    assert_eq!(world.asked(JWKS), 1);
}

#[tokio::test]
async fn concurrent_tokens_of_a_new_key_cause_one_fetch() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    let new = key();
    let gate = Gate::closed();
    let set: countersign_jose::jwk::JwkSet = [new.public().jwk()].into_iter().collect();
    let answer = Answer::json(serde_json::to_vec(&set).unwrap());
    world.host.answer(JWKS, answer.behind(&gate));
    let verifications: Vec<_> = (0..16)
        .map(|_| {
            let (privy, token) = (world.privy.clone(), world.signed_by(&new));
            tokio::spawn(async move { privy.verify(&token).await })
        })
        .collect();
    world.host.requested(2).await;
    gate.open();
    for verification in verifications {
        verification.await.unwrap().unwrap();
    }
    assert_eq!(world.asked(JWKS), 2);
}

#[tokio::test]
async fn the_last_keys_stand_in_for_as_long_as_an_outage_lasts() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    world.fail(JWKS);
    world.clock.advance(24 * 60 * MINUTE);
    for _ in 0..5 {
        assert!(world.privy.verify(&world.token()).await.is_ok());
    }
    // Privy is left alone for half a minute.
    assert_eq!(world.asked(JWKS), 2);
    world.clock.advance(30 * SECOND);
    assert!(world.privy.verify(&world.token()).await.is_ok());
    assert_eq!(world.asked(JWKS), 3);
    world.clock.advance(30 * SECOND);
    world.publish(&[&world.key]);
    assert!(world.privy.verify(&world.token()).await.is_ok());
    assert_eq!(world.asked(JWKS), 4);
}

#[tokio::test]
async fn without_any_keys_an_outage_is_not_the_tokens_fault() {
    let world = World::new().await;
    for answer in [
        Answer::json("{}").status(503),
        Answer::json(r#"{"error":"x"}"#)
            .status(429)
            .header("retry-after", "7"),
        Answer::json("<html>").status(403),
        Answer::json("<html>"),
        Answer::json(r#"{"error":"Not found"}"#).status(404),
        Answer::json("{").without("content-length"),
    ] {
        world.host.answer(JWKS, answer.clone());
        let refused = world.privy.verify(&world.token()).await.unwrap_err();
        assert!(refused.is_transient(), "{refused} {answer:?}");
        assert!(matches!(refused, TokenRefusal::KeysUnavailable(_)));
    }
    assert_eq!(world.asked(JWKS), 6);
    world.publish(&[&world.key]);
    assert!(world.privy.verify(&world.token()).await.is_ok());
}

#[tokio::test]
async fn whether_a_key_is_new_is_not_known_during_an_outage() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    world.fail(JWKS);
    let token = world.signed_by(&key());
    for _ in 0..3 {
        let refused = world.privy.verify(&token).await.unwrap_err();
        assert!(refused.is_transient());
    }
    assert_eq!(world.asked(JWKS), 2);
    assert!(world.privy.verify(&world.token()).await.is_ok());
}

#[tokio::test]
async fn an_app_that_privy_does_not_know_is_a_fault_of_the_configuration() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    let body = json!({"error": "Invalid Privy app id", "code": "missing_or_invalid_privy_app_id"});
    world.host.answer(JWKS, refused(400, &body));
    world.clock.advance(60 * MINUTE);
    // Nothing stands in for that.
    for _ in 0..2 {
        let refused = world.privy.verify(&world.token()).await.unwrap_err();
        assert!(!refused.is_transient());
        let unknown = TokenRefusal::KeysUnavailable(AppUnavailable::UnknownApp);
        assert_eq!(refused, unknown);
    }
}

#[tokio::test]
async fn keys_are_fetched_without_the_apps_secret() {
    let world = World::published().await;
    world.privy.verify(&world.token()).await.unwrap();
    let requests = world.host.requests();
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(
        requests[0].header("privy-app-id"),
        Some("clsimulator0000000000aaaa")
    );
}
