//! Users as the app's server sees them.

use serde_json::{Value, json};

use crate::world::World;

fn unknown() -> (u16, String) {
    (404, "user_does_not_exist".to_owned())
}

#[tokio::test]
async fn a_user_is_read_by_did_on_both_paths() {
    let world = World::start().await;
    let user = world.sign_in_by_email("ada@example.com").await["user"].clone();
    let did = user["id"].as_str().unwrap();
    for prefix in ["/v1", "/api/v1"] {
        let path = format!("{prefix}/users/{did}");
        assert_eq!(world.server("GET", &path).send().await.ok(), user);
        assert_eq!(world.device("GET", &path).send().await.status, 401);
        let encoded = path.replace(':', "%3A");
        assert_eq!(world.server("GET", &encoded).send().await.ok(), user);
    }
    let answer = world
        .server("GET", "/v1/users/did:privy:cnobody")
        .send()
        .await;
    assert_eq!(answer.refusal(), unknown());
}

#[tokio::test]
async fn users_are_found_by_their_accounts() {
    let world = World::start().await;
    let ada = world.sign_in("ada@example.com").unwrap().did;
    let bob = world.sign_in("+15555550123").unwrap().did;
    for (path, body, did) in [
        (
            "email/address",
            json!({ "address": "Ada@example.com" }),
            &ada,
        ),
        ("phone/number", json!({ "number": "+15555550123" }), &bob),
    ] {
        let path = format!("/v1/users/{path}");
        let user = world.server("POST", &path).json(body).send().await.ok();
        assert_eq!(user["id"], **did);
    }
    for (path, body) in [
        ("email/address", json!({ "address": "bob@example.com" })),
        ("wallet/address", json!({ "address": "0x0" })),
        ("custom_auth/id", json!({ "custom_user_id": "x" })),
    ] {
        let path = format!("/v1/users/{path}");
        assert_eq!(
            world
                .server("POST", &path)
                .json(body)
                .send()
                .await
                .refusal(),
            unknown()
        );
    }
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let world = World::start().await;
    for name in ["a", "b", "c"] {
        world.sign_in(&format!("{name}@example.com")).unwrap();
    }
    let first = world.server("GET", "/v1/users?limit=2").send().await.ok();
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/v1/users?limit=2&cursor={cursor}");
    let last = world.server("GET", &path).send().await.ok();
    assert_eq!(last["data"].as_array().unwrap().len(), 1);
    assert_eq!(last["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_every_session() {
    let world = World::start().await;
    let session = world.sign_in_by_email("ada@example.com").await;
    let path = format!("/v1/users/{}", session["user"]["id"].as_str().unwrap());
    let answer = world.server("DELETE", &path).send().await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(world.server("GET", &path).send().await.refusal(), unknown());
    assert_eq!(
        world.server("DELETE", &path).send().await.refusal(),
        unknown()
    );
    let answer = world
        .refresh(&session["token"], &session["refresh_token"])
        .send()
        .await;
    assert_eq!(
        answer.refusal(),
        (401, "missing_or_invalid_token".to_owned())
    );
    let again = world.sign_in_by_email("ada@example.com").await;
    assert_eq!(again["is_new_user"], true);
    assert_ne!(again["user"]["id"], session["user"]["id"]);
}
