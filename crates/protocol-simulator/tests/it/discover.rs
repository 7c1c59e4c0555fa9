//! Intents from a text, and the people who match them.

use countersign_protocol_simulator::{Action, Indexing};
use serde_json::json;

use crate::client::World;

const CLIMATE: &str = "I want to do climate work.";

#[tokio::test]
async fn a_text_gives_intents() {
    let world = World::start().await;
    let text = format!("{CLIMATE} See https://example.com for more.\n=== Context ===\nHi.");
    let answer = world.form("ada", "payload", &text).await.ok();
    assert_eq!(answer["success"], true);
    assert_eq!(answer["intentsGenerated"], 2);
    assert_eq!(answer["linksProcessed"], 1);
    assert_eq!(answer["filesProcessed"], 0);
    let intent = &answer["intents"][0];
    assert_eq!(intent["payload"], CLIMATE);
    assert_eq!(intent["summary"], json!(null));
    assert_eq!(intent["createdAt"], "2027-01-15T08:00:00.000Z");
}

#[tokio::test]
async fn a_text_without_a_sentence_gives_none() {
    assert!(World::start().await.extract("hello").await.is_empty());
}

#[tokio::test]
async fn a_form_needs_a_payload() {
    let world = World::start().await;
    for (field, text) in [("payload", "  "), ("text", CLIMATE)] {
        assert_eq!(world.form("ada", field, text).await.refusal().0, 400);
    }
}

#[tokio::test]
async fn people_are_found_only_after_a_while() {
    let world = World::indexing(Indexing {
        after_polls: 1,
        after_ms: 500,
        polls_per_person: 1,
    })
    .await;
    let intent = &world.extract(CLIMATE).await[0];
    assert!(world.matches(intent).await.is_empty());
    assert!(world.matches(intent).await.is_empty(), "no time has passed");
    world.pass(500);
    let two = ["Mira Halvorsen", "Camille Fournier-Dubois"];
    assert_eq!(world.matches(intent).await, two);
}

#[tokio::test]
async fn people_are_found_one_after_the_other() {
    let world = World::indexing(Indexing {
        after_polls: 1,
        after_ms: 0,
        polls_per_person: 1,
    })
    .await;
    let intent = &world.extract(CLIMATE).await[0];
    for found in [0, 1, 2, 2] {
        assert_eq!(world.matches(intent).await.len(), found);
    }
}

#[tokio::test]
async fn a_match_tells_person_and_reason() {
    let world = World::start().await;
    let intent = &world.extract(CLIMATE).await[0];
    let body = json!({ "intentIds": [intent["id"]], "limit": 1, "page": 1 });
    let answer = world.post("ada", "/discover/filter", body).await.ok();
    let result = &answer["results"][0];
    assert_eq!(result["user"]["name"], "Mira Halvorsen");
    assert_eq!(result["user"]["email"], json!(null));
    assert_eq!(result["totalStake"], 100);
    assert_eq!(result["intents"][0]["intent"], *intent);
    let reasonings = json!(["Both are about climate."]);
    assert_eq!(result["intents"][0]["reasonings"], reasonings);
    assert_eq!(
        answer["pagination"],
        json!({ "page": 1, "limit": 1, "hasNext": true, "hasPrev": false })
    );
}

#[tokio::test]
async fn nobody_is_found_for_the_intents_of_others() {
    let world = World::start().await;
    let intent = &world.extract(CLIMATE).await[0];
    let body = json!({ "intentIds": [intent["id"]] });
    let answer = world.post("bob", "/discover/filter", body).await.ok();
    assert_eq!(answer["results"], json!([]));
}

#[tokio::test]
async fn whoever_is_known_already_is_left_out_unless_asked_for() {
    let world = World::start().await;
    let intent = &world.extract(CLIMATE).await[0];
    let mira = world.simulator.people()[0].id;
    world
        .simulator
        .act_as("ada", Action::Request, mira)
        .unwrap();
    assert_eq!(world.matches(intent).await, ["Camille Fournier-Dubois"]);
    let body = json!({ "intentIds": [intent["id"]], "excludeDiscovered": false });
    let answer = world.post("ada", "/discover/filter", body).await.ok();
    assert_eq!(answer["results"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn members_are_checked() {
    let world = World::start().await;
    for (body, path) in [
        (json!({ "intentIds": "x" }), "intentIds"),
        (json!({ "intentIds": ["x"] }), "intentIds[0]"),
        (json!({ "excludeDiscovered": 1 }), "excludeDiscovered"),
        (json!({ "page": 0 }), "page"),
        (json!({ "limit": 101 }), "limit"),
    ] {
        let answer = world.post("ada", "/discover/filter", body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["errors"][0]["path"], path);
    }
}
