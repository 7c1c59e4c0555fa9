//! Signing in with Ethereum (EIP-4361).

mod message;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use self::message::Message;
use crate::body::Body;
use crate::caller::ClientCaller;
use crate::captcha;
use crate::clock::iso;
use crate::core::Core;
use crate::ethereum::Address;
use crate::failure::Failure;
use crate::random;
use crate::user::{LinkedAccount, Mode};

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/v1/siwe/init", post(init))
        .route("/api/v1/siwe/authenticate", post(authenticate))
}

/// Nonces that were given out and not used.
#[derive(Debug, Default)]
pub(crate) struct Nonces(HashMap<String, Nonce>);

#[derive(Debug)]
struct Nonce {
    address: Address,
    expires_at: i64,
}

#[derive(Deserialize)]
struct Init {
    address: String,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authenticate {
    message: String,
    signature: String,
    chain_id: Option<String>,
    wallet_client_type: Option<String>,
    connector_type: Option<String>,
    #[serde(default)]
    mode: Mode,
}

async fn init(
    State(core): State<Arc<Core>>,
    _: ClientCaller,
    Body(body): Body<Init>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, "wallet_auth")?;
    captcha::require(&world, body.token.as_deref())?;
    let address = Address::parse(&body.address)
        .ok_or_else(|| Failure::invalid_data("Invalid Ethereum address"))?;
    let nonce = random::nonce(&*core.entropy);
    let expires_at = core.clock.now() + world.settings.code_ttl;
    world.nonces.0.insert(
        nonce.clone(),
        Nonce {
            address,
            expires_at,
        },
    );
    Ok(Json(json!({
        "nonce": nonce,
        "address": body.address,
        "expires_at": iso(expires_at * 1000),
    })))
}

async fn authenticate(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Authenticate>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, "wallet_auth")?;
    let malformed = || Failure::invalid_data("Invalid SIWE message");
    let message = Message::parse(&body.message).ok_or_else(malformed)?;
    let address = Address::parse(message.address).ok_or_else(malformed)?;
    if !address.is_spelt(message.address) {
        return Err(Failure::invalid_data(
            "Invalid SIWE message: the address must have its EIP-55 checksum",
        ));
    }
    if let Some(origin) = &caller.origin
        && !message.is_of(origin)
    {
        return Err(Failure::invalid_data(
            "Invalid SIWE message: domain and URI must be those of the origin",
        ));
    }
    if let Some(chain) = &body.chain_id
        && chain.strip_prefix("eip155:") != Some(message.chain_id)
    {
        return Err(Failure::invalid_data("Invalid SIWE message: another chain"));
    }
    // Taken before the signature is checked, so that a nonce has one try.
    let nonce = world.nonces.0.remove(message.nonce);
    let good =
        nonce.is_some_and(|nonce| nonce.address == address && core.clock.now() < nonce.expires_at);
    if !good {
        return Err(Failure::invalid_credentials("Invalid SIWE nonce"));
    }
    if Address::recover(&body.message, &body.signature) != Some(address) {
        return Err(Failure::invalid_credentials("Invalid SIWE signature"));
    }
    let account = LinkedAccount::wallet(
        message.address,
        body.chain_id.as_deref(),
        body.wallet_client_type.as_deref(),
        body.connector_type.as_deref(),
    );
    core.sign_in(&mut world, account, body.mode, caller.client_id)
        .map(Json)
}
