//! Failures on demand.

use countersign_privy_simulator::Fault;
use serde_json::json;
use tokio::net::TcpStream;

use crate::world::{APP, World};

const SESSIONS: &str = "/api/v1/sessions";

#[tokio::test]
async fn a_status_comes_as_often_as_asked_and_nothing_happens() {
    let world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let refresh = world.refresh(&session["token"], &session["refresh_token"]);
    let fault = Fault {
        code: Some("too_many_requests".to_owned()),
        retry_after: Some(7),
        ..Fault::status(SESSIONS, 503).times(2)
    };
    world.fault(fault);
    for _ in 0..2 {
        let answer = refresh.clone().send().await;
        assert_eq!(answer.refusal(), (503, "too_many_requests".to_owned()));
        assert_eq!(answer.header("retry-after"), Some("7"));
        assert!(answer.header("access-control-allow-origin").is_some());
    }
    refresh.send().await.ok();
}

#[tokio::test]
async fn a_lost_answer_has_its_effect() {
    let world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let refresh = world.refresh(&session["token"], &session["refresh_token"]);
    world.fault(Fault::answer_lost(SESSIONS));
    assert!(refresh.clone().try_send().await.is_none());
    assert_eq!(refresh.send().await.status, 401, "the token was spent");
}

#[tokio::test]
async fn a_lost_request_has_none() {
    let world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let refresh = world.refresh(&session["token"], &session["refresh_token"]);
    world.fault(Fault::request_lost(SESSIONS));
    assert!(refresh.clone().try_send().await.is_none());
    refresh.send().await.ok();
}

#[tokio::test]
async fn a_status_can_come_after_the_effect() {
    let world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let refresh = world.refresh(&session["token"], &session["refresh_token"]);
    world.fault(Fault {
        processed: Some(true),
        ..Fault::status(SESSIONS, 502)
    });
    assert_eq!(refresh.clone().send().await.status, 502);
    assert_eq!(refresh.send().await.status, 401);
}

#[tokio::test]
async fn an_answer_can_be_no_json_or_late() {
    let world = World::start().await;
    let path = format!("/v1/apps/{APP}/jwks.json");
    world.fault(Fault {
        body: Some("<html>".to_owned()),
        ..Fault::at(&path)
    });
    world.fault(Fault {
        delay_ms: 1,
        ..Fault::at(&path)
    });
    let answer = world.bare("GET", &path).send().await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "<html>"));
    world.bare("GET", &path).send().await.ok();
}

#[tokio::test]
async fn a_fault_hits_its_method_and_beginning_of_a_path_until_it_is_cleared() {
    let world = World::start().await;
    let fault = json!({ "path": "/v1/apps/*", "method": "GET", "status": 500, "times": 0 });
    world
        .bare("POST", "/sim/fault")
        .json(fault)
        .send()
        .await
        .ok();
    let path = format!("/v1/apps/{APP}/jwks.json");
    for _ in 0..3 {
        assert_eq!(world.bare("GET", &path).send().await.status, 500);
    }
    assert_eq!(world.bare("POST", &path).send().await.status, 405);
    world.bare("DELETE", "/sim/fault").send().await.ok();
    world.bare("GET", &path).send().await.ok();
}

#[tokio::test]
async fn offline_refuses_connections_and_forgets_nothing() {
    let mut world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let mut kept = TcpStream::connect(world.address()).await.unwrap();
    world.simulator.go_offline().await;
    assert!(TcpStream::connect(world.address()).await.is_err());
    let mut nothing = Vec::new();
    _ = tokio::io::AsyncReadExt::read_to_end(&mut kept, &mut nothing).await;
    assert!(nothing.is_empty());
    world.simulator.go_online().await.unwrap();
    world
        .refresh(&session["token"], &session["refresh_token"])
        .send()
        .await
        .ok();
}
