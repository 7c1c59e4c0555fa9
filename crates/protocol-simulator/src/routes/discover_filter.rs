//! `POST /discover/filter`: people who match intents of the caller.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Answer;
use crate::caller::Caller;
use crate::core::{Core, World};
use crate::matching;
use crate::person::Person;
use crate::validate;

/// What one shared word counts. The API's brokers stake what they like.
const STAKE: usize = 100;

pub(super) async fn post(
    State(core): State<Arc<Core>>,
    Caller(caller): Caller,
    Json(body): Json<Value>,
) -> Answer {
    let intent_ids = validate::uuids(&body, "intentIds")?;
    let exclude_discovered = validate::flag(&body, "excludeDiscovered", true)?;
    let page = validate::count(&body, "page", u64::MAX)?.unwrap_or(1);
    let limit = validate::count(&body, "limit", 100)?.unwrap_or(50);
    let now = core.clock.now_ms();
    let mut world = core.world();
    let matches = matches(&mut world, caller, intent_ids.as_deref(), now);
    let results: Vec<_> = matches
        .into_iter()
        .filter(|(person, _)| !exclude_discovered || world.last_event(caller, person.id).is_none())
        .skip((page - 1).saturating_mul(limit))
        .take(limit)
        .map(|(person, intents)| result(&person, &intents))
        .collect();
    Ok(Json(json!({
        "pagination": {
            "page": page,
            "limit": limit,
            "hasNext": results.len() == limit,
            "hasPrev": page > 1,
        },
        "results": results,
        "filters": {
            "intentIds": intent_ids,
            "userIds": null,
            "indexIds": null,
            "excludeDiscovered": exclude_discovered,
        },
    })))
}

/// An intent that matched, and the words that did it.
type Hit = (Value, Vec<String>);

/// Everybody who matches and is indexed, in the order of the people.
fn matches(
    world: &mut World,
    caller: Uuid,
    intent_ids: Option<&[Uuid]>,
    now: i64,
) -> Vec<(Person, Vec<Hit>)> {
    let indexing = world.settings.indexing;
    let mut found: Vec<(Person, Vec<Hit>)> = Vec::new();
    let asked = |id: &Uuid| intent_ids.is_none_or(|ids| ids.is_empty() || ids.contains(id));
    for intent in &mut world.intents {
        if intent.owner != caller || !asked(&intent.id) {
            continue;
        }
        let visible = indexing.people(now - intent.created_at, intent.polls);
        intent.polls += 1;
        let hits = world.people.iter().filter_map(|person| {
            let words = matching::shared(&intent.payload, person);
            (!words.is_empty()).then_some((person, words))
        });
        for (person, words) in hits.take(visible) {
            let hit = (intent.to_json(), words);
            match found.iter_mut().find(|(known, _)| known.id == person.id) {
                Some((_, hits)) => hits.push(hit),
                None => found.push((person.clone(), vec![hit])),
            }
        }
    }
    found
}

fn result(person: &Person, hits: &[Hit]) -> Value {
    let stake: usize = hits.iter().map(|(_, words)| words.len() * STAKE).sum();
    let intents: Vec<_> = hits
        .iter()
        .map(|(intent, words)| {
            let reasoning = format!("Both are about {}.", words.join(", "));
            json!({
                "intent": intent,
                "totalStake": words.len() * STAKE,
                "reasonings": [reasoning],
            })
        })
        .collect();
    json!({
        "user": {
            "id": person.id,
            "name": person.name,
            "email": null,
            "avatar": person.avatar,
            "intro": person.intro,
        },
        "totalStake": stake,
        "intents": intents,
    })
}
