//! Passkeys.

use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::Answer;
use crate::world::{ORIGIN, World};

async fn post(world: &World, path: &str, body: Value) -> Answer {
    world
        .page("POST", &format!("/api/v1/passkeys/{path}"))
        .json(body)
        .send()
        .await
}

async fn registration(world: &World) -> Value {
    post(world, "register/init", json!({ "relying_party": ORIGIN }))
        .await
        .ok()
}

async fn register(world: &World, authenticator: &mut Authenticator) -> Answer {
    let begun = registration(world).await;
    let response = authenticator.create(&begun["options"]);
    let body = json!({ "relying_party": ORIGIN, "authenticator_response": response });
    post(world, "register", body).await
}

async fn challenge(world: &World) -> Value {
    post(
        world,
        "authenticate/init",
        json!({ "relying_party": ORIGIN }),
    )
    .await
    .ok()
}

async fn authenticate(world: &World, authenticator: &Authenticator) -> Answer {
    let begun = challenge(world).await;
    post(world, "authenticate", answer(&begun, authenticator)).await
}

fn answer(begun: &Value, authenticator: &Authenticator) -> Value {
    json!({
        "relying_party": ORIGIN,
        "challenge": begun["options"]["challenge"],
        "authenticator_response": authenticator.get(&begun["options"]),
    })
}

fn refused() -> (u16, String) {
    (422, "invalid_credentials".to_owned())
}

#[tokio::test]
async fn a_passkey_signs_up_and_in() {
    let world = World::start().await;
    let mut authenticator = Authenticator::new(ORIGIN);
    let signed_up = register(&world, &mut authenticator).await.ok();
    assert_eq!(signed_up["is_new_user"], true);
    assert_eq!(signed_up["user"]["linked_accounts"][0]["type"], "passkey");
    let signed_in = authenticate(&world, &authenticator).await.ok();
    assert_eq!(signed_in["is_new_user"], false);
    assert_eq!(signed_in["user"]["id"], signed_up["user"]["id"]);
}

#[tokio::test]
async fn options_have_privy_s_spelling() {
    let world = World::start().await;
    let begun = challenge(&world).await;
    assert_eq!(begun["relying_party"], ORIGIN);
    let options = &begun["options"];
    assert_eq!(options["rp_id"], "localhost");
    assert_eq!(options["user_verification"], "required");
    assert_eq!(options["allow_credentials"], json!([]));
    assert!(options["timeout"].is_number());
    let options = &registration(&world).await["options"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert!(options["user"]["display_name"].is_string());
    let algorithms = options["pub_key_cred_params"].as_array().unwrap();
    assert!(algorithms.contains(&json!({ "type": "public-key", "alg": -7 })));
    assert_eq!(
        options["authenticator_selection"]["resident_key"],
        "required"
    );
}

#[tokio::test]
async fn an_unregistered_passkey_is_said_to_be_one() {
    let world = World::start().await;
    let mut elsewhere = Authenticator::new(ORIGIN);
    elsewhere.create(&registration(&world).await["options"]);
    let answer = authenticate(&world, &elsewhere).await;
    assert_eq!(answer.refusal(), (422, "passkey_not_registered".to_owned()));
}

#[tokio::test]
async fn a_challenge_is_good_once_and_not_for_long() {
    let world = World::start().await;
    let mut authenticator = Authenticator::new(ORIGIN);
    register(&world, &mut authenticator).await.ok();
    let body = answer(&challenge(&world).await, &authenticator);
    post(&world, "authenticate", body.clone()).await.ok();
    assert_eq!(
        post(&world, "authenticate", body).await.refusal(),
        refused()
    );
    let body = answer(&challenge(&world).await, &authenticator);
    world.pass(600);
    assert_eq!(
        post(&world, "authenticate", body).await.refusal(),
        refused()
    );
}

#[tokio::test]
async fn another_origin_relying_party_challenge_or_signature_is_refused() {
    let world = World::start().await;
    let mut authenticator = Authenticator::new(ORIGIN);
    register(&world, &mut authenticator).await.ok();

    authenticator.origin = "https://evil.example".to_owned();
    assert_eq!(
        authenticate(&world, &authenticator).await.refusal(),
        refused()
    );
    authenticator.origin = ORIGIN.to_owned();
    authenticator.rp_id = Some("evil.example".to_owned());
    assert_eq!(
        authenticate(&world, &authenticator).await.refusal(),
        refused()
    );
    authenticator.rp_id = None;

    let (one, other) = (challenge(&world).await, challenge(&world).await);
    let mut body = answer(&one, &authenticator);
    body["challenge"] = other["options"]["challenge"].clone();
    assert_eq!(
        post(&world, "authenticate", body).await.refusal(),
        refused()
    );

    let (one, other) = (challenge(&world).await, challenge(&world).await);
    let mut body = answer(&one, &authenticator);
    let foreign = authenticator.get(&other["options"]);
    body["authenticator_response"]["response"]["signature"] =
        foreign["response"]["signature"].clone();
    assert_eq!(
        post(&world, "authenticate", body).await.refusal(),
        refused()
    );

    let mut liar = Authenticator::new("https://evil.example");
    assert_eq!(register(&world, &mut liar).await.refusal(), refused());
}

#[tokio::test]
async fn a_relying_party_is_an_origin_of_the_app() {
    let world = World::start().await;
    let body = json!({ "relying_party": "https://evil.example" });
    let answer = post(&world, "authenticate/init", body).await;
    assert_eq!(answer.refusal(), (400, "invalid_data".to_owned()));
    // Without one it is the page's own.
    let begun = post(&world, "authenticate/init", json!({})).await.ok();
    assert_eq!(begun["relying_party"], ORIGIN);
}

#[tokio::test]
async fn signing_up_with_a_passkey_is_a_switch_of_its_own() {
    let world = World::start().await;
    let patch = json!({ "app": { "passkeys_for_signup_enabled": false } });
    world.patch(&patch).unwrap();
    let answer = post(&world, "register/init", json!({})).await;
    assert_eq!(
        answer.refusal(),
        (403, "disallowed_login_method".to_owned())
    );
    challenge(&world).await;
}
