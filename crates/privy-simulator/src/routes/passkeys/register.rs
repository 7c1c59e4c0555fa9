//! Signing up with a passkey.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::{Ceremony, Init, rejected, relying_party, spelling};
use crate::body::Body;
use crate::caller::ClientCaller;
use crate::captcha;
use crate::core::{Core, World};
use crate::failure::Failure;
use crate::user::{LinkedAccount, SignedIn};

#[derive(Deserialize)]
pub(super) struct Finish {
    authenticator_response: Value,
}

pub(super) async fn init(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Init>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    require_signup(&core, &world)?;
    captcha::require(&world, body.token.as_deref())?;
    let (party, origin) = relying_party(&world, &caller, body.relying_party.as_deref())?;
    let mut handle = [0; 16];
    core.entropy.fill(&mut handle);
    let handle = Uuid::from_bytes(handle);
    let name = format!("{} user", core.app.name);
    let (options, state) = party
        .start_passkey_registration(handle, &name, &name, None)
        .map_err(|_| rejected())?;
    let options = serde_json::to_value(&options.public_key).map_err(|_| rejected())?;
    let mut options = spelling::snake(&options);
    if let Some(members) = options.as_object_mut() {
        members.remove("extensions");
        members.remove("hints");
        // Nobody types a name first, so the authenticator must find the passkey by itself.
        let selection = json!({
            "resident_key": "required",
            "require_resident_key": true,
            "user_verification": "required",
        });
        members.insert("authenticator_selection".to_owned(), selection);
    }
    let challenge = options.get("challenge").and_then(Value::as_str);
    let challenge = challenge.ok_or_else(rejected)?.to_owned();
    let expires_at = core.clock.now() + world.settings.code_ttl;
    world.ceremonies.registrations.insert(
        challenge,
        Ceremony {
            relying_party: party,
            state: (handle, state),
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
    require_signup(&core, &world)?;
    let now = core.clock.now();
    let answered = challenge(&body.authenticator_response).ok_or_else(rejected)?;
    let ceremony = world
        .ceremonies
        .registrations
        .remove(&answered)
        .filter(|ceremony| now < ceremony.expires_at)
        .ok_or_else(rejected)?;
    let credential = spelling::camel(&body.authenticator_response);
    let credential: RegisterPublicKeyCredential =
        serde_json::from_value(credential).map_err(|_| rejected())?;
    let (handle, state) = ceremony.state;
    let passkey = ceremony
        .relying_party
        .finish_passkey_registration(&credential, &state)
        .map_err(|_| rejected())?;
    if world.users.find("passkey", &credential.id).is_some() {
        return Err(rejected());
    }
    let account = LinkedAccount::passkey(&credential.id);
    let did = world.users.create(account, now, &*core.entropy);
    if let Some(user) = world.users.get_mut(&did) {
        user.passkey_handle = handle;
        user.passkeys.push(passkey);
    }
    let who = SignedIn { did, is_new: true };
    core.begin_session(&mut world, &who, caller.client_id)
        .map(Json)
}

fn require_signup(core: &Core, world: &World) -> Result<(), Failure> {
    core.require_method(world, "passkey_auth")?;
    core.require_method(world, "passkeys_for_signup_enabled")
}

/// The challenge that a page says it answered; nothing else in Privy's request names the ceremony.
fn challenge(response: &Value) -> Option<String> {
    let text = response
        .get("response")?
        .get("client_data_json")?
        .as_str()?;
    let data = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    let data: Value = serde_json::from_slice(&data).ok()?;
    Some(data.get("challenge")?.as_str()?.to_owned())
}
