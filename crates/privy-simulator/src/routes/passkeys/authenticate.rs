//! Signing in with a passkey.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use webauthn_rs::prelude::PublicKeyCredential;

use super::{Ceremony, Init, not_registered, rejected, relying_party, spelling};
use crate::body::Body;
use crate::caller::ClientCaller;
use crate::captcha;
use crate::core::Core;
use crate::failure::Failure;
use crate::user::{LinkedAccount, Mode};

#[derive(Deserialize)]
pub(super) struct Finish {
    challenge: String,
    authenticator_response: Value,
}

pub(super) async fn init(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Init>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, "passkey_auth")?;
    captcha::require(&world, body.token.as_deref())?;
    let (party, origin) = relying_party(&world, &caller, body.relying_party.as_deref())?;
    let (options, state) = party
        .start_discoverable_authentication()
        .map_err(|_| rejected())?;
    let options = serde_json::to_value(&options.public_key).map_err(|_| rejected())?;
    let mut options = spelling::snake(&options);
    if let Some(members) = options.as_object_mut() {
        // What the library wants to know besides, and Privy does not.
        members.remove("extensions");
        members.remove("hints");
    }
    let challenge = options.get("challenge").and_then(Value::as_str);
    let challenge = challenge.ok_or_else(rejected)?.to_owned();
    let expires_at = core.clock.now() + world.settings.code_ttl;
    world.ceremonies.authentications.insert(
        challenge,
        Ceremony {
            relying_party: party,
            state,
            expires_at,
        },
    );
    Ok(Json(json!({ "relying_party": origin, "options": options })))
}

pub(super) async fn finish(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Finish>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, "passkey_auth")?;
    let now = core.clock.now();
    let ceremony = world
        .ceremonies
        .authentications
        .remove(&body.challenge)
        .filter(|ceremony| now < ceremony.expires_at)
        .ok_or_else(rejected)?;
    let credential = spelling::camel(&body.authenticator_response);
    let credential: PublicKeyCredential =
        serde_json::from_value(credential).map_err(|_| rejected())?;
    let (handle, _) = ceremony
        .relying_party
        .identify_discoverable_authentication(&credential)
        .map_err(|_| rejected())?;
    // The passkey and its owner, as the authenticator names both.
    let user = world
        .users
        .iter_mut()
        .find(|user| user.passkey_handle == handle)
        .ok_or_else(not_registered)?;
    let passkey = user
        .passkeys
        .iter_mut()
        .find(|passkey| *passkey.cred_id() == credential.raw_id)
        .ok_or_else(not_registered)?;
    let result = ceremony
        .relying_party
        .finish_discoverable_authentication_v2(&credential, ceremony.state, &*passkey)
        .map_err(|_| rejected())?;
    passkey.update_credential(&result);
    let account = LinkedAccount::passkey(&credential.id);
    core.sign_in(&mut world, account, Mode::NoSignup, caller.client_id)
        .map(Json)
}
