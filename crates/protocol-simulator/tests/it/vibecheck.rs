//! A text about somebody.

use serde_json::json;

use crate::client::World;

#[tokio::test]
async fn a_text_names_the_person_and_links_the_intent() {
    let world = World::start().await;
    let intents = world.extract("I want to do climate work.").await;
    let id = intents[0]["id"].as_str().unwrap();
    let mira = world.simulator.people()[0].id;
    let body = json!({ "targetUserId": mira, "intentIds": [id] });
    let answer = world.post("ada", "/synthesis/vibecheck", body).await.ok();
    let text = answer["synthesis"].as_str().unwrap();
    let link = format!("[climate](https://index.network/intents/{id})");
    assert!(
        text.starts_with("Mira Halvorsen") && text.contains(&link),
        "{text}"
    );
    assert_eq!(answer["targetUserId"], json!(mira));
    let account = world.simulator.account("ada");
    assert_eq!(answer["contextUserId"], json!(account));
}

#[tokio::test]
async fn a_text_is_as_short_as_asked_for() {
    let world = World::start().await;
    let musician = world.simulator.people()[4].id;
    let body = json!({ "targetUserId": musician, "options": { "characterLimit": 10 } });
    let answer = world.post("ada", "/synthesis/vibecheck", body).await.ok();
    assert_eq!(answer["synthesis"].as_str().unwrap().chars().count(), 10);
}

#[tokio::test]
async fn there_is_none_about_oneself_or_about_nobody() {
    let world = World::start().await;
    let ada = world.simulator.account("ada");
    for (target, status) in [
        (json!(ada), 400),
        (json!("00000000-0000-4000-8000-000000000000"), 404),
        (json!("mira"), 400),
        (json!(null), 400),
    ] {
        let body = json!({ "targetUserId": target });
        let answer = world.post("ada", "/synthesis/vibecheck", body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}
