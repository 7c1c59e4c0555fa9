//! Failures on demand, and the log.

use std::time::Duration;

use countersign_protocol_simulator::{Fault, Outcome};
use serde_json::json;

use crate::client::World;

const LIST: &str = "/connections/by-user";

#[tokio::test]
async fn a_status_comes_as_often_as_asked() {
    let world = World::start().await;
    let fault = Fault::status(LIST, 503, "busy").retry_after(7).times(2);
    world.simulator.fault(fault);
    for _ in 0..2 {
        let answer = world.post("ada", LIST, json!({})).await;
        assert_eq!(answer.refusal(), (503, "busy".to_owned()));
        assert!(answer.head.contains("retry-after: 7"), "{answer:?}");
    }
    world.post("ada", LIST, json!({})).await.ok();
}

#[tokio::test]
async fn a_fault_can_be_about_one_body_and_stay_until_it_is_cleared() {
    let world = World::start().await;
    let fault = Fault::status(LIST, 500, "no").about("history").times(0);
    world.simulator.fault(fault);
    world.post("ada", LIST, json!({})).await.ok();
    for _ in 0..3 {
        let answer = world.post("ada", LIST, json!({ "type": "history" })).await;
        assert_eq!(answer.status, 500);
    }
    world.simulator.clear_faults();
    world
        .post("ada", LIST, json!({ "type": "history" }))
        .await
        .ok();
}

#[tokio::test]
async fn an_answer_can_be_lost_late_or_no_json() {
    let world = World::start().await;
    world.simulator.fault(Fault::lost(LIST));
    world.simulator.fault(Fault::text(LIST, "<html>"));
    world
        .simulator
        .fault(Fault::delay(LIST, Duration::from_millis(1)));
    assert!(world.try_post("ada", LIST, &json!({})).await.is_none());
    assert_eq!(world.post("ada", LIST, json!({})).await.text, "<html>");
    world.post("ada", LIST, json!({})).await.ok();
    let outcomes: Vec<_> = world
        .simulator
        .requests_to(LIST)
        .iter()
        .map(|request| request.outcome)
        .collect();
    let answered = Outcome::Answered(200);
    assert_eq!(outcomes, [Outcome::Abandoned, answered, answered]);
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let world = World::start().await;
    world.simulator.fault(Fault::hold(LIST).times(2));
    let control = world.simulator.control();
    let body = json!({});
    let release = async {
        control.wait_until(|requests| requests.len() == 2).await;
        assert_eq!(control.requests()[0].outcome, Outcome::Open);
        control.release();
    };
    let (one, other, ()) = tokio::join!(
        world.try_post("ada", LIST, &body),
        world.try_post("bob", LIST, &body),
        release
    );
    assert_eq!((one.unwrap().status, other.unwrap().status), (200, 200));
    assert_eq!(world.simulator.most_at_once(LIST), 2);
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed() {
    let world = World::start().await;
    world.simulator.fault(Fault::hold(LIST));
    let body = json!({});
    let control = world.simulator.control();
    tokio::select! {
        _ = world.try_post("ada", LIST, &body) => panic!("it is held"),
        () = control.wait_until(|requests| !requests.is_empty()) => {}
    }
    control
        .wait_until(|requests| requests[0].outcome == Outcome::Abandoned)
        .await;
}
