//! The user as the user's own page sees it.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::caller::ClientCaller;
use crate::core::Core;
use crate::failure::Failure;

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new().route("/api/v1/users/me", get(me))
}

async fn me(State(core): State<Arc<Core>>, caller: ClientCaller) -> Result<Json<Value>, Failure> {
    let world = core.world();
    let bearer = core.require_bearer(&world, caller.bearer.as_deref())?;
    let user = world
        .users
        .get(&bearer.did)
        .ok_or_else(Failure::user_not_found)?;
    Ok(Json(json!({
        "user": user.to_json(),
        "identity_token": core.identity_token(&world, user)?,
    })))
}
