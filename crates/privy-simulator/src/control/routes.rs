//! `/sim/*`.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::html::{escape, live_page, page};
use super::{Control, UnknownUser};
use crate::body::Body;
use crate::clock::iso;
use crate::core::{Core, unsigned};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::mint::Mint;

/// How often the inbox is loaded again, in seconds.
const INBOX_REFRESH: u32 = 3;

pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/", get(home))
        .route("/sim/inbox", get(inbox))
        .route("/sim/otp", get(one_time_code))
        .route("/sim/config", get(settings).post(configure))
        .route("/sim/clock", get(clock).post(advance))
        .route("/sim/fault", post(fault).delete(clear_faults))
        .route("/sim/rotate-key", post(rotate_key))
        .route("/sim/log", get(log).delete(clear_log))
        .route("/sim/mint", post(mint))
        .route("/sim/vectors", get(vectors))
        .route("/sim/sign-in", post(sign_in))
        .route("/sim/revoke", post(revoke))
        .route("/sim/block", post(block))
        .route("/sim/users/{name}", get(user).delete(delete_user))
}

type Answer = Result<Json<Value>, Failure>;

fn control(core: &Arc<Core>) -> Control {
    Control {
        core: Arc::clone(core),
    }
}

impl From<UnknownUser> for Failure {
    fn from(unknown: UnknownUser) -> Self {
        Self::plain(StatusCode::NOT_FOUND, unknown.to_string())
    }
}

async fn home(State(core): State<Arc<Core>>) -> Html<String> {
    let app = &core.app;
    Html(page(
        "Simulated Privy",
        &format!(
            r#"<p>The app <b>{}</b> has the app id <code>{}</code> and the app client <code>{}</code>.</p>
<p><a href="/sim/inbox">The inbox</a> shows the codes that were sent.
<a href="/sim/log">The log</a> shows what was asked, <a href="/sim/config">the settings</a> what can be changed.</p>"#,
            escape(&app.name),
            escape(&app.id),
            escape(&app.client_id),
        ),
    ))
}

async fn inbox(State(core): State<Arc<Core>>) -> Html<String> {
    let now = core.clock.now();
    let world = core.world();
    let mut rows = String::new();
    for message in world.outbox.iter() {
        _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            iso(message.sent_at * 1000),
            escape(&message.address),
            message.channel.name(),
            message.code,
            message.state(now),
        );
    }
    let body = if rows.is_empty() {
        "<p>No code was sent yet.</p>".to_owned()
    } else {
        format!(
            "<table><thead><tr><th>Sent</th><th>To</th><th>By</th><th>Code</th><th>State</th></tr></thead>\
             <tbody>{rows}</tbody></table>"
        )
    };
    Html(live_page("Codes sent", INBOX_REFRESH, &body))
}

#[derive(Deserialize)]
struct Recipient {
    email: Option<String>,
    phone: Option<String>,
}

async fn one_time_code(
    State(core): State<Arc<Core>>,
    Query(recipient): Query<Recipient>,
) -> Answer {
    let address = recipient
        .email
        .or(recipient.phone)
        .ok_or_else(|| Failure::invalid_data("Say whose: ?email= or ?phone="))?;
    // A plus sign that was not encoded arrives as a space.
    let address = address.replace(' ', "+");
    let code = control(&core)
        .one_time_code(&address)
        .ok_or_else(|| Failure::plain(StatusCode::NOT_FOUND, "No code was sent there"))?;
    Ok(Json(json!({ "code": code })))
}

async fn settings(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!(core.world().settings))
}

async fn configure(State(core): State<Arc<Core>>, Body(patch): Body<Value>) -> Answer {
    let settings = control(&core)
        .patch(&patch)
        .map_err(|error| Failure::invalid_data(error.to_string()))?;
    Ok(Json(json!(settings)))
}

#[derive(Deserialize)]
struct Advance {
    /// Seconds.
    advance: i64,
}

async fn clock(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!({ "now": core.clock.now(), "iso": iso(core.clock.now_ms()) }))
}

async fn advance(State(core): State<Arc<Core>>, Body(body): Body<Advance>) -> Json<Value> {
    core.clock.advance(body.advance);
    Json(json!({ "now": core.clock.now(), "iso": iso(core.clock.now_ms()) }))
}

async fn fault(State(core): State<Arc<Core>>, Body(fault): Body<Fault>) -> Json<Value> {
    core.world().faults.add(fault);
    Json(json!({}))
}

async fn clear_faults(State(core): State<Arc<Core>>) -> Json<Value> {
    core.world().faults.clear();
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(default)]
struct Rotation {
    /// Whether the key set goes on naming the old key.
    published: bool,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { published: true }
    }
}

async fn rotate_key(State(core): State<Arc<Core>>, Body(rotation): Body<Rotation>) -> Answer {
    let mut world = core.world();
    world
        .keys
        .rotate(rotation.published)
        .map_err(|error| Failure::plain(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Json(json!({ "kid": world.keys.current().kid() })))
}

async fn log(State(core): State<Arc<Core>>) -> Json<Value> {
    let world = core.world();
    Json(json!({ "counts": world.log.counts(), "requests": world.log.entries() }))
}

async fn clear_log(State(core): State<Arc<Core>>) -> Json<Value> {
    core.world().log.clear();
    Json(json!({}))
}

async fn mint(State(core): State<Arc<Core>>, Body(mint): Body<Mint>) -> Answer {
    let token = core.mint(&core.world(), &mint).map_err(unsigned)?;
    Ok(Json(json!({ "token": token })))
}

async fn vectors(State(core): State<Arc<Core>>) -> Answer {
    let vectors = core.vectors(&core.world()).map_err(unsigned)?;
    Ok(Json(json!(vectors)))
}

#[derive(Deserialize)]
struct Named {
    user: String,
}

async fn sign_in(State(core): State<Arc<Core>>, Body(named): Body<Named>) -> Answer {
    Ok(Json(json!(control(&core).sign_in(&named.user)?)))
}

async fn revoke(State(core): State<Arc<Core>>, Body(named): Body<Named>) -> Answer {
    let ended = control(&core).revoke(&named.user)?;
    Ok(Json(json!({ "ended": ended })))
}

#[derive(Deserialize)]
struct Block {
    user: String,
    #[serde(default = "yes")]
    blocked: bool,
}

fn yes() -> bool {
    true
}

async fn block(State(core): State<Arc<Core>>, Body(block): Body<Block>) -> Answer {
    control(&core).block(&block.user, block.blocked)?;
    Ok(Json(json!({})))
}

async fn user(State(core): State<Arc<Core>>, Path(name): Path<String>) -> Answer {
    Ok(Json(control(&core).user(&name)?))
}

async fn delete_user(State(core): State<Arc<Core>>, Path(name): Path<String>) -> Answer {
    control(&core).delete_user(&name)?;
    Ok(Json(json!({})))
}
