//! Who may call what, and what a page may read.

use serde_json::json;

use crate::world::{APP, ORIGIN, World};

const INIT: &str = "/api/v1/passwordless/init";

fn body() -> serde_json::Value {
    json!({ "email": "ada@example.com" })
}

#[tokio::test]
async fn the_app_id_is_checked_first() {
    let world = World::start().await;
    let request = world.bare("POST", INIT).json(body());
    let answer = request.clone().send().await;
    let expected = (400, "missing_or_invalid_privy_app_id".to_owned());
    assert_eq!(answer.refusal(), expected);
    assert_eq!(answer.json()["error"], "Missing privy-app-id header");
    let answer = request.header("privy-app-id", "clother").send().await;
    assert_eq!(answer.refusal(), expected);
    assert_eq!(answer.json()["error"], "Invalid Privy app ID");
}

#[tokio::test]
async fn a_foreign_app_client_is_refused_everywhere() {
    let world = World::start().await;
    let expected = (400, "missing_or_invalid_privy_client_id".to_owned());
    for request in [
        world.page("POST", INIT).json(body()),
        world.page("GET", &format!("/api/v1/apps/{APP}")),
        world.device("POST", "/api/oauth/v2/device_authorization"),
    ] {
        let answer = request
            .header("privy-client-id", "client-other")
            .send()
            .await;
        assert_eq!(answer.refusal(), expected);
    }
    let request = world.page("POST", INIT).json(body());
    request.without("privy-client-id").send().await.ok();
}

#[tokio::test]
async fn a_page_must_say_its_origin_and_the_app_must_list_it() {
    let world = World::start().await;
    let request = world.page("POST", INIT).json(body());
    let answer = request.clone().without("origin").send().await;
    assert_eq!(answer.refusal(), (403, "missing_origin".to_owned()));
    assert_eq!(answer.json()["error"], "Must specify origin");
    let answer = request
        .header("origin", "http://localhost:3000")
        .send()
        .await;
    assert_eq!(answer.refusal(), (403, "invalid_origin".to_owned()));
}

#[tokio::test]
async fn the_body_is_looked_at_last() {
    let world = World::start().await;
    let request = world.page("POST", INIT).text("application/json", "{");
    let answer = request.clone().send().await;
    assert_eq!(answer.refusal(), (400, "invalid_data".to_owned()));
    let answer = request.without("origin").send().await;
    assert_eq!(answer.refusal(), (403, "missing_origin".to_owned()));
}

#[tokio::test]
async fn a_server_needs_no_origin_but_the_right_secret() {
    let world = World::start().await;
    world.server("POST", INIT).json(body()).send().await.ok();
    let request = world.server("POST", INIT).json(body());
    // cl…:wrong
    let answer = request
        .header("authorization", "Basic Y2w6d3Jvbmc=")
        .send()
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"], "Invalid app ID or app secret.");
}

#[tokio::test]
async fn configuration_keys_and_device_endpoints_need_no_origin() {
    let world = World::start().await;
    world
        .device("GET", &format!("/api/v1/apps/{APP}"))
        .send()
        .await
        .ok();
    world
        .device("POST", "/api/oauth/v2/device_authorization")
        .send()
        .await
        .ok();
}

#[tokio::test]
async fn a_preflight_allows_the_headers_of_the_sdks() {
    let world = World::start().await;
    let request = world
        .bare("OPTIONS", INIT)
        .header("origin", ORIGIN)
        .header("access-control-request-method", "POST");
    let answer = request.clone().send().await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        Some("true")
    );
    assert_eq!(answer.header("vary"), Some("Origin"));
    let headers = answer.header("access-control-allow-headers").unwrap();
    let methods = answer.header("access-control-allow-methods").unwrap();
    for name in [
        "authorization",
        "content-type",
        "privy-app-id",
        "privy-ca-id",
        "privy-client",
        "privy-client-id",
        "privy-retry-attempt",
        "privy-ui",
    ] {
        assert!(headers.split(", ").any(|header| header == name), "{name}");
    }
    assert_eq!(methods, "GET, POST, PUT, PATCH, DELETE");
    let answer = request
        .header("origin", "https://elsewhere.example")
        .send()
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn answers_are_readable_for_listed_origins_only() {
    let world = World::start().await;
    let answer = world.page("POST", INIT).json(body()).send().await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let answer = world.page("POST", INIT).json(json!({})).send().await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let request = world
        .page("POST", INIT)
        .header("origin", "https://elsewhere.example");
    let answer = request.send().await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn refusals_are_json_wherever_they_come_from() {
    let world = World::start().await;
    for (request, status) in [
        (world.page("GET", "/api/v1/nothing"), 404),
        (world.page("GET", INIT), 405),
        (world.server("GET", "/v1/users?limit=x"), 400),
    ] {
        let answer = request.send().await;
        assert_eq!(answer.status, status);
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn analytics_are_taken_and_forgotten() {
    let world = World::start().await;
    let body = json!({ "event_name": "sdk_initialize", "client_id": "x", "payload": {} });
    let request = world.page("POST", "/api/v1/analytics_events").json(body);
    assert_eq!(request.send().await.ok(), json!({}));
}
