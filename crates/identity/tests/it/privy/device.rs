use std::time::Duration;

use countersign_domain::Clock as _;
use countersign_identity::privy::{
    AppUnavailable, DeviceError, DeviceTokens, PrivySecret, RefreshError,
};
use countersign_testnet::Answer;
use serde_json::{Value, json};

use super::world::{APP, BEGIN, CLIENT, SECOND, TOKEN, World, refused};

fn secret(text: &str) -> PrivySecret {
    PrivySecret::new(text.into())
}

fn tokens(refresh_token: &str) -> Answer {
    let body = json!({
        "access_token": "at", "token_type": "Bearer", "expires_in": 899,
        "refresh_token": refresh_token
    });
    Answer::json(body.to_string())
}

fn content(world: &World) -> Value {
    serde_json::from_slice(&world.host.requests().last().unwrap().content).unwrap()
}

async fn redeem(world: &World) -> Result<DeviceTokens, DeviceError> {
    world.privy.redeem_device(&secret("dc")).await
}

#[tokio::test]
async fn a_device_grant_is_asked_for_with_the_apps_id_alone() {
    let world = World::with(|config, _| config.client_id = Some(CLIENT.into())).await;
    let body = json!({
        "device_code": "dc", "user_code": "BCDFG-HJKMN", "verification_uri": "https://x.example",
        "verification_uri_complete": "https://x.example?user_code=BCDFG-HJKMN",
        "expires_in": 600, "interval": 5
    });
    world.host.answer(BEGIN, Answer::json(body.to_string()));
    let begun = world.privy.begin_device().await.ok().unwrap();
    assert_eq!(begun.device_code.expose(), "dc");
    assert_eq!(begun.user_code, "BCDFG-HJKMN");
    assert_eq!(begun.interval, Duration::from_secs(5));
    assert_eq!(begun.expires_at, world.clock.now().plus(600 * SECOND));
    let request = &world.host.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("privy-app-id"), Some(APP));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(content(&world), json!({}));
}

#[tokio::test]
async fn a_user_code_that_could_leave_its_place_is_not_passed_on() {
    let world = World::new().await;
    let body = json!({"device_code": "dc", "user_code": "<script>", "expires_in": 600});
    world.host.answer(BEGIN, Answer::json(body.to_string()));
    assert!(matches!(
        world.privy.begin_device().await.err(),
        Some(DeviceError::Unavailable(_))
    ));
}

#[tokio::test]
async fn an_app_without_device_grants_says_so() {
    let world = World::new().await;
    let body = json!({"error": "Device authorization is not enabled for this app"});
    world.host.answer(BEGIN, refused(403, &body));
    assert_eq!(
        world.privy.begin_device().await.err(),
        Some(DeviceError::NotEnabled)
    );
    // The page of something in between says nothing about the app.
    world.host.answer(BEGIN, Answer::json("<html>").status(403));
    assert!(matches!(
        world.privy.begin_device().await.err(),
        Some(DeviceError::Unavailable(_))
    ));
    let body = json!({"error": "Invalid", "code": "missing_or_invalid_privy_app_id"});
    world.host.answer(BEGIN, refused(400, &body));
    assert_eq!(
        world.privy.begin_device().await.err(),
        Some(DeviceError::Misconfigured(AppUnavailable::UnknownApp))
    );
}

#[tokio::test]
async fn an_approved_grant_is_redeemed_for_tokens() {
    let world = World::new().await;
    world.host.answer(TOKEN, tokens("rt1"));
    let redeemed = redeem(&world).await.ok().unwrap();
    assert_eq!(redeemed.access_token.expose(), "at");
    assert_eq!(redeemed.refresh_token.expose(), "rt1");
    assert_eq!(redeemed.expires_at, world.clock.now().plus(899 * SECOND));
    assert_eq!(
        content(&world),
        json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "dc"
        })
    );
}

#[tokio::test]
async fn a_grant_that_gives_no_tokens_says_why() {
    let world = World::new().await;
    for (body, error) in [
        (
            json!({"error": "authorization_pending"}),
            DeviceError::Pending,
        ),
        (
            json!({"error": "slow_down", "interval": 10}),
            DeviceError::SlowDown {
                interval: Duration::from_secs(10),
            },
        ),
        (json!({"error": "access_denied"}), DeviceError::Denied),
        (json!({"error": "expired_token"}), DeviceError::Expired),
        (json!({"error": "invalid_grant"}), DeviceError::Expired),
    ] {
        world.host.answer(TOKEN, refused(400, &body));
        assert_eq!(redeem(&world).await.err(), Some(error), "{body}");
    }
    for answer in [
        Answer::json(r#"{"error":"x"}"#).status(503),
        Answer::json(r#"{"error":"invalid_request"}"#).status(400),
        Answer::json(r#"{"access_token":"at"}"#),
        Answer::json("{}"),
    ] {
        world.host.answer(TOKEN, answer.clone());
        let error = redeem(&world).await.err();
        assert!(
            matches!(error, Some(DeviceError::Unavailable(_))),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_refresh_gives_the_next_refresh_token() {
    let world = World::new().await;
    world.host.answer(TOKEN, tokens("rt2"));
    let refreshed = world.privy.refresh(&secret("rt1")).await.ok().unwrap();
    assert_eq!(refreshed.refresh_token.expose(), "rt2");
    assert_eq!(
        content(&world),
        json!({"grant_type": "refresh_token", "refresh_token": "rt1"})
    );
    // A server that does not rotate keeps the old one in force (RFC 6749 section 6).
    world
        .host
        .answer(TOKEN, Answer::json(r#"{"access_token":"at"}"#));
    let refreshed = world.privy.refresh(&secret("rt2")).await.ok().unwrap();
    assert_eq!(refreshed.refresh_token.expose(), "rt2");
    assert_eq!(refreshed.expires_at, world.clock.now().plus(300 * SECOND));
}

#[tokio::test]
async fn a_session_ends_by_a_definite_word_only() {
    let world = World::new().await;
    for (status, body) in [
        (401, json!({"error": "invalid_grant"})),
        (400, json!({"error": "invalid_grant"})),
        (
            401,
            json!({"error": "Invalid auth token", "code": "missing_or_invalid_token"}),
        ),
    ] {
        world.host.answer(TOKEN, refused(status, &body));
        let refreshed = world.privy.refresh(&secret("rt")).await;
        assert_eq!(refreshed.err(), Some(RefreshError::Dead), "{body}");
    }
    for answer in [
        refused(400, &json!({"error": "invalid_request"})),
        refused(401, &json!({"error": "Unauthorized"})),
        refused(403, &json!({"error": "invalid_grant"})),
        refused(404, &json!({"error": "invalid_grant"})),
        refused(429, &json!({"error": "invalid_grant"})),
        refused(500, &json!({"error": "invalid_grant"})),
        Answer::json("<html>invalid_grant</html>").status(401),
        Answer::json("{}"),
        Answer::json("{").header("content-length", "100"),
    ] {
        world.host.answer(TOKEN, answer.clone());
        let answered = async {
            let refreshed = world.privy.refresh(&secret("rt")).await;
            matches!(refreshed.err(), Some(RefreshError::Unavailable(_)))
        };
        let hung_up = async {
            let asked = world.host.requests().len() + 1;
            world.host.requested(asked).await;
            if format!("{answer:?}").contains("\"100\"") {
                world.host.hang_up().await;
            }
        };
        assert!(tokio::join!(answered, hung_up).0, "{answer:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_asked_for_again() {
    let world = World::new().await;
    world.host.answer(TOKEN, Answer::silence());
    let token = secret("rt");
    let refresh = world.privy.refresh(&token);
    let lost = async {
        world.host.requested(1).await;
        world.host.hang_up().await;
    };
    let (refreshed, ()) = tokio::join!(refresh, lost);
    assert!(matches!(
        refreshed.err(),
        Some(RefreshError::Unavailable(_))
    ));
    assert_eq!(world.asked(TOKEN), 1);
}
