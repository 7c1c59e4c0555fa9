//! Users as the app's server sees them.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::Body;
use crate::caller::ServerCaller;
use crate::core::Core;
use crate::failure::Failure;
use crate::user::User;

/// Most users of a page of the list.
const PAGE: usize = 100;

pub(super) fn routes() -> Router<Arc<Core>> {
    let under = |prefix: &str| {
        Router::new()
            .route(&format!("{prefix}/users"), get(list))
            .route(&format!("{prefix}/users/{{did}}"), get(user).delete(delete))
            .route(&format!("{prefix}/users/email/address"), post(by_email))
            .route(&format!("{prefix}/users/phone/number"), post(by_phone))
            .route(&format!("{prefix}/users/wallet/address"), post(by_wallet))
            .route(
                &format!("{prefix}/users/custom_auth/id"),
                post(by_custom_id),
            )
    };
    under("/v1").merge(under("/api/v1"))
}

#[derive(Deserialize)]
struct Page {
    cursor: Option<String>,
    limit: Option<usize>,
}

async fn list(
    State(core): State<Arc<Core>>,
    _: ServerCaller,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let Query(page) = page.map_err(|error| Failure::invalid_data(error.body_text()))?;
    let world = core.world();
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let mut users = world.users.iter().skip_while(|user| {
        page.cursor
            .as_ref()
            .is_some_and(|cursor| user.did < *cursor)
    });
    let data: Vec<_> = users.by_ref().take(limit).map(User::to_json).collect();
    let next = users.next().map(|user| &user.did);
    Ok(Json(json!({ "data": data, "next_cursor": next })))
}

async fn user(
    State(core): State<Arc<Core>>,
    Path(did): Path<String>,
    _: ServerCaller,
) -> Result<Json<Value>, Failure> {
    let world = core.world();
    let user = world.users.get(&did).ok_or_else(Failure::user_not_found)?;
    Ok(Json(user.to_json()))
}

async fn delete(
    State(core): State<Arc<Core>>,
    Path(did): Path<String>,
    _: ServerCaller,
) -> Result<StatusCode, Failure> {
    if Core::delete_user(&mut core.world(), &did) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::user_not_found())
    }
}

#[derive(Deserialize)]
struct Address {
    address: String,
}

#[derive(Deserialize)]
struct Number {
    number: String,
}

#[derive(Deserialize)]
struct CustomId {
    custom_user_id: String,
}

async fn by_email(
    State(core): State<Arc<Core>>,
    _: ServerCaller,
    Body(body): Body<Address>,
) -> Result<Json<Value>, Failure> {
    find(&core, "email", &body.address)
}

async fn by_phone(
    State(core): State<Arc<Core>>,
    _: ServerCaller,
    Body(body): Body<Number>,
) -> Result<Json<Value>, Failure> {
    find(&core, "phone", &body.number)
}

async fn by_wallet(
    State(core): State<Arc<Core>>,
    _: ServerCaller,
    Body(body): Body<Address>,
) -> Result<Json<Value>, Failure> {
    find(&core, "wallet", &body.address)
}

async fn by_custom_id(
    State(core): State<Arc<Core>>,
    _: ServerCaller,
    Body(body): Body<CustomId>,
) -> Result<Json<Value>, Failure> {
    find(&core, "custom_auth", &body.custom_user_id)
}

fn find(core: &Core, kind: &str, key: &str) -> Result<Json<Value>, Failure> {
    let world = core.world();
    let user = world
        .users
        .find(kind, key)
        .ok_or_else(Failure::user_not_found)?;
    Ok(Json(user.to_json()))
}
