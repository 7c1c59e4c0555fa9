//! What the SDKs tell Privy about themselves.

use std::sync::Arc;

use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::body::Body;
use crate::caller::ClientCaller;
use crate::core::Core;

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new().route("/api/v1/analytics_events", post(event))
}

async fn event(_: ClientCaller, _: Body<Value>) -> Json<Value> {
    Json(json!({}))
}
