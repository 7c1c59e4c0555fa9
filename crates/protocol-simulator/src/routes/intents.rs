//! `GET /intents` and `GET /intents/{id}`: what the caller looks for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Answer;
use crate::caller::Caller;
use crate::clock::iso;
use crate::core::Core;
use crate::failure::Failure;
use crate::intent::Intent;

#[derive(Deserialize)]
pub(super) struct Page {
    page: Option<String>,
    limit: Option<String>,
}

/// Newest first, ten to a page if nothing else is asked for.
pub(super) async fn list(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Query(query): Query<Page>,
) -> Answer {
    let page = number("page", query.page, usize::MAX)?.unwrap_or(1);
    let limit = number("limit", query.limit, 100)?.unwrap_or(10);
    let world = core.world();
    let own: Vec<_> = world
        .intents
        .iter()
        .rev()
        .filter(|intent| intent.owner == caller)
        .collect();
    let intents: Vec<_> = own
        .iter()
        .skip((page - 1).saturating_mul(limit))
        .take(limit)
        .map(|intent| full(intent))
        .collect();
    Ok(Json(json!({
        "pagination": {
            "current": page,
            "total": own.len().div_ceil(limit),
            "count": intents.len(),
            "totalCount": own.len(),
        },
        "intents": intents,
    })))
}

pub(super) async fn one(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Answer {
    let uuid = Uuid::parse_str(&id)
        .map_err(|_| Failure::invalid("params", "id", &id.into(), "Invalid value"))?;
    let world = core.world();
    let intent = world
        .intents
        .iter()
        .find(|intent| intent.id == uuid)
        .ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "Intent not found"))?;
    if intent.owner != caller {
        return Err(Failure::new(StatusCode::FORBIDDEN, "Access denied"));
    }
    Ok(Json(json!({ "intent": full(intent) })))
}

fn number(name: &str, text: Option<String>, most: usize) -> Result<Option<usize>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    let number = text.parse().ok();
    match number.filter(|number| (1..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(Failure::invalid(
            "query",
            name,
            &text.into(),
            "Invalid value",
        )),
    }
}

fn full(intent: &Intent) -> Value {
    let mut value = intent.to_json();
    if let Some(members) = value.as_object_mut() {
        members.insert("isIncognito".to_owned(), false.into());
        members.insert("updatedAt".to_owned(), iso(intent.created_at).into());
        members.insert("archivedAt".to_owned(), Value::Null);
    }
    value
}
