//! Signing in at an OAuth provider, with the provider's page.

mod page;
mod provider;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::passwordless::require_listed;
use crate::body::Body;
use crate::caller::ClientCaller;
use crate::captcha;
use crate::core::{Core, World};
use crate::failure::Failure;
use crate::random;
use crate::user::{LinkedAccount, Mode};

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/v1/oauth/init", post(init))
        .route("/api/v1/oauth/authenticate", post(authenticate))
        .route("/sim/idp", get(page::idp))
}

/// Browsers on their way to a provider, and those on their way back.
#[derive(Debug, Default)]
pub(crate) struct OAuth {
    /// By the `tx` of the provider's page.
    begun: HashMap<String, Transaction>,
    /// By the authorization code.
    answered: HashMap<String, (Transaction, Person)>,
}

#[derive(Clone, Debug)]
struct Transaction {
    provider: String,
    redirect_to: Url,
    code_challenge: Option<String>,
    state_code: String,
    expires_at: i64,
}

/// Who the provider says it is.
#[derive(Clone, Debug)]
struct Person {
    email: String,
    name: String,
}

#[derive(Deserialize)]
struct Init {
    provider: String,
    redirect_to: String,
    code_challenge: Option<String>,
    state_code: Option<String>,
    token: Option<String>,
}

#[derive(Deserialize)]
struct Authenticate {
    authorization_code: String,
    state_code: String,
    code_verifier: Option<String>,
    #[serde(default)]
    mode: Mode,
}

async fn init(
    State(core): State<Arc<Core>>,
    _: ClientCaller,
    Body(body): Body<Init>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    core.require_method(&world, &format!("{}_oauth", body.provider))?;
    captcha::require(&world, body.token.as_deref())?;
    let redirect_to = redirect_url(&world, &body.redirect_to)?;
    let tx = random::token(&*core.entropy, 24);
    let transaction = Transaction {
        provider: body.provider,
        redirect_to,
        code_challenge: body.code_challenge,
        state_code: body
            .state_code
            .unwrap_or_else(|| random::token(&*core.entropy, 36)),
        expires_at: core.clock.now() + world.settings.code_ttl,
    };
    world.oauth.begun.insert(tx.clone(), transaction);
    Ok(Json(
        json!({ "url": format!("{}/sim/idp?tx={tx}", core.url) }),
    ))
}

fn redirect_url(world: &World, text: &str) -> Result<Url, Failure> {
    let listed = world
        .settings
        .redirect_urls
        .as_ref()
        .is_none_or(|urls| urls.iter().any(|url| url == text));
    Url::parse(text)
        .ok()
        .filter(|_| listed)
        .ok_or_else(|| Failure::invalid_data("Redirect URL is not allowed"))
}

async fn authenticate(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<Authenticate>,
) -> Result<Json<Value>, Failure> {
    let mut world = core.world();
    // Taken before it is checked: a code that was shown once is never good again.
    let (transaction, person) = world
        .oauth
        .answered
        .remove(&body.authorization_code)
        .filter(|(transaction, _)| core.clock.now() < transaction.expires_at)
        .ok_or_else(|| Failure::invalid_credentials("Invalid OAuth authorization code"))?;
    if transaction.state_code != body.state_code {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "OAuth state does not match",
            "oauth_state_mismatch",
        ));
    }
    let proved = match (&transaction.code_challenge, &body.code_verifier) {
        (None, _) => true,
        (Some(challenge), Some(verifier)) => {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == *challenge
        }
        (Some(_), None) => false,
    };
    if !proved {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "Invalid PKCE parameters",
            "invalid_pkce_parameters",
        ));
    }
    require_listed(&world, &person.email)?;
    let (subject, fields) = provider::profile(&transaction.provider, &person);
    let account = LinkedAccount::oauth(&transaction.provider, &subject, fields);
    let mut answer = core.sign_in(&mut world, account, body.mode, caller.client_id)?;
    if let (true, Some(members)) = (world.settings.oauth_tokens, answer.as_object_mut()) {
        let tokens = json!({
            "provider": transaction.provider,
            "access_token": random::token(&*core.entropy, 24),
            "access_token_expires_in_seconds": 3600,
            "scopes": ["openid", "email", "profile"],
        });
        members.insert("oauth_tokens".to_owned(), tokens);
    }
    Ok(Json(answer))
}
