//! The control plane, over HTTP.

use serde_json::{Value, json};

use crate::client::{Answer, World};

async fn sim(world: &World, method: &str, path: &str, body: Option<Value>) -> Answer {
    let body = body.map_or_else(String::new, |body| body.to_string());
    let headers = [("content-type", "application/json")];
    let target = format!("/sim/{path}");
    world.send(method, &target, &headers, &body).await.unwrap()
}

async fn post(world: &World, path: &str, body: Value) -> Value {
    sim(world, "POST", path, Some(body)).await.ok()
}

#[tokio::test]
async fn settings_change_member_by_member() {
    let world = World::start().await;
    let before = sim(&world, "GET", "config", None).await.ok();
    assert_eq!(before["newcomers"], "empty");
    let members = json!({ "indexing": { "after_polls": 1 }, "newcomers": "settled" });
    let after = post(&world, "config", members).await;
    assert_eq!(after["indexing"]["after_polls"], 1);
    assert_eq!(after["newcomers"], "settled");
    assert_eq!(after["max_intents"], before["max_intents"]);
    for wrong in [json!({ "x": 1 }), json!({ "max_intents": "many" })] {
        let refused = sim(&world, "POST", "config", Some(wrong)).await;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    assert_eq!(sim(&world, "GET", "config", None).await.ok(), after);
}

#[tokio::test]
async fn people_come_with_whatever_name_and_go() {
    let world = World::start().await;
    sim(&world, "DELETE", "people", None).await.ok();
    let name = "<img src=x onerror=alert(1)>";
    let person =
        json!({ "name": name, "avatar": "javascript:1", "intents": ["Meet climate people"] });
    let id = post(&world, "people", person.clone()).await;
    assert_eq!(post(&world, "people", person).await, id, "the same person");
    let people = sim(&world, "GET", "people", None).await.ok();
    assert_eq!(people["people"].as_array().unwrap().len(), 1);
    let intents = world.extract("Meet climate founders.").await;
    assert_eq!(world.matches(&intents[0]).await, [name]);
}

#[tokio::test]
async fn what_a_subject_has_can_be_prepared() {
    let world = World::start().await;
    let mira = sim(&world, "GET", "people", None).await.ok()["people"][0]["id"].clone();
    let intent = json!({ "subject": "ada", "payload": "Meet people" });
    let intent = post(&world, "intents", intent).await;
    let path = format!("/intents/{}", intent["id"].as_str().unwrap());
    world.get("ada", &path).await.ok();

    let asks = json!({ "by": "person", "person": mira, "action": "REQUEST", "subject": "ada" });
    post(&world, "actions", asks.clone()).await;
    let again = sim(&world, "POST", "actions", Some(asks)).await;
    assert_eq!(again.status, 400, "{again:?}");
    let agrees = json!({ "by": "subject", "person": mira, "action": "ACCEPT", "subject": "ada" });
    post(&world, "actions", agrees).await;
    let body = json!({ "type": "history" });
    let listed = world.post("ada", "/connections/by-user", body).await.ok();
    assert_eq!(listed["connections"][0]["status"], "ACCEPT");

    post(&world, "deactivate", json!({ "subject": "ada" })).await;
    assert_eq!(world.get("ada", "/intents").await.status, 401);
}

#[tokio::test]
async fn requests_fail_as_they_are_told_to_and_the_control_plane_does_not() {
    let world = World::start().await;
    let answer = json!({ "status": 503, "body": { "error": "down" }, "retry_after": 7 });
    let fault = json!({ "path": "/intents", "times": 2, "effect": { "answer": answer } });
    post(&world, "fault", fault).await;
    let failed = world.get("ada", "/intents").await;
    assert_eq!(failed.refusal(), (503, "down".to_owned()));
    assert!(failed.head.contains("retry-after: 7"), "{failed:?}");
    sim(&world, "DELETE", "fault", None).await.ok();
    world.get("ada", "/intents").await.ok();

    let late = json!({ "path": "/intents", "effect": { "delay": 1 } });
    post(&world, "fault", late).await;
    world.get("ada", "/intents").await.ok();
    let wrong = json!({ "path": "/intents", "effect": "explode" });
    let refused = sim(&world, "POST", "fault", Some(wrong)).await;
    assert_eq!(refused.status, 400);

    let log = sim(&world, "GET", "log", None).await.ok();
    let outcomes = log["requests"].as_array().unwrap().iter();
    let outcomes: Vec<_> = outcomes.map(|request| request["outcome"].clone()).collect();
    let answered = |status| json!({ "answered": status });
    assert_eq!(outcomes, [answered(503), answered(200), answered(200)]);
    assert_eq!(log["most_at_once"]["/intents"], 1);
    sim(&world, "DELETE", "log", None).await.ok();
    let log = sim(&world, "GET", "log", None).await.ok();
    assert_eq!(log["requests"], json!([]));
}

#[tokio::test]
async fn a_request_is_held_until_it_is_released() {
    let world = World::start().await;
    let fault = json!({ "path": "/intents", "effect": "hold" });
    post(&world, "fault", fault).await;
    let release = async {
        world.simulator.wait_until(|log| !log.is_empty()).await;
        let log = sim(&world, "GET", "log", None).await.ok();
        assert_eq!(log["requests"][0]["outcome"], "open");
        post(&world, "release", json!({})).await
    };
    let (answer, _) = tokio::join!(world.get("ada", "/intents"), release);
    answer.ok();
}

#[tokio::test]
async fn time_passes_on_request() {
    let world = World::start().await;
    let before = sim(&world, "GET", "clock", None).await.ok();
    let after = post(&world, "clock", json!({ "advance_ms": 1500 })).await;
    let passed = after["now_ms"].as_i64().unwrap() - before["now_ms"].as_i64().unwrap();
    assert_eq!(passed, 1500);
}
