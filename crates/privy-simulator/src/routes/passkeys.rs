//! Signing in and signing up with a passkey (WebAuthn level 3), in Privy's snake case.

mod authenticate;
mod register;
mod spelling;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::caller::ClientCaller;
use crate::core::World;
use crate::failure::Failure;

pub(super) fn routes() -> Router<Arc<crate::core::Core>> {
    Router::new()
        .route(
            "/api/v1/passkeys/authenticate/init",
            post(authenticate::init),
        )
        .route("/api/v1/passkeys/authenticate", post(authenticate::finish))
        .route("/api/v1/passkeys/register/init", post(register::init))
        .route("/api/v1/passkeys/register", post(register::finish))
}

/// Ceremonies that were begun, by their challenge as it is written.
#[derive(Debug, Default)]
pub(crate) struct Ceremonies {
    authentications: HashMap<String, Ceremony<DiscoverableAuthentication>>,
    registrations: HashMap<String, Ceremony<(Uuid, PasskeyRegistration)>>,
}

#[derive(Debug)]
struct Ceremony<T> {
    relying_party: Webauthn,
    state: T,
    expires_at: i64,
}

#[derive(Deserialize)]
struct Init {
    relying_party: Option<String>,
    token: Option<String>,
}

/// The origin whose passkeys these are: the one the page names, else its own.
fn relying_party(
    world: &World,
    caller: &ClientCaller,
    named: Option<&str>,
) -> Result<(Webauthn, String), Failure> {
    let refused = || Failure::invalid_data("Invalid relying party");
    let origin = named.or(caller.origin.as_deref()).ok_or_else(refused)?;
    let origin = origin.trim_end_matches('/');
    if !world.settings.allows_origin(origin) {
        return Err(refused());
    }
    let url = Url::parse(origin).map_err(|_| refused())?;
    let host = url.domain().ok_or_else(refused)?;
    let built = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name(host).build());
    Ok((built.map_err(|_| refused())?, origin.to_owned()))
}

fn rejected() -> Failure {
    Failure::invalid_credentials("Invalid passkey credentials")
}

fn not_registered() -> Failure {
    Failure::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Passkey is not registered",
        "passkey_not_registered",
    )
}
