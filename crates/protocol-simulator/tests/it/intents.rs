//! What a person looks for.

use serde_json::json;

use crate::client::World;

#[tokio::test]
async fn intents_are_listed_newest_first_in_pages() {
    let world = World::start().await;
    for number in 1..=3 {
        world.simulator.add_intent("ada", &number.to_string());
    }
    world.simulator.add_intent("bob", "4");
    let page = world.get("ada", "/intents?limit=2").await.ok();
    let payloads: Vec<_> = page["intents"].as_array().unwrap().iter().collect();
    assert_eq!(
        [&payloads[0]["payload"], &payloads[1]["payload"]],
        ["3", "2"]
    );
    assert_eq!(
        page["pagination"],
        json!({ "current": 1, "total": 2, "count": 2, "totalCount": 3 })
    );
    let page = world.get("ada", "/intents?limit=2&page=2").await.ok();
    assert_eq!(page["intents"][0]["payload"], "1");
    for query in ["limit=101", "page=0", "limit=x"] {
        let answer = world.get("ada", &format!("/intents?{query}")).await;
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn an_intent_is_shown_to_its_owner_only() {
    let world = World::start().await;
    let id = world.simulator.add_intent("ada", "Meet people");
    let path = format!("/intents/{id}");
    let answer = world.get("ada", &path).await.ok();
    assert_eq!(answer["intent"]["payload"], "Meet people");
    let refusal = world.get("bob", &path).await.refusal();
    assert_eq!(refusal, (403, "Access denied".to_owned()));
    let other = "/intents/00000000-0000-4000-8000-000000000000";
    assert_eq!(world.get("ada", other).await.status, 404);
    assert_eq!(world.get("ada", "/intents/x").await.status, 400);
}
