//! Whose tokens are taken.

use serde_json::json;

use crate::client::World;

const TARGETS: [(&str, &str); 6] = [
    ("POST", "/discover/filter"),
    ("POST", "/synthesis/vibecheck"),
    ("POST", "/connections/actions"),
    ("POST", "/connections/by-user"),
    ("GET", "/intents"),
    ("GET", "/intents/x"),
];

#[tokio::test]
async fn nobody_comes_in_without_a_token() {
    let world = World::start().await;
    for (method, target) in TARGETS {
        let answer = world.send(method, target, &[], "{}").await.unwrap();
        assert_eq!(
            answer.refusal(),
            (401, "Access token required".to_owned()),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_forbidden() {
    let world = World::start().await;
    let expected = (403, "Invalid or expired access token".to_owned());
    for (method, target) in TARGETS {
        let headers = [("authorization", "Bearer forged")];
        let answer = world.send(method, target, &headers, "{}").await.unwrap();
        assert_eq!(answer.refusal(), expected, "{target}");
    }
    assert_eq!(
        world.form("forged", "payload", "x").await.refusal(),
        expected
    );
}

#[tokio::test]
async fn an_account_can_be_turned_off() {
    let world = World::start().await;
    world.simulator.deactivate("ada");
    let answer = world.get("ada", "/intents").await;
    assert_eq!(answer.refusal(), (401, "Account deactivated".to_owned()));
    world.get("bob", "/intents").await.ok();
}

#[tokio::test]
async fn another_address_is_not_found() {
    let world = World::start().await;
    let answer = world.post("ada", "/discover/old", json!({})).await;
    assert_eq!(answer.refusal().0, 404);
}
