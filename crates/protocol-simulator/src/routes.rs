//! The API's addresses.

mod connections;
mod discover_filter;
mod discover_new;
mod intents;
mod vibecheck;

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::Value;

use crate::control;
use crate::core::Core;
use crate::failure::Failure;
use crate::observe::observe;

type Answer = Result<Json<Value>, Failure>;

pub(crate) fn router(core: &Arc<Core>) -> Router {
    Router::new()
        .route("/discover/new", post(discover_new::post))
        .route("/discover/filter", post(discover_filter::post))
        .route("/synthesis/vibecheck", post(vibecheck::post))
        .route("/connections/actions", post(connections::act))
        .route("/connections/by-user", post(connections::list))
        .route("/intents", get(intents::list))
        .route("/intents/{id}", get(intents::one))
        .fallback(async || Failure::new(StatusCode::NOT_FOUND, "Not found"))
        .layer(from_fn_with_state(Arc::clone(core), observe))
        // Not the API's, so neither logged nor made to fail.
        .merge(control::routes())
        .with_state(Arc::clone(core))
}
