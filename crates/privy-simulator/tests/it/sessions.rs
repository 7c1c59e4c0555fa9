//! Refresh and logout.

use countersign_privy_simulator::Mint;
use serde_json::{Value, json};

use crate::world::{World, claims};

const INVALID: &str = "Invalid auth token";

fn invalid() -> (u16, String) {
    (401, "missing_or_invalid_token".to_owned())
}

#[tokio::test]
async fn a_refresh_rotates_both_tokens_and_keeps_the_session() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    world.pass(10);
    let answer = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await
        .ok();
    assert_eq!(answer["session_update_action"], "set");
    assert_eq!(answer.get("is_new_user"), None);
    assert_eq!(answer["user"]["id"], first["user"]["id"]);
    assert_ne!(answer["refresh_token"], first["refresh_token"]);
    let (old, new) = (claims(&first["token"]), claims(&answer["token"]));
    assert_eq!(new["sid"], old["sid"]);
    assert_eq!(new["iat"], 1_800_000_010);
}

#[tokio::test]
async fn an_expired_bearer_refreshes() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    world.pass(7200);
    world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await
        .ok();
}

#[tokio::test]
async fn a_privy_access_token_refreshes() {
    let world = World::start().await;
    world.configure(|settings| settings.privy_access_token = true);
    let first = world.sign_in_by_email("ada@example.com").await;
    let request = world.refresh(&first["privy_access_token"], &first["refresh_token"]);
    request.send().await.ok();
}

#[tokio::test]
async fn a_replay_ends_the_session() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    let second = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await
        .ok();
    let replay = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await;
    assert_eq!(replay.refusal(), invalid());
    assert_eq!(replay.json()["error"], INVALID);
    let answer = world
        .refresh(&second["token"], &second["refresh_token"])
        .send()
        .await;
    assert_eq!(answer.refusal(), invalid());
}

#[tokio::test]
async fn what_is_missing_is_400() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    let body = json!({ "refresh_token": first["refresh_token"] });
    let answer = world
        .page("POST", "/api/v1/sessions")
        .json(body)
        .send()
        .await;
    assert_eq!(
        answer.refusal(),
        (400, "missing_or_invalid_token".to_owned())
    );
    assert_eq!(answer.json()["error"], "Missing access token");
    let request = world.page("POST", "/api/v1/sessions").json(json!({}));
    let answer = request
        .bearer(first["token"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(
        answer.refusal(),
        (400, "missing_or_invalid_token".to_owned())
    );
    assert_eq!(answer.json()["error"], "Missing refresh token");
}

#[tokio::test]
async fn another_session_s_bearer_refreshes_nothing_and_ends_nothing() {
    let world = World::start().await;
    let ada = world.sign_in_by_email("ada@example.com").await;
    let bob = world.sign_in_by_email("bob@example.com").await;
    let again = world.sign_in_by_email("ada@example.com").await;
    let foreign = json!(world.mint(&Mint::default()).unwrap());
    for bearer in [&bob["token"], &again["token"], &foreign, &json!("garbage")] {
        let answer = world.refresh(bearer, &ada["refresh_token"]).send().await;
        assert_eq!(answer.refusal(), invalid());
    }
    world
        .refresh(&ada["token"], &ada["refresh_token"])
        .send()
        .await
        .ok();
}

#[tokio::test]
async fn a_refresh_must_name_the_app_client_it_began_with() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    let request = world.refresh(&first["token"], &first["refresh_token"]);
    let answer = request.clone().without("privy-client-id").send().await;
    assert_eq!(
        answer.refusal(),
        (400, "missing_or_invalid_token".to_owned())
    );
    assert_eq!(answer.json()["error"], INVALID);
    request.send().await.ok();
}

#[tokio::test]
async fn a_refresh_token_ends_after_thirty_days_without_use() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    world.pass(30 * 86_400 - 1);
    let second = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await
        .ok();
    world.pass(30 * 86_400);
    let answer = world
        .refresh(&second["token"], &second["refresh_token"])
        .send()
        .await;
    assert_eq!(answer.refusal(), invalid());
}

#[tokio::test]
async fn an_early_refresh_can_be_ignored() {
    let world = World::start().await;
    world.configure(|settings| settings.early_refresh_ignored = true);
    let first = world.sign_in_by_email("ada@example.com").await;
    let request = world.refresh(&first["token"], &first["refresh_token"]);
    let answer = request.clone().send().await.ok();
    assert_eq!(answer["session_update_action"], "ignore");
    for member in ["token", "refresh_token", "privy_access_token"] {
        assert_eq!(answer[member], Value::Null);
    }
    world.pass(3600);
    assert_eq!(request.send().await.ok()["session_update_action"], "set");
}

#[tokio::test]
async fn logout_ends_the_session_and_always_succeeds() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    let logout = world
        .page("POST", "/api/v1/sessions/logout")
        .bearer(first["token"].as_str().unwrap())
        .json(json!({ "refresh_token": first["refresh_token"] }));
    assert_eq!(logout.clone().send().await.ok(), json!({}));
    let answer = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await;
    assert_eq!(answer.refusal(), invalid());
    assert_eq!(logout.send().await.ok(), json!({}));
}

#[tokio::test]
async fn revoking_a_person_ends_every_session() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    world.sign_in_by_email("ada@example.com").await;
    let bob = world.sign_in_by_email("bob@example.com").await;
    assert_eq!(world.revoke("ada@example.com"), Ok(2));
    let answer = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await;
    assert_eq!(answer.refusal(), invalid());
    world
        .refresh(&bob["token"], &bob["refresh_token"])
        .send()
        .await
        .ok();
}

#[tokio::test]
async fn me_wants_a_token_that_still_holds_of_a_session_that_lives() {
    let world = World::start().await;
    let first = world.sign_in_by_email("ada@example.com").await;
    let token = first["token"].as_str().unwrap();
    let me = world.page("GET", "/api/v1/users/me");
    assert_eq!(me.clone().send().await.refusal(), invalid());
    let answer = me.clone().bearer(token).send().await.ok();
    assert_eq!(answer["user"], first["user"]);
    assert!(answer["identity_token"].is_string());
    let identity = first["identity_token"].as_str().unwrap();
    assert_eq!(
        me.clone().bearer(identity).send().await.refusal(),
        invalid()
    );
    world.pass(3600);
    assert_eq!(me.clone().bearer(token).send().await.refusal(), invalid());
    let again = world
        .refresh(&first["token"], &first["refresh_token"])
        .send()
        .await
        .ok();
    let token = again["token"].as_str().unwrap();
    me.clone().bearer(token).send().await.ok();
    world.revoke("ada@example.com").unwrap();
    assert_eq!(me.bearer(token).send().await.refusal(), invalid());
}
