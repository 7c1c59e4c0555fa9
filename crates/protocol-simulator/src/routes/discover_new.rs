//! `POST /discover/new`: intents from a text.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, State};
use serde_json::json;

use super::Answer;
use crate::caller::Caller;
use crate::core::Core;
use crate::extract;
use crate::failure::Failure;

pub(super) async fn post(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    mut form: Multipart,
) -> Answer {
    let unreadable = |_| Failure::bad_request("The form cannot be read");
    let mut payload = None;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("payload") {
            payload = Some(field.text().await.map_err(unreadable)?);
        }
    }
    let payload = payload.filter(|payload| !payload.trim().is_empty());
    let payload =
        payload.ok_or_else(|| Failure::bad_request("Either files or payload is required"))?;
    let now = core.clock.now_ms();
    let mut world = core.world();
    let found = extract::intents(&payload, world.settings.max_intents);
    let intents: Vec<_> = found
        .into_iter()
        .map(|intent| {
            let summary = extract::summary(&intent);
            world.add_intent(caller, intent, summary, now).to_json()
        })
        .collect();
    Ok(Json(json!({
        "success": true,
        "intentsGenerated": intents.len(),
        "intents": intents,
        "filesProcessed": 0,
        "linksProcessed": extract::links(&payload),
    })))
}
