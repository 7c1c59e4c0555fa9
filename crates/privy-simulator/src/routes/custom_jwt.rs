//! Signing in with a JWT of another issuer.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use countersign_jose::jwk::Jwk;
use countersign_jose::jws;
use countersign_jose::key::VerifyingKey;
use serde::Deserialize;
use serde_json::Value;

use crate::body::Body;
use crate::caller::ClientCaller;
use crate::core::Core;
use crate::failure::Failure;
use crate::settings::CustomJwt;
use crate::user::{LinkedAccount, Mode};

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new().route(
        "/api/v1/custom_jwt_account/authenticate",
        post(authenticate),
    )
}

#[derive(Deserialize)]
struct Authenticate {
    token: String,
    #[serde(default)]
    mode: Mode,
}

async fn authenticate(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Authenticate>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, "custom_jwt_auth")?;
    let subject = world
        .settings
        .custom_jwt
        .as_ref()
        .and_then(|settings| subject(settings, &body.token, core.clock.now()))
        .ok_or_else(|| Failure::invalid_data("Invalid JWT token provided"))?;
    let account = LinkedAccount::custom_auth(&subject);
    core.sign_in(&mut world, account, body.mode, caller.client_id)
        .map(Json)
}

/// Whom a JWT names, if the configured issuer's key signed it and it holds.
fn subject(settings: &CustomJwt, token: &str, now: i64) -> Option<String> {
    let decoded = jws::decode(token).ok()?;
    let key: &Jwk = match decoded.kid() {
        Some(kid) => settings.jwks.find(kid)?,
        None => settings.jwks.keys.first()?,
    };
    let claims: Value = decoded.verify(&VerifyingKey::from_jwk(key).ok()?).ok()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let holds = claims.get("exp")?.as_i64()? > now;
    let issuer = settings
        .issuer
        .as_deref()
        .is_none_or(|issuer| text("iss") == Some(issuer));
    let audience = settings
        .audience
        .as_deref()
        .is_none_or(|audience| match claims.get("aud") {
            Some(Value::Array(several)) => several.iter().any(|one| one == audience),
            Some(one) => one == audience,
            None => false,
        });
    (holds && issuer && audience).then(|| text("sub").map(str::to_owned))?
}
