//! `POST /synthesis/vibecheck`: a text about what the caller and somebody else could do together.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use super::Answer;
use crate::caller::Caller;
use crate::core::Core;
use crate::failure::Failure;
use crate::matching;
use crate::validate;

pub(super) async fn post(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Json(body): Json<Value>,
) -> Answer {
    let message = "Target user ID must be a valid UUID";
    let target = validate::uuid(&body, "targetUserId", message)?;
    let intent_ids = validate::uuids(&body, "intentIds")?;
    let options = validate::member(&body, "options");
    let limit = validate::count(options, "characterLimit", u64::MAX)?;
    if target == caller {
        let error = "Cannot generate synthesis for yourself";
        return Err(Failure::bad_request(error));
    }
    let world = core.world();
    // What the API says of an unknown person is not documented.
    let person = world
        .person(target)
        .ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "Target user not found"))?;
    let shared = world.intents.iter().find_map(|intent| {
        let asked = intent_ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&intent.id));
        let words = matching::shared(&intent.payload, person);
        let word = words.into_iter().next()?;
        (asked && intent.owner == caller).then_some((intent.id, word))
    });
    let name = &person.name;
    let text = match shared {
        Some((id, word)) => format!(
            "{name} and you are both after [{word}](https://index.network/intents/{id}). A first talk could show what you would build together."
        ),
        None => format!("{name} and you have not looked for the same thing yet."),
    };
    let text: String = text.chars().take(limit.unwrap_or(usize::MAX)).collect();
    Ok(Json(json!({
        "synthesis": text,
        "targetUserId": target,
        "contextUserId": caller,
    })))
}
