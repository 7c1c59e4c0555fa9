//! The endpoints of the device authorization grant.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::body::Body;
use crate::caller::{AppCaller, BearerToken, ClientCaller};
use crate::clock::iso;
use crate::core::{Core, World};
use crate::device_grant::Grant;
use crate::failure::{Failure, OAuthFailure};

/// RFC 8628 section 3.4.
const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/oauth/v2/device_authorization", post(begin))
        .route("/api/oauth/v2/device_verify", post(verify))
        .route("/api/oauth/v2/token", post(token))
        .route("/api/oauth/v2/grants", get(list))
        .route("/api/oauth/v2/grants/{id}", delete(revoke))
}

async fn begin(State(core): State<Arc<Core>>, _: AppCaller) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    let settings = enabled(&world)?;
    let now = core.clock.now();
    let device = world.devices.begin(&settings, now, &*core.entropy);
    let page = &settings.verification_uri;
    Ok(Json(json!({
        "device_code": device.device_code,
        "user_code": device.user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={}", device.user_code),
        "expires_in": settings.code_ttl,
        "interval": settings.interval,
    })))
}

fn enabled(world: &World) -> Result<crate::settings::Device, Failure> {
    let settings = world.settings.device.clone();
    if settings.enabled {
        return Ok(settings);
    }
    Err(Failure::plain(
        StatusCode::FORBIDDEN,
        "Device authorization is not enabled for this app",
    ))
}

#[derive(Deserialize)]
struct Verify {
    user_code: String,
    action: Action,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Approve,
    Deny,
}

async fn verify(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Verify>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    enabled(&world)?;
    let bearer = core.require_bearer(&world, caller.bearer.as_deref())?;
    if world.sessions.get(&bearer.sid).is_none() {
        // A device must not approve another one.
        return Err(Failure::invalid_token(
            StatusCode::UNAUTHORIZED,
            "Invalid auth token",
        ));
    }
    let approved_by = (body.action == Action::Approve).then_some(bearer.did.as_str());
    world
        .devices
        .decide(&body.user_code, approved_by, core.clock.now())
        .map_err(|_| Failure::invalid_data("Invalid or expired user code"))?;
    Ok(Json(json!({ "success": true })))
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: Option<String>,
    device_code: Option<String>,
    refresh_token: Option<String>,
}

async fn token(State(core): State<Arc<Core>>, caller: AppCaller, request: Request) -> Response {
    let AppCaller = caller;
    match token_request(request).await {
        Ok(request) => match answer(&core, &request) {
            Ok(tokens) => tokens.into_response(),
            Err(failure) => failure.into_response(),
        },
        Err(failure) => failure.into_response(),
    }
}

/// JSON as Privy documents it, or a form as OAuth has it (RFC 6749 section 4.1.3).
async fn token_request(request: Request) -> Result<TokenRequest, OAuthFailure> {
    let malformed = OAuthFailure::bad_request("invalid_request", "The body is malformed.");
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let body: Bytes = request
        .into_body()
        .collect()
        .await
        .map_err(|_| malformed)?
        .to_bytes();
    if form {
        let field = |name: &str| {
            form_urlencoded::parse(&body)
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        return Ok(TokenRequest {
            grant_type: field("grant_type"),
            device_code: field("device_code"),
            refresh_token: field("refresh_token"),
        });
    }
    serde_json::from_slice(&body).map_err(|_| malformed)
}

fn answer(core: &Core, request: &TokenRequest) -> Result<Json<Value>, OAuthFailure> {
    let missing = OAuthFailure::bad_request("invalid_request", "A parameter is missing.");
    let mut world = core.world();
    let settings = world.settings.device.clone();
    let grant = match request.grant_type.as_deref() {
        Some(DEVICE_CODE_GRANT | "device_code") => {
            let code = request.device_code.as_deref().ok_or(missing)?;
            let now_ms = core.clock.now_ms();
            world
                .devices
                .redeem(code, &settings, now_ms, &*core.entropy)?
        }
        Some("refresh_token") => {
            let token = request.refresh_token.as_deref().ok_or(missing)?;
            let now_ms = core.clock.now_ms();
            world
                .devices
                .refresh(token, &settings, now_ms, &*core.entropy)?
        }
        Some(_) => {
            return Err(OAuthFailure::bad_request(
                "unsupported_grant_type",
                "The grant type is not supported.",
            ));
        }
        None => return Err(missing),
    };
    let access_token = core
        .device_token(&world, &grant)
        .map_err(|_| OAuthFailure {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            error: "server_error",
            description: "The token could not be signed.",
            interval: None,
        })?;
    world.devices.issued(&access_token, &grant.id);
    Ok(Json(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": settings.access_token_ttl,
        "refresh_token": grant.refresh_token(),
    })))
}

async fn list(
    State(core): State<Arc<Core>>,
    _: AppCaller,
    BearerToken(token): BearerToken,
) -> Result<Json<Value>, Failure> {
    let world = core.world();
    let did = granted_by(&core, &world, token.as_deref())?;
    let grants: Vec<_> = world.devices.list(&did).into_iter().map(shown).collect();
    Ok(Json(json!({ "data": grants })))
}

/// The person whose page or whose device asks.
fn granted_by(core: &Core, world: &World, token: Option<&str>) -> Result<String, Failure> {
    match token.and_then(|token| world.devices.find(token)) {
        Some(grant) => Ok(grant.did.clone()),
        None => core.require_bearer(world, token).map(|bearer| bearer.did),
    }
}

fn shown(grant: &Grant) -> Value {
    json!({
        "id": grant.id,
        "created_at": iso(grant.created_at_ms),
        "grant_type": "device_code",
        "last_used_at": iso(grant.last_used_at_ms),
    })
}

async fn revoke(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    _: AppCaller,
    BearerToken(token): BearerToken,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    let did = granted_by(&core, &world, token.as_deref())?;
    if world.devices.revoke(&id, &did) {
        return Ok(Json(json!({ "success": true })));
    }
    Err(Failure::plain(StatusCode::NOT_FOUND, "Grant not found"))
}
