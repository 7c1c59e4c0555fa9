//! The app: its configuration, its keys, its test account.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use countersign_jose::jwk::JwkSet;

use crate::caller::{AppCaller, ServerCaller, known_client, right_secret_if_any};
use crate::clock::iso;
use crate::core::Core;
use crate::failure::Failure;

/// The test account that every app of the simulator has.
pub(crate) const TEST_EMAIL: &str = "test-0001@privy.io";
pub(crate) const TEST_PHONE: &str = "+15555550001";
/// Its one-time code, which never changes and can be used again and again.
pub(crate) const TEST_CODE: &str = "000001";

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/v1/apps/{id}", get(client_configuration))
        .route("/v1/apps/{id}", get(server_configuration))
        .route("/api/v1/apps/{id}/jwks.json", get(jwks))
        .route("/v1/apps/{id}/jwks.json", get(jwks))
        .route("/api/v1/apps/{id}/test_credentials", get(test_credentials))
        .route("/v1/apps/{id}/test_credentials", get(test_credentials))
        .route("/apps/{id}/embedded-wallets", get(embedded_wallets))
}

async fn client_configuration(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    _: AppCaller,
    headers: HeaderMap,
) -> Result<Json<Map<String, Value>>, Failure> {
    // Privy's older server SDK reads the verification key here, with the app secret.
    right_secret_if_any(&headers, &core)?;
    known_client(&headers, &core)?;
    configuration(&core, &id)
}

async fn server_configuration(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    _: ServerCaller,
) -> Result<Json<Map<String, Value>>, Failure> {
    configuration(&core, &id)
}

fn configuration(core: &Core, id: &str) -> Result<Json<Map<String, Value>>, Failure> {
    known(core, id)?;
    Ok(Json(core.app_configuration(&core.world())))
}

async fn jwks(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
) -> Result<Json<JwkSet>, Failure> {
    known(&core, &id)?;
    Ok(Json(core.world().keys.jwks()))
}

async fn test_credentials(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    _: ServerCaller,
) -> Result<Json<Value>, Failure> {
    known(&core, &id)?;
    let at = iso(core.clock.now_ms());
    Ok(Json(json!({ "data": [{
        "id": "test-account-1",
        "email": TEST_EMAIL,
        "phone_number": TEST_PHONE,
        "otp_code": TEST_CODE,
        "name": null,
        "created_at": at,
        "updated_at": at,
    }]})))
}

/// The frame of react-auth, which only needs to load.
async fn embedded_wallets() -> Html<&'static str> {
    Html("<!doctype html><title>Embedded wallets</title>")
}

fn known(core: &Core, id: &str) -> Result<(), Failure> {
    if id == core.app.id {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::BAD_REQUEST,
        "Invalid Privy app id",
        "missing_or_invalid_privy_app_id",
    ))
}
