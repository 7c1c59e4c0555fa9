//! `/sim/*`.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Control, Refused};
use crate::clock::iso;
use crate::connection::Action;
use crate::core::Core;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::person::Person;

pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/sim/config", get(settings).post(configure))
        .route("/sim/clock", get(clock).post(advance))
        .route(
            "/sim/people",
            get(people).post(add_person).delete(clear_people),
        )
        .route("/sim/intents", post(add_intent))
        .route("/sim/actions", post(act))
        .route("/sim/deactivate", post(deactivate))
        .route("/sim/fault", post(fault).delete(clear_faults))
        .route("/sim/release", post(release))
        .route("/sim/log", get(log).delete(clear_log))
}

type Answer = Result<Json<Value>, Failure>;

fn control(core: Arc<Core>) -> Control {
    Control { core }
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body).map_err(|error| Failure::bad_request(error.to_string()))
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::bad_request(refused.to_string())
    }
}

async fn settings(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!(core.world().settings))
}

async fn configure(
    State(core): State<Arc<Core>>,
    Json(members): Json<Map<String, Value>>,
) -> Answer {
    let mut world = core.world();
    world.settings = world
        .settings
        .with(members)
        .map_err(|error| Failure::bad_request(error.to_string()))?;
    Ok(Json(json!(world.settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// Milliseconds.
    advance_ms: i64,
}

async fn clock(State(core): State<Arc<Core>>) -> Json<Value> {
    let now = core.clock.now_ms();
    Json(json!({ "now_ms": now, "iso": iso(now) }))
}

async fn advance(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let body: Advance = read(body)?;
    core.clock.advance_ms(body.advance_ms);
    Ok(clock(State(core)).await)
}

async fn people(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!({ "people": core.world().people }))
}

/// Nothing is asked of the texts: hostile ones are what this is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    name: String,
    #[serde(default)]
    avatar: Option<String>,
    #[serde(default)]
    intro: Option<String>,
    #[serde(default)]
    intents: Vec<String>,
}

async fn add_person(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let new: NewPerson = read(body)?;
    let person = Person {
        avatar: new.avatar,
        intro: new.intro,
        intents: new.intents,
        ..Person::new(&new.name, &[])
    };
    let id = person.id;
    control(core).add_person(person);
    Ok(Json(json!({ "id": id })))
}

async fn clear_people(State(core): State<Arc<Core>>) -> Json<Value> {
    control(core).clear_people();
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewIntent {
    /// Whose, by the subject at the login.
    subject: String,
    payload: String,
}

async fn add_intent(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let new: NewIntent = read(body)?;
    let id = control(core).add_intent(&new.subject, &new.payload);
    Ok(Json(json!({ "id": id })))
}

/// Which of the two acts on the other.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Person,
    Subject,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    by: By,
    action: Action,
    /// By identifier.
    person: Uuid,
    /// By the subject at the login.
    subject: String,
}

async fn act(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let act: Act = read(body)?;
    let control = control(core);
    match act.by {
        By::Person => control.act(act.person, act.action, &act.subject)?,
        By::Subject => control.act_as(&act.subject, act.action, act.person)?,
    }
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    subject: String,
}

async fn deactivate(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let named: Named = read(body)?;
    control(core).deactivate(&named.subject);
    Ok(Json(json!({})))
}

async fn fault(State(core): State<Arc<Core>>, Json(body): Json<Value>) -> Answer {
    let fault: Fault = read(body)?;
    control(core).fault(fault);
    Ok(Json(json!({})))
}

async fn clear_faults(State(core): State<Arc<Core>>) -> Json<Value> {
    control(core).clear_faults();
    Json(json!({}))
}

async fn release(State(core): State<Arc<Core>>) -> Json<Value> {
    control(core).release();
    Json(json!({}))
}

async fn log(State(core): State<Arc<Core>>) -> Json<Value> {
    let log = &core.world().log;
    Json(json!({ "requests": log.entries(), "most_at_once": log.all_at_once() }))
}

async fn clear_log(State(core): State<Arc<Core>>) -> Json<Value> {
    control(core).clear_log();
    Json(json!({}))
}
