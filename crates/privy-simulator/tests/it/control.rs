//! The control plane over HTTP.

use serde_json::{Value, json};

use crate::world::{APP, World, claims};

#[tokio::test]
async fn the_codes_can_be_read() {
    let world = World::start().await;
    let body = json!({ "email": "ada+1@example.com" });
    world
        .page("POST", "/api/v1/passwordless/init")
        .json(body)
        .send()
        .await
        .ok();
    let code = world.one_time_code("ada+1@example.com").unwrap();
    for query in ["email=ada%2B1@example.com", "email=ada+1@example.com"] {
        let answer = world
            .bare("GET", &format!("/sim/otp?{query}"))
            .send()
            .await
            .ok();
        assert_eq!(answer["code"], code);
    }
    assert_eq!(
        world
            .bare("GET", "/sim/otp?email=x@example.com")
            .send()
            .await
            .status,
        404
    );
    let inbox = world.bare("GET", "/sim/inbox").send().await;
    assert!(inbox.text.contains(&code) && inbox.text.contains("ada+1@example.com"));
    assert!(!inbox.text.contains("<script"));
    let home = world.bare("GET", "/").send().await;
    assert!(home.text.contains(APP));
}

#[tokio::test]
async fn what_people_type_does_not_become_html() {
    let world = World::start().await;
    let body = json!({ "email": "\"<b>\"@example.com" });
    world
        .page("POST", "/api/v1/passwordless/init")
        .json(body)
        .send()
        .await
        .ok();
    let inbox = world.bare("GET", "/sim/inbox").send().await;
    assert!(inbox.text.contains("&quot;&lt;b&gt;&quot;@example.com"));
}

#[tokio::test]
async fn settings_change_by_a_patch_and_a_misspelt_one_is_named() {
    let world = World::start().await;
    let request = world.bare("POST", "/sim/config");
    let answer = request
        .clone()
        .json(json!({ "access_token_ttl": 60 }))
        .send()
        .await
        .ok();
    assert_eq!(answer["access_token_ttl"], 60);
    assert_eq!(answer["code_ttl"], 600);
    let answer = request.json(json!({ "ttl": 60 })).send().await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("ttl"));
    assert_eq!(
        world.bare("GET", "/sim/config").send().await.ok()["access_token_ttl"],
        60
    );
}

#[tokio::test]
async fn the_clock_runs_ahead_of_the_one_it_follows() {
    let world = World::start().await;
    let request = world
        .bare("POST", "/sim/clock")
        .json(json!({ "advance": 3600 }));
    assert_eq!(request.send().await.ok()["now"], 1_800_003_600);
    world.pass(1);
    assert_eq!(world.clock().now(), 1_800_003_601);
}

#[tokio::test]
async fn a_rotated_key_signs_and_the_old_one_stays_as_long_as_asked() {
    let world = World::start().await;
    let old = world.sign_in_by_email("ada@example.com").await;
    let pem = world.verification_key();
    world.bare("POST", "/sim/rotate-key").send().await.ok();
    assert_eq!(world.jwks().keys.len(), 2);
    assert_ne!(world.verification_key(), pem);
    world
        .refresh(&old["token"], &old["refresh_token"])
        .send()
        .await
        .ok();
    let body = json!({ "published": false });
    let answer = world
        .bare("POST", "/sim/rotate-key")
        .json(body)
        .send()
        .await
        .ok();
    let keys = world.jwks().keys;
    assert_eq!(keys.len(), 2, "the first one, and the new one");
    assert_eq!(answer["kid"], keys[0].kid());
}

#[tokio::test]
async fn the_log_keeps_what_was_asked_and_counts_it() {
    let world = World::start().await;
    world.sign_in_by_email("ada@example.com").await;
    world.page("GET", "/api/v1/users/me?x=1").send().await;
    let log = world.bare("GET", "/sim/log").send().await.ok();
    assert_eq!(log["counts"]["POST /api/v1/passwordless/init"], 1);
    let requests = log["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 3, "the control plane is not in it");
    assert_eq!(requests[0]["body"], json!({ "email": "ada@example.com" }));
    assert_eq!(requests[0]["headers"]["privy-client-id"], "client-sim");
    assert_eq!(requests[0]["status"], 200);
    assert_eq!(
        (&requests[2]["query"], &requests[2]["status"]),
        (&json!("x=1"), &json!(401))
    );
    assert_eq!(world.count("POST", "/api/v1/passwordless/authenticate"), 1);
    world.bare("DELETE", "/sim/log").send().await.ok();
    assert!(world.requests().is_empty());
}

#[tokio::test]
async fn tokens_are_minted_and_vectors_given() {
    let world = World::start().await;
    let body = json!({ "user": "did:privy:cx", "claims": { "aud": "other" }, "key": "other" });
    let answer = world.bare("POST", "/sim/mint").json(body).send().await.ok();
    let claims = claims(&answer["token"]);
    assert_eq!(
        (&claims["sub"], &claims["aud"]),
        (&json!("did:privy:cx"), &json!("other"))
    );
    let vectors = world.bare("GET", "/sim/vectors").send().await.ok();
    assert_eq!(vectors.as_array().unwrap().len(), 19);
    assert_eq!(vectors[0]["name"], "good");
    assert_eq!(vectors[0]["verdict"], "accepted");
}

#[tokio::test]
async fn people_are_signed_in_revoked_blocked_and_deleted() {
    let world = World::start().await;
    let named = json!({ "user": "ada@example.com" });
    let tokens = world
        .bare("POST", "/sim/sign-in")
        .json(named.clone())
        .send()
        .await
        .ok();
    let me = world
        .page("GET", "/api/v1/users/me")
        .bearer(tokens["access_token"].as_str().unwrap());
    assert_eq!(me.clone().send().await.ok()["user"]["id"], tokens["did"]);
    let answer = world
        .bare("POST", "/sim/revoke")
        .json(named.clone())
        .send()
        .await
        .ok();
    assert_eq!(answer["ended"], 1);
    assert_eq!(me.send().await.status, 401);
    world
        .bare("POST", "/sim/block")
        .json(named.clone())
        .send()
        .await
        .ok();
    assert_eq!(
        world
            .bare("POST", "/sim/sign-in")
            .json(named.clone())
            .send()
            .await
            .status,
        404
    );
    let path = "/sim/users/ada@example.com";
    let user: Value = world.bare("GET", path).send().await.ok();
    assert_eq!(user["id"], tokens["did"]);
    world.bare("DELETE", path).send().await.ok();
    assert_eq!(world.bare("GET", path).send().await.status, 404);
    assert_eq!(
        world
            .bare("POST", "/sim/revoke")
            .json(named)
            .send()
            .await
            .status,
        404
    );
}
