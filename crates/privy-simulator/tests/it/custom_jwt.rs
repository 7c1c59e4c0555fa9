//! JWTs of another issuer.

use countersign_jose::algorithm::Algorithm;
use countersign_jose::key::SigningKey;
use countersign_privy_simulator::CustomJwt;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::World;

async fn authenticate(world: &World, token: &str) -> Answer {
    let request = world.page("POST", "/api/v1/custom_jwt_account/authenticate");
    request.json(json!({ "token": token })).send().await
}

fn issuer(world: &World) -> SigningKey {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = [key.public().jwk()].into_iter().collect();
    world.configure(|settings| {
        settings.custom_jwt = Some(CustomJwt {
            jwks,
            audience: Some("the-app".to_owned()),
            issuer: Some("https://issuer.example".to_owned()),
        });
    });
    key
}

fn good() -> Value {
    json!({
        "iss": "https://issuer.example",
        "aud": ["the-app", "another"],
        "sub": "user-1",
        "exp": 1_800_000_060,
    })
}

#[tokio::test]
async fn the_subject_of_a_verified_jwt_signs_in() {
    let world = World::start().await;
    let key = issuer(&world);
    let token = key.sign("JWT", &good()).unwrap();
    let answer = authenticate(&world, &token).await.ok();
    assert_eq!(answer["user"]["linked_accounts"][0]["type"], "custom_auth");
    assert_eq!(
        answer["user"]["linked_accounts"][0]["custom_user_id"],
        "user-1"
    );
}

#[tokio::test]
async fn a_jwt_that_does_not_hold_is_invalid_data() {
    let world = World::start().await;
    let key = issuer(&world);
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let impostor = stranger.clone().with_kid(key.kid().to_owned());
    let mut tokens = vec![
        stranger.sign("JWT", &good()).unwrap(),
        impostor.sign("JWT", &good()).unwrap(),
        "garbage".to_owned(),
    ];
    for (claim, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("another")),
        ("exp", json!(1_800_000_000)),
        ("exp", Value::Null),
        ("sub", Value::Null),
    ] {
        let mut claims = good();
        claims[claim] = value;
        tokens.push(key.sign("JWT", &claims).unwrap());
    }
    for token in tokens {
        let answer = authenticate(&world, &token).await;
        assert_eq!(
            answer.refusal(),
            (400, "invalid_data".to_owned()),
            "{token}"
        );
    }
}

#[tokio::test]
async fn without_an_issuer_nobody_signs_in() {
    let world = World::start().await;
    let key = issuer(&world);
    world.patch(&json!({ "custom_jwt": null })).unwrap();
    let answer = authenticate(&world, &key.sign("JWT", &good()).unwrap()).await;
    assert_eq!(answer.status, 400);
}
