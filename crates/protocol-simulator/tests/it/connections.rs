//! What two people may do about each other.

use countersign_protocol_simulator::Action;
use serde_json::{Value, json};

use crate::client::{Answer, World};

async fn act(world: &World, action: &str) -> Answer {
    let target = world.simulator.people()[0].id;
    let body = json!({ "targetUserId": target, "action": action });
    world.post("ada", "/connections/actions", body).await
}

async fn listed(world: &World, kind: &str) -> Value {
    let body = json!({ "type": kind });
    let answer = world.post("ada", "/connections/by-user", body).await.ok();
    answer["connections"].clone()
}

/// Mira asks ada.
fn ask(world: &World) {
    let mira = world.simulator.people()[0].id;
    world.simulator.act(mira, Action::Request, "ada").unwrap();
}

#[tokio::test]
async fn a_request_can_be_made_once_and_taken_back() {
    let world = World::start().await;
    let answer = act(&world, "REQUEST").await.ok();
    assert_eq!(answer["message"], "Connection request successful");
    assert_eq!(answer["event"]["eventType"], "REQUEST");
    let refusal = act(&world, "REQUEST").await.refusal();
    assert_eq!(
        refusal,
        (400, "Cannot request in current state: REQUEST".to_owned())
    );
    assert_eq!(act(&world, "ACCEPT").await.status, 400, "it is ada's own");
    act(&world, "CANCEL").await.ok();
    act(&world, "REQUEST").await.ok();
}

#[tokio::test]
async fn a_request_of_another_can_be_answered() {
    for action in ["ACCEPT", "DECLINE", "SKIP"] {
        let world = World::start().await;
        assert_eq!(act(&world, action).await.status, 400, "nobody asked");
        ask(&world);
        assert_eq!(act(&world, "CANCEL").await.status, 400, "it is mira's");
        act(&world, action).await.ok();
        assert_eq!(act(&world, action).await.status, 400, "{action}");
        let again = act(&world, "REQUEST").await.status;
        assert_eq!(again == 200, action != "ACCEPT");
    }
}

#[tokio::test]
async fn skipping_somebody_who_did_not_ask_is_a_setting() {
    let world = World::start().await;
    world
        .simulator
        .configure(|settings| settings.skip_unasked = true);
    act(&world, "SKIP").await.ok();
}

#[tokio::test]
async fn connections_are_listed_by_what_happened_last() {
    let world = World::start().await;
    assert_eq!(listed(&world, "inbox").await, json!([]));
    ask(&world);
    let inbox = listed(&world, "inbox").await;
    assert_eq!(inbox[0]["user"]["name"], "Mira Halvorsen");
    assert_eq!(inbox[0]["status"], "REQUEST");
    assert_eq!(inbox[0]["isInitiator"], false);
    act(&world, "DECLINE").await.ok();
    assert_eq!(listed(&world, "inbox").await, json!([]));
    assert_eq!(listed(&world, "history").await[0]["status"], "DECLINE");
    act(&world, "REQUEST").await.ok();
    assert_eq!(listed(&world, "history").await, json!([]));
    assert_eq!(listed(&world, "pending").await[0]["isInitiator"], true);
}

#[tokio::test]
async fn members_are_checked() {
    let world = World::start().await;
    let own = world.simulator.account("ada");
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (target, action, status) in [
        (json!("mira"), "REQUEST", 400),
        (json!(own), "REQUEST", 400),
        (json!(nobody), "REQUEST", 404),
        (json!(nobody), "request", 400),
    ] {
        let body = json!({ "targetUserId": target, "action": action });
        let answer = world.post("ada", "/connections/actions", body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let body = json!({ "type": "all" });
    let answer = world.post("ada", "/connections/by-user", body).await;
    assert_eq!(answer.json()["errors"][0]["path"], "type");
}
