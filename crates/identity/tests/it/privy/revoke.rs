use countersign_identity::privy::{PrivySecret, RefreshError};
use countersign_testnet::Answer;
use serde_json::json;

use super::world::{GRANTS, ORIGIN, TOKEN, World, refused};

async fn revoke(world: &World) -> Result<(), RefreshError> {
    world.privy.revoke(&PrivySecret::new("rt".into())).await
}

fn asked(world: &World) -> Vec<(String, String)> {
    let requests = world.host.requests().into_iter();
    requests
        .map(|request| (request.method, request.target))
        .collect()
}

#[tokio::test]
async fn a_refresh_token_that_is_dead_needs_no_revocation() {
    let world = World::new().await;
    world
        .host
        .answer(TOKEN, refused(401, &json!({"error": "invalid_grant"})));
    assert_eq!(revoke(&world).await, Ok(()));
    world.fail(TOKEN);
    assert!(matches!(
        revoke(&world).await,
        Err(RefreshError::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_grant_that_cannot_be_told_from_others_is_given_up_and_not_revoked() {
    let world = World::new().await;
    let tokens = json!({"access_token": "at", "refresh_token": "rt2"});
    world.host.answer(TOKEN, Answer::json(tokens.to_string()));
    let grants = json!({"data": [
        {"id": "one", "created_at": "x", "grant_type": "device_code", "last_used_at": "1"},
        {"id": "two", "created_at": "x", "grant_type": "device_code", "last_used_at": "1"},
    ]});
    world.host.answer(GRANTS, Answer::json(grants.to_string()));
    assert_eq!(revoke(&world).await, Ok(()));
    let post = || ("POST".to_owned(), TOKEN.to_owned());
    let get = || ("GET".to_owned(), GRANTS.to_owned());
    assert_eq!(asked(&world), [post(), get(), post(), get()]);
    let requests = world.host.requests();
    assert_eq!(requests[1].header("authorization"), Some("Bearer at"));
    assert_eq!(requests[1].header("origin"), Some(ORIGIN));
    // The refresh token that came is the one that goes, so that the first is spent.
    assert!(String::from_utf8_lossy(&requests[2].content).contains("rt2"));
}

#[tokio::test]
async fn without_a_list_of_grants_the_token_is_spent_all_the_same() {
    let world = World::new().await;
    let tokens = json!({"access_token": "at", "refresh_token": "rt2"});
    world.host.answer(TOKEN, Answer::json(tokens.to_string()));
    assert_eq!(revoke(&world).await, Ok(()));
    assert_eq!(world.asked(TOKEN), 1);
}
