use std::time::Duration;

use countersign_identity::privy::AppUnavailable;
use countersign_testnet::Answer;
use serde_json::json;

use super::world::{CLIENT, MINUTE, SETTINGS, World, refused};

#[tokio::test]
async fn the_configuration_is_kept_for_five_minutes() {
    let world = World::new().await;
    world.host.answer(
        SETTINGS,
        Answer::json(r#"{"name":"Acme","email_auth":true}"#),
    );
    let app = world.privy.app().await.unwrap();
    assert_eq!(app.name.as_deref(), Some("Acme"));
    assert!(app.methods.email && !app.methods.sms);
    world
        .host
        .answer(SETTINGS, Answer::json(r#"{"sms_auth":true}"#));
    world.clock.advance(5 * MINUTE - 1);
    assert_eq!(world.privy.app().await.unwrap(), app);
    world.clock.advance(1);
    assert!(world.privy.app().await.unwrap().methods.sms);
    assert_eq!(world.asked(SETTINGS), 2);
}

#[tokio::test]
async fn the_last_configuration_stands_in_during_an_outage() {
    let world = World::new().await;
    world
        .host
        .answer(SETTINGS, Answer::json(r#"{"email_auth":true}"#));
    world.privy.app().await.unwrap();
    world.fail(SETTINGS);
    world.clock.advance(24 * 60 * MINUTE);
    for _ in 0..3 {
        assert!(world.privy.app().await.unwrap().methods.email);
    }
    assert_eq!(world.asked(SETTINGS), 2);
}

#[tokio::test]
async fn without_a_last_one_an_outage_says_how_long_to_wait() {
    let world = World::new().await;
    let busy = Answer::json(r#"{"error":"x","code":"too_many_requests"}"#).status(429);
    world.host.answer(SETTINGS, busy.header("retry-after", "7"));
    let unavailable = world.privy.app().await.unwrap_err();
    assert!(unavailable.is_transient());
    assert_eq!(unavailable.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn the_app_client_is_named_where_there_is_one() {
    let world = World::with(|config, _| config.client_id = Some(CLIENT.into())).await;
    world.host.answer(SETTINGS, Answer::json("{}"));
    world.privy.app().await.unwrap();
    let requests = world.host.requests();
    assert_eq!(requests[0].header("privy-client-id"), Some(CLIENT));
    assert_eq!(requests[0].header("authorization"), None);

    let world = World::new().await;
    world.host.answer(SETTINGS, Answer::json("{}"));
    world.privy.app().await.unwrap();
    assert_eq!(world.host.requests()[0].header("privy-client-id"), None);
}

#[tokio::test]
async fn a_wrong_id_is_named() {
    let world = World::new().await;
    for (code, reason) in [
        (
            "missing_or_invalid_privy_app_id",
            AppUnavailable::UnknownApp,
        ),
        (
            "missing_or_invalid_privy_client_id",
            AppUnavailable::UnknownClient,
        ),
    ] {
        let body = json!({"error": "Invalid", "code": code});
        world.host.answer(SETTINGS, refused(400, &body));
        let unavailable = world.privy.app().await.unwrap_err();
        assert!(!unavailable.is_transient());
        assert_eq!(unavailable, reason);
    }
}
