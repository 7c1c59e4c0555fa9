use countersign_identity::privy::PrivyFault;
use countersign_testnet::{Answer, ApiHost};
use serde_json::json;

use super::world::{APP, BEGIN, CLIENT, JWKS, SETTINGS, World, key, refused};

const NOBODY: &str = "/v1/users/did:privy:c000000000000000000000000";

/// An app whose configuration here is right in every way.
fn right(world: &World) {
    world.publish(&[&world.key]);
    world.host.answer(SETTINGS, Answer::json("{}"));
    let nobody = json!({"error": "User not found"});
    world.host.answer(NOBODY, refused(404, &nobody));
    let begun = json!({
        "device_code": "dc", "user_code": "BCDFG-HJKMN", "expires_in": 600, "interval": 5
    });
    world.host.answer(BEGIN, Answer::json(begun.to_string()));
}

async fn right_world() -> World {
    let world = World::new().await;
    right(&world);
    world
}

fn names(fault: &PrivyFault, key: &str) -> bool {
    fault.to_string().contains(key)
}

#[tokio::test]
async fn a_right_configuration_passes() {
    let world = right_world().await;
    assert_eq!(world.privy.check(true).await, Ok(()));
    // The keys are there for the first sign-in.
    world.privy.verify(&world.token()).await.unwrap();
    assert_eq!(world.asked(JWKS), 1);
}

#[tokio::test]
async fn a_wrong_app_id_is_named() {
    let world = right_world().await;
    let body = json!({"error": "Invalid Privy app id", "code": "missing_or_invalid_privy_app_id"});
    world.host.answer(SETTINGS, refused(400, &body));
    let fault = world.privy.check(false).await.unwrap_err();
    assert_eq!(fault, PrivyFault::AppId);
    assert!(names(&fault, "login.privy.app_id"));
}

#[tokio::test]
async fn a_wrong_secret_is_named() {
    let world = right_world().await;
    let body = json!({"error": "Invalid app ID or app secret."});
    world.host.answer(NOBODY, refused(401, &body));
    let fault = world.privy.check(false).await.unwrap_err();
    assert_eq!(fault, PrivyFault::AppSecret);
    assert!(names(&fault, "login.privy.app_secret"));
}

#[tokio::test]
async fn a_wrong_client_id_is_named() {
    let world = World::with(|config, _| config.client_id = Some(CLIENT.into())).await;
    right(&world);
    let body = json!({"error": "Invalid", "code": "missing_or_invalid_privy_client_id"});
    world.host.answer(SETTINGS, refused(400, &body));
    let fault = world.privy.check(false).await.unwrap_err();
    assert_eq!(fault, PrivyFault::ClientId);
    assert!(names(&fault, "login.privy.client_id"));
}

#[tokio::test]
async fn a_verification_key_of_another_app_is_named() {
    let world = World::with(|config, _| {
        config.verification_key = Some(key().public().to_p256_public_pem().unwrap());
    })
    .await;
    right(&world);
    let fault = world.privy.check(false).await.unwrap_err();
    assert_eq!(fault, PrivyFault::VerificationKey);
    assert!(names(&fault, "login.privy.verification_key"));
}

#[tokio::test]
async fn a_verification_key_is_found_whatever_privy_calls_it() {
    let world = World::with(|config, key| {
        config.verification_key = Some(key.public().to_p256_public_pem().unwrap());
    })
    .await;
    right(&world);
    let other_name = world.key.clone().with_kid("k1".into());
    world.publish(&[&key(), &other_name]);
    assert_eq!(world.privy.check(true).await, Ok(()));
}

#[tokio::test]
async fn device_grants_that_are_switched_off_are_named_where_they_are_needed() {
    let world = right_world().await;
    let body = json!({"error": "Device authorization is not enabled for this app"});
    world.host.answer(BEGIN, refused(403, &body));
    assert_eq!(world.privy.check(false).await, Ok(()));
    assert_eq!(world.asked(BEGIN), 0);
    let fault = world.privy.check(true).await.unwrap_err();
    assert_eq!(fault, PrivyFault::DeviceNotEnabled);
    assert!(names(&fault, "CLI and agent access"));
}

#[tokio::test]
async fn an_outage_is_no_fault_of_the_configuration() {
    for target in [SETTINGS, JWKS, NOBODY, BEGIN] {
        let world = right_world().await;
        world.fail(target);
        let fault = world.privy.check(true).await.unwrap_err();
        assert!(matches!(fault, PrivyFault::Unreachable(_)), "{target}");
    }
}

#[tokio::test]
async fn a_fault_comes_before_an_outage() {
    // Where browsers go there is nobody.
    let gone = ApiHost::start().await;
    let nowhere = gone.url("");
    drop(gone);
    let world = World::with(|config, _| config.auth_url = nowhere).await;
    right(&world);
    let fault = world.privy.check(true).await.unwrap_err();
    assert!(matches!(fault, PrivyFault::Unreachable(_)));
    let body = json!({"error": "Invalid app ID or app secret."});
    world.host.answer(NOBODY, refused(401, &body));
    assert_eq!(world.privy.check(true).await, Err(PrivyFault::AppSecret));
}

#[tokio::test]
async fn the_secret_goes_to_the_rest_api_alone() {
    let world = right_world().await;
    world.privy.check(true).await.unwrap();
    for request in world.host.requests() {
        let shows = request.header("authorization").is_some();
        assert_eq!(shows, request.target == NOBODY, "{}", request.target);
        assert_eq!(request.header("privy-app-id"), Some(APP));
    }
}
