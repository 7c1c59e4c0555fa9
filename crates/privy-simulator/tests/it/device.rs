//! The device authorization grant.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::{APP, World, claims};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(world: &World) -> Value {
    let request = world.device("POST", "/api/oauth/v2/device_authorization");
    request.send().await.ok()
}

async fn token(world: &World, body: Value) -> Answer {
    world
        .device("POST", "/api/oauth/v2/token")
        .json(body)
        .send()
        .await
}

async fn poll(world: &World, device: &Value) -> Answer {
    let body = json!({ "grant_type": DEVICE_CODE, "device_code": device["device_code"] });
    token(world, body).await
}

async fn refresh(world: &World, refresh_token: &Value) -> Answer {
    let body = json!({ "grant_type": "refresh_token", "refresh_token": refresh_token });
    token(world, body).await
}

async fn decide(world: &World, bearer: &str, user_code: &str, action: &str) -> Answer {
    let body = json!({ "user_code": user_code, "action": action });
    let request = world.page("POST", "/api/oauth/v2/device_verify");
    request.bearer(bearer).json(body).send().await
}

/// A device that Ada approved, and its tokens.
async fn granted(world: &World) -> Value {
    let ada = world.sign_in("ada@example.com").unwrap();
    let device = begin(world).await;
    let user_code = device["user_code"].as_str().unwrap();
    decide(world, &ada.access_token, user_code, "approve")
        .await
        .ok();
    poll(world, &device).await.ok()
}

fn error(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn an_approved_device_gets_an_access_token_of_the_person() {
    let world = World::start().await;
    let ada = world.sign_in("ada@example.com").unwrap();
    let device = begin(&world).await;
    assert_eq!(
        (&device["expires_in"], &device["interval"]),
        (&json!(600), &json!(5))
    );
    let user_code = device["user_code"].as_str().unwrap();
    assert_eq!(user_code.len(), 11);
    let complete = device["verification_uri_complete"].as_str().unwrap();
    assert!(complete.ends_with(user_code));
    assert_eq!(
        poll(&world, &device).await.oauth_error(),
        error(400, "authorization_pending")
    );
    let answer = decide(&world, &ada.access_token, user_code, "approve").await;
    assert_eq!(answer.ok(), json!({ "success": true }));
    let tokens = poll(&world, &device).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 900);
    let claims = claims(&tokens["access_token"]);
    assert_eq!(claims["sub"], ada.did);
    assert_eq!(claims["aud"], APP);
    assert_eq!(claims["exp"], 1_800_000_900);
    assert!(claims["sid"].is_string());
    assert_eq!(
        poll(&world, &device).await.oauth_error(),
        error(400, "invalid_grant")
    );
}

#[tokio::test]
async fn polling_too_fast_is_slowed_down_for_good() {
    let world = World::start().await;
    let device = begin(&world).await;
    assert_eq!(
        poll(&world, &device).await.oauth_error().1,
        "authorization_pending"
    );
    world.pass(4);
    let answer = poll(&world, &device).await;
    assert_eq!(answer.oauth_error(), error(400, "slow_down"));
    assert_eq!(answer.json()["interval"], 10);
    world.pass(9);
    assert_eq!(poll(&world, &device).await.oauth_error().1, "slow_down");
    world.pass(15);
    assert_eq!(
        poll(&world, &device).await.oauth_error().1,
        "authorization_pending"
    );
}

#[tokio::test]
async fn a_denied_and_an_expired_device_get_nothing() {
    let world = World::start().await;
    let ada = world.sign_in("ada@example.com").unwrap();
    let device = begin(&world).await;
    let user_code = device["user_code"].as_str().unwrap();
    decide(&world, &ada.access_token, user_code, "deny")
        .await
        .ok();
    assert_eq!(
        poll(&world, &device).await.oauth_error(),
        error(400, "access_denied")
    );

    let device = begin(&world).await;
    let user_code = device["user_code"].as_str().unwrap();
    decide(&world, &ada.access_token, user_code, "approve")
        .await
        .ok();
    world.pass(600);
    assert_eq!(
        poll(&world, &device).await.oauth_error(),
        error(400, "expired_token")
    );
    let body = json!({ "grant_type": DEVICE_CODE, "device_code": "unknown" });
    assert_eq!(
        token(&world, body).await.oauth_error(),
        error(400, "invalid_grant")
    );
}

#[tokio::test]
async fn a_user_code_is_decided_once_in_any_spelling_by_a_person_who_is_signed_in() {
    let world = World::start().await;
    let ada = world.sign_in("ada@example.com").unwrap();
    let device = begin(&world).await;
    let user_code = device["user_code"].as_str().unwrap();
    let spelt = user_code.to_lowercase().replace('-', " ");
    let answer = decide(&world, "garbage", user_code, "approve").await;
    assert_eq!(answer.refusal(), error(401, "missing_or_invalid_token"));
    let tokens = granted(&world).await;
    let device_token = tokens["access_token"].as_str().unwrap();
    let answer = decide(&world, device_token, user_code, "approve").await;
    assert_eq!(answer.refusal(), error(401, "missing_or_invalid_token"));
    decide(&world, &ada.access_token, &spelt, "approve")
        .await
        .ok();
    let again = decide(&world, &ada.access_token, user_code, "deny").await;
    assert_eq!(again.refusal(), error(400, "invalid_data"));
    let answer = decide(&world, &ada.access_token, "BBBBB-BBBBB", "approve").await;
    assert_eq!(answer.refusal(), error(400, "invalid_data"));
    poll(&world, &device).await.ok();
}

#[tokio::test]
async fn a_refresh_rotates_and_a_replay_ends_the_grant() {
    let world = World::start().await;
    let first = granted(&world).await;
    world.pass(1200);
    let second = refresh(&world, &first["refresh_token"]).await.ok();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let sid = |tokens: &Value| claims(&tokens["access_token"])["sid"].clone();
    assert_eq!(sid(&second), sid(&first));
    assert_eq!(claims(&second["access_token"])["iat"], 1_800_001_200);
    let replay = refresh(&world, &first["refresh_token"]).await;
    assert_eq!(replay.oauth_error(), error(401, "invalid_grant"));
    let answer = refresh(&world, &second["refresh_token"]).await;
    assert_eq!(answer.oauth_error(), error(401, "invalid_grant"));
}

#[tokio::test]
async fn grants_are_independent_of_each_other_and_of_the_login_session() {
    let world = World::start().await;
    let (first, second) = (granted(&world).await, granted(&world).await);
    let rotated = refresh(&world, &first["refresh_token"]).await.ok();
    refresh(&world, &first["refresh_token"]).await;
    assert_eq!(refresh(&world, &rotated["refresh_token"]).await.status, 401);
    let ada = world.sign_in("ada@example.com").unwrap();
    let logout = world
        .page("POST", "/api/v1/sessions/logout")
        .bearer(&ada.access_token);
    logout
        .json(json!({ "refresh_token": ada.refresh_token }))
        .send()
        .await
        .ok();
    refresh(&world, &second["refresh_token"]).await.ok();
}

#[tokio::test]
async fn a_refresh_token_ends_after_thirty_days_without_use() {
    let world = World::start().await;
    let first = granted(&world).await;
    world.pass(30 * 86_400 - 1);
    let second = refresh(&world, &first["refresh_token"]).await.ok();
    world.pass(30 * 86_400);
    let answer = refresh(&world, &second["refresh_token"]).await;
    assert_eq!(answer.oauth_error(), error(401, "invalid_grant"));
}

#[tokio::test]
async fn an_app_without_the_grant_answers_403() {
    let world = World::start().await;
    world.configure(|settings| settings.device.enabled = false);
    let request = world.device("POST", "/api/oauth/v2/device_authorization");
    let answer = request.send().await;
    assert_eq!(answer.status, 403);
    let expected = "Device authorization is not enabled for this app";
    assert_eq!(answer.json(), json!({ "error": expected }));
}

#[tokio::test]
async fn requests_are_json_or_forms_and_say_what_they_want() {
    let world = World::start().await;
    let ada = world.sign_in("ada@example.com").unwrap();
    let device = begin(&world).await;
    let user_code = device["user_code"].as_str().unwrap();
    world.decide_device(user_code, &ada.did, true).unwrap();
    let form = format!(
        "grant_type=device_code&device_code={}",
        device["device_code"].as_str().unwrap()
    );
    let request = world.device("POST", "/api/oauth/v2/token");
    request
        .text("application/x-www-form-urlencoded", &form)
        .send()
        .await
        .ok();
    for (body, expected) in [
        (json!({}), "invalid_request"),
        (json!({ "grant_type": DEVICE_CODE }), "invalid_request"),
        (json!({ "grant_type": "refresh_token" }), "invalid_request"),
        (
            json!({ "grant_type": "password" }),
            "unsupported_grant_type",
        ),
        (json!([]), "invalid_request"),
    ] {
        assert_eq!(
            token(&world, body).await.oauth_error(),
            error(400, expected)
        );
    }
    let answer = world
        .bare("POST", "/api/oauth/v2/token")
        .json(json!({}))
        .send()
        .await;
    assert_eq!(
        answer.refusal(),
        error(400, "missing_or_invalid_privy_app_id")
    );
}

#[tokio::test]
async fn a_test_says_what_device_tokens_look_like() {
    let world = World::start().await;
    world
        .patch(&json!({ "device": { "claims": { "aud": "auth.privy.io" } } }))
        .unwrap();
    world.configure(|settings| {
        settings.device.claims.insert("sid".to_owned(), Value::Null);
    });
    let tokens = granted(&world).await;
    let claims = claims(&tokens["access_token"]);
    assert_eq!(claims["aud"], "auth.privy.io");
    assert_eq!(claims.get("sid"), None);
    // Privy still knows it.
    let list = world.device("GET", "/api/oauth/v2/grants");
    list.bearer(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .ok();
}

#[tokio::test]
async fn a_person_s_grants_are_listed_and_revoked() {
    let world = World::start().await;
    let (first, second) = (granted(&world).await, granted(&world).await);
    let list = world.device("GET", "/api/oauth/v2/grants");
    assert_eq!(list.clone().send().await.status, 401);
    let bearer = first["access_token"].as_str().unwrap();
    let before = list.clone().bearer(bearer).send().await.ok();
    assert_eq!(before["data"].as_array().unwrap().len(), 2);
    assert_eq!(before["data"][0]["grant_type"], "device_code");
    refresh(&world, &first["refresh_token"]).await.ok();
    let after = list.clone().bearer(bearer).send().await.ok();
    let id = claims(&first["access_token"])["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    for (old, new) in before["data"]
        .as_array()
        .unwrap()
        .iter()
        .zip(after["data"].as_array().unwrap())
    {
        assert_eq!(old["last_used_at"] != new["last_used_at"], new["id"] == id);
    }
    let bob = world.sign_in("bob@example.com").unwrap();
    let path = format!("/api/oauth/v2/grants/{id}");
    let foreign = world
        .device("DELETE", &path)
        .bearer(&bob.access_token)
        .send()
        .await;
    assert_eq!(foreign.status, 404);
    let answer = world.device("DELETE", &path).bearer(bearer).send().await;
    assert_eq!(answer.ok(), json!({ "success": true }));
    assert_eq!(list.bearer(bearer).send().await.status, 401);
    refresh(&world, &second["refresh_token"]).await.ok();
}

#[tokio::test]
async fn a_deleted_or_revoked_person_s_grants_end() {
    let world = World::start().await;
    let tokens = granted(&world).await;
    world.revoke("ada@example.com").unwrap();
    assert_eq!(refresh(&world, &tokens["refresh_token"]).await.status, 401);
    let tokens = granted(&world).await;
    world.delete_user("ada@example.com").unwrap();
    assert_eq!(refresh(&world, &tokens["refresh_token"]).await.status, 401);
}
