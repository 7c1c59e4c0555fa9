//! What somebody finds who comes for the first time.

use std::collections::BTreeMap;

use countersign_protocol_simulator::Newcomers;
use serde_json::{Value, json};

use crate::client::World;

async fn connections(world: &World, token: &str, kind: &str) -> Vec<Value> {
    let body = json!({ "type": kind });
    let answer = world.post(token, "/connections/by-user", body).await.ok();
    answer["connections"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_settled_newcomer_finds_intents_and_a_connection_in_every_state_once() {
    let world = World::start().await;
    world
        .simulator
        .configure(|settings| settings.newcomers = Newcomers::Settled);
    for token in ["ada", "bob", "ada"] {
        let intents = world.get(token, "/intents").await.ok();
        assert_eq!(intents["pagination"]["totalCount"], 3, "{token}");
        let mut states = BTreeMap::new();
        for kind in ["inbox", "pending", "history"] {
            for connection in connections(&world, token, kind).await {
                let status = connection["status"].as_str().unwrap().to_owned();
                *states.entry((kind, status)).or_insert(0) += 1;
            }
        }
        let once = |kind, status: &str| ((kind, status.to_owned()), 1);
        let expected = [
            once("inbox", "REQUEST"),
            once("pending", "REQUEST"),
            once("history", "ACCEPT"),
            once("history", "CANCEL"),
            once("history", "DECLINE"),
            once("history", "SKIP"),
        ];
        assert_eq!(states, BTreeMap::from(expected), "{token}");
    }
    let inbox = connections(&world, "ada", "inbox").await;
    let body = json!({ "targetUserId": inbox[0]["user"]["id"], "action": "ACCEPT" });
    world.post("ada", "/connections/actions", body).await.ok();
    assert!(connections(&world, "ada", "inbox").await.is_empty());
    assert_eq!(connections(&world, "bob", "inbox").await.len(), 1);
}

#[tokio::test]
async fn who_is_not_settled_finds_nothing() {
    let world = World::start().await;
    let intents = world.get("ada", "/intents").await.ok();
    assert_eq!(intents["pagination"]["totalCount"], 0);
    assert!(connections(&world, "ada", "history").await.is_empty());
}

#[tokio::test]
async fn a_settled_newcomer_still_discovers_strangers() {
    let world = World::start().await;
    world
        .simulator
        .configure(|settings| settings.newcomers = Newcomers::Settled);
    let intents = world.extract("Meet climate founders.").await;
    let names = world.matches(&intents[0]).await;
    assert!(names.contains(&"Mira Halvorsen".to_owned()), "{names:?}");
    assert!(!names.contains(&"Priya Raman".to_owned()), "{names:?}");
}
