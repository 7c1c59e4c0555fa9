//! `/connections/*`: what the caller and others have to do with each other.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use super::Answer;
use crate::caller::Caller;
use crate::clock::iso;
use crate::connection::Action;
use crate::core::Core;
use crate::failure::Failure;
use crate::validate;

/// `POST /connections/actions`
pub(super) async fn act(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Json(body): Json<Value>,
) -> Answer {
    let message = "Target user ID must be a valid UUID";
    let target = validate::uuid(&body, "targetUserId", message)?;
    let word = validate::member(&body, "action");
    let message = "Action must be one of: REQUEST, SKIP, CANCEL, ACCEPT, DECLINE";
    let action = word
        .as_str()
        .and_then(Action::parse)
        .ok_or_else(|| Failure::invalid("body", "action", word, message))?;
    if target == caller {
        return Err(Failure::bad_request("Cannot connect to yourself"));
    }
    let now = core.clock.now_ms();
    let mut world = core.world();
    if world.person(target).is_none() {
        return Err(Failure::new(StatusCode::NOT_FOUND, "Target user not found"));
    }
    let event = world.act(caller, target, action, now)?;
    let word = action.word().to_lowercase();
    Ok(Json(json!({
        "message": format!("Connection {word} successful"),
        "event": {
            "id": event.id,
            "initiatorUserId": event.initiator,
            "receiverUserId": event.receiver,
            "eventType": event.action,
            "createdAt": iso(event.at),
        },
    })))
}

/// `POST /connections/by-user`
pub(super) async fn list(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Json(body): Json<Value>,
) -> Answer {
    let kind = validate::member(&body, "type");
    let kind = match kind.as_str() {
        None if kind.is_null() => "inbox",
        Some(kind @ ("inbox" | "pending" | "history")) => kind,
        _ => return Err(Failure::invalid("body", "type", kind, "Invalid value")),
    };
    let world = core.world();
    let mut seen = HashSet::new();
    let mut connections = Vec::new();
    for event in world.events.iter().rev() {
        let Some(other) = event.other_than(caller) else {
            continue;
        };
        if !seen.insert(other) {
            continue;
        }
        let is_initiator = event.initiator == caller;
        let is_listed = match kind {
            "inbox" => event.action == Action::Request && !is_initiator,
            "pending" => event.action == Action::Request && is_initiator,
            _ => event.action != Action::Request,
        };
        let person = world.person(other).filter(|_| is_listed);
        connections.extend(person.map(|person| {
            json!({
                "user": { "id": person.id, "name": person.name, "avatar": person.avatar },
                "status": event.action,
                "isInitiator": is_initiator,
                "lastUpdated": iso(event.at),
            })
        }));
    }
    Ok(Json(json!({ "connections": connections })))
}
