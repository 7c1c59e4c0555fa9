//! Refreshing and ending login sessions.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::Body;
use crate::caller::ClientCaller;
use crate::core::Core;
use crate::failure::Failure;

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/v1/sessions", post(refresh))
        .route("/api/v1/sessions/logout", post(logout))
}

#[derive(Deserialize)]
struct RefreshToken {
    refresh_token: Option<String>,
}

async fn refresh(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<RefreshToken>,
) -> Result<Json<Value>, Failure> {
    let bad_request = |error| Failure::invalid_token(StatusCode::BAD_REQUEST, error);
    let invalid = || Failure::invalid_token(StatusCode::UNAUTHORIZED, "Invalid auth token");
    let bearer = caller
        .bearer
        .ok_or_else(|| bad_request("Missing access token"))?;
    let refresh_token = body
        .refresh_token
        .ok_or_else(|| bad_request("Missing refresh token"))?;
    let now = core.clock.now();
    let mut world = core.world();
    // Read before the refresh token is looked at, so that a foreign bearer ends nothing.
    let bearer = core.read_bearer(&world, &bearer).ok_or_else(invalid)?;
    let session = world
        .sessions
        .find(&refresh_token, now)
        .map_err(|_| invalid())?;
    if session.client_id != caller.client_id {
        return Err(bad_request("Invalid auth token"));
    }
    if bearer.did != session.did || bearer.sid != session.id {
        return Err(invalid());
    }
    if world.settings.early_refresh_ignored && now < bearer.expires_at {
        let user = world.users.get(&session.did).ok_or_else(invalid)?;
        return Ok(Json(json!({
            "user": user.to_json(),
            "token": null,
            "privy_access_token": null,
            "refresh_token": null,
            "session_update_action": "ignore",
        })));
    }
    let expires_at = now + world.settings.refresh_token_ttl;
    let session = world
        .sessions
        .rotate(&session.id, expires_at, &*core.entropy)
        .ok_or_else(invalid)?;
    core.authenticated(&world, &session).map(Json)
}

/// Always succeeds, as a page that has forgotten its tokens already can do nothing about it.
async fn logout(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<RefreshToken>,
) -> Json<Value> {
    let mut world = core.world();
    let by_token = body
        .refresh_token
        .and_then(|token| world.sessions.find(&token, core.clock.now()).ok())
        .map(|session| session.id);
    let by_bearer = caller
        .bearer
        .and_then(|token| core.read_bearer(&world, &token))
        .map(|bearer| bearer.sid);
    for id in [by_token, by_bearer].into_iter().flatten() {
        world.sessions.close(&id);
    }
    Json(json!({}))
}
