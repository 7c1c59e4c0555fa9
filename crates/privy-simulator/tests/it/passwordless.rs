//! E-mail and SMS codes.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::{World, claims};

async fn init(world: &World, body: Value) -> Answer {
    let request = world.page("POST", "/api/v1/passwordless/init");
    request.json(body).send().await
}

async fn authenticate(world: &World, body: Value) -> Answer {
    let request = world.page("POST", "/api/v1/passwordless/authenticate");
    request.json(body).send().await
}

fn refused(code: &str) -> (u16, String) {
    (422, code.to_owned())
}

#[tokio::test]
async fn a_code_signs_in_and_makes_an_account_once() {
    let world = World::start().await;
    let first = world.sign_in_by_email("Ada@Example.com").await;
    assert_eq!(first["is_new_user"], true);
    assert_eq!(first["session_update_action"], "set");
    assert_eq!(first["privy_access_token"], Value::Null);
    assert_eq!(
        first["user"]["linked_accounts"],
        json!([{
            "type": "email",
            "address": "ada@example.com",
            "verified_at": 1_800_000_000,
            "first_verified_at": 1_800_000_000,
            "latest_verified_at": 1_800_000_000,
        }])
    );
    let did = first["user"]["id"].as_str().unwrap();
    assert!(did.starts_with("did:privy:c") && did.len() == 35, "{did}");
    world.pass(60);
    let second = world.sign_in_by_email("ada@example.com").await;
    assert_eq!(second["is_new_user"], false);
    assert_eq!(second["user"]["id"], did);
    let account = &second["user"]["linked_accounts"][0];
    assert_eq!(account["first_verified_at"], 1_800_000_000);
    assert_eq!(account["latest_verified_at"], 1_800_000_060);
    assert_ne!(
        claims(&second["token"])["sid"],
        claims(&first["token"])["sid"]
    );
}

#[tokio::test]
async fn a_wrong_a_used_an_old_and_a_replaced_code_are_refused_alike() {
    let world = World::start().await;
    let email = "ada@example.com";
    let wrong = authenticate(&world, json!({ "email": email, "code": "000000" })).await;
    assert_eq!(wrong.refusal(), refused("invalid_credentials"));
    assert_eq!(wrong.json()["error"], "Invalid email and code combination");

    init(&world, json!({ "email": email })).await.ok();
    let replaced = world.one_time_code(email).unwrap();
    init(&world, json!({ "email": email })).await.ok();
    let good = world.one_time_code(email).unwrap();
    if replaced != good {
        let answer = authenticate(&world, json!({ "email": email, "code": replaced })).await;
        assert_eq!(answer.refusal(), refused("invalid_credentials"));
    }
    let body = json!({ "email": email, "code": good });
    authenticate(&world, body.clone()).await.ok();
    assert_eq!(
        authenticate(&world, body).await.refusal(),
        refused("invalid_credentials")
    );

    init(&world, json!({ "email": email })).await.ok();
    let body = json!({ "email": email, "code": world.one_time_code(email).unwrap() });
    world.pass(600);
    assert_eq!(
        authenticate(&world, body).await.refusal(),
        refused("invalid_credentials")
    );
}

#[tokio::test]
async fn a_code_is_good_until_its_last_second() {
    let world = World::start().await;
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let code = world.one_time_code("ada@example.com").unwrap();
    world.pass(599);
    authenticate(&world, json!({ "email": "ada@example.com", "code": code }))
        .await
        .ok();
}

#[tokio::test]
async fn nobody_new_signs_in_without_sign_up() {
    let world = World::start().await;
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let code = world.one_time_code("ada@example.com").unwrap();
    let body = json!({ "email": "ada@example.com", "code": code, "mode": "no-signup" });
    let answer = authenticate(&world, body).await;
    assert_eq!(answer.refusal(), (400, "user_does_not_exist".to_owned()));
    world.sign_in_by_email("ada@example.com").await;
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let code = world.one_time_code("ada@example.com").unwrap();
    let body = json!({ "email": "ada@example.com", "code": code, "mode": "no-signup" });
    authenticate(&world, body).await.ok();
}

#[tokio::test]
async fn what_is_no_address_is_invalid_data() {
    let world = World::start().await;
    for email in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@localhost",
        "a b@example.com",
        "a@b@c.d",
    ] {
        let answer = init(&world, json!({ "email": email })).await;
        assert_eq!(
            answer.refusal(),
            (400, "invalid_data".to_owned()),
            "{email}"
        );
    }
    for number in ["", "5555550123", "+1", "+0123456789", "+1555555012x"] {
        let request = world.page("POST", "/api/v1/passwordless_sms/init");
        let answer = request.json(json!({ "phoneNumber": number })).send().await;
        assert_eq!(
            answer.refusal(),
            (400, "invalid_data".to_owned()),
            "{number}"
        );
    }
}

#[tokio::test]
async fn an_sms_code_signs_in() {
    let world = World::start().await;
    let body = json!({ "phoneNumber": "+1 (555) 555-0123" });
    world
        .page("POST", "/api/v1/passwordless_sms/init")
        .json(body)
        .send()
        .await
        .ok();
    let code = world.one_time_code("+15555550123").unwrap();
    let request = world.page("POST", "/api/v1/passwordless_sms/authenticate");
    let body = json!({ "phoneNumber": "+15555550123", "code": "x" });
    let wrong = request.clone().json(body).send().await;
    assert_eq!(wrong.refusal(), refused("invalid_credentials"));
    let body = json!({ "phoneNumber": "+15555550123", "code": code });
    let answer = request.json(body).send().await.ok();
    assert_eq!(
        answer["user"]["linked_accounts"][0]["phoneNumber"],
        "+15555550123"
    );
}

#[tokio::test]
async fn a_method_that_is_off_is_refused() {
    let world = World::start().await;
    world
        .patch(&json!({ "app": { "email_auth": false, "sms_auth": false } }))
        .unwrap();
    let expected = (403, "disallowed_login_method".to_owned());
    let answer = init(&world, json!({ "email": "ada@example.com" })).await;
    assert_eq!(answer.refusal(), expected);
    let request = world.page("POST", "/api/v1/passwordless_sms/init");
    let answer = request
        .json(json!({ "phoneNumber": "+15555550123" }))
        .send()
        .await;
    assert_eq!(answer.refusal(), expected);
}

#[tokio::test]
async fn a_captcha_must_be_passed_where_there_is_one() {
    let world = World::start().await;
    world.patch(&json!({ "captcha": {} })).unwrap();
    for (token, passes) in [
        (json!(null), false),
        (json!("wrong"), false),
        (json!("captcha-ok-1"), true),
        (json!("XXXX.DUMMY.TOKEN.XXXX"), true),
    ] {
        let answer = init(
            &world,
            json!({ "email": "ada@example.com", "token": token }),
        )
        .await;
        if passes {
            answer.ok();
        } else {
            assert_eq!(answer.refusal(), (403, "invalid_captcha".to_owned()));
        }
    }
    // Every other step that begins a sign-in wants it as well.
    for (path, body) in [
        (
            "/api/v1/passwordless_sms/init",
            json!({ "phoneNumber": "+15555550123" }),
        ),
        (
            "/api/v1/oauth/init",
            json!({ "provider": "google", "redirect_to": "http://localhost:3002/" }),
        ),
        (
            "/api/v1/siwe/init",
            json!({ "address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" }),
        ),
        ("/api/v1/passkeys/authenticate/init", json!({})),
        ("/api/v1/passkeys/register/init", json!({})),
    ] {
        let answer = world.page("POST", path).json(body.clone()).send().await;
        assert_eq!(
            answer.refusal(),
            (403, "invalid_captcha".to_owned()),
            "{path}"
        );
        let mut body = body;
        body["token"] = "captcha-ok".into();
        world.page("POST", path).json(body).send().await.ok();
    }
}

#[tokio::test]
async fn too_many_codes_are_429_until_the_window_has_passed() {
    let world = World::start().await;
    world
        .patch(&json!({ "rate_limit": { "requests": 2, "window": 60 } }))
        .unwrap();
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    world.pass(10);
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let answer = init(&world, json!({ "email": "ada@example.com" })).await;
    assert_eq!(answer.refusal(), (429, "too_many_requests".to_owned()));
    assert_eq!(answer.header("retry-after"), Some("50"));
    init(&world, json!({ "email": "bob@example.com" }))
        .await
        .ok();
    world.pass(50);
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
}

#[tokio::test]
async fn who_is_not_listed_or_blocked_does_not_sign_in() {
    let world = World::start().await;
    world.sign_in_by_email("ada@example.com").await;
    world
        .patch(&json!({ "allowlist": ["bob@example.com"] }))
        .unwrap();
    let answer = init(&world, json!({ "email": "ada@example.com" })).await;
    assert_eq!(answer.refusal(), (403, "allowlist_rejected".to_owned()));
    init(&world, json!({ "email": "bob@example.com" }))
        .await
        .ok();
    world.patch(&json!({ "allowlist": null })).unwrap();

    world.block("ada@example.com", true).unwrap();
    init(&world, json!({ "email": "ada@example.com" }))
        .await
        .ok();
    let code = world.one_time_code("ada@example.com").unwrap();
    let answer = authenticate(&world, json!({ "email": "ada@example.com", "code": code })).await;
    assert_eq!(answer.refusal(), (403, "allowlist_rejected".to_owned()));
    world.block("ada@example.com", false).unwrap();
    world.sign_in_by_email("ada@example.com").await;
}

#[tokio::test]
async fn an_app_can_refuse_addresses_with_a_plus() {
    let world = World::start().await;
    init(&world, json!({ "email": "ada+1@example.com" }))
        .await
        .ok();
    world
        .patch(&json!({ "app": { "disable_plus_emails": true } }))
        .unwrap();
    let answer = init(&world, json!({ "email": "ada+1@example.com" })).await;
    assert_eq!(answer.refusal(), (400, "disallowed_plus_email".to_owned()));
}
