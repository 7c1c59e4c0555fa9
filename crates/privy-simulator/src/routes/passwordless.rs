//! Signing in with a code that is sent by e-mail or SMS.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::apps::{TEST_CODE, TEST_EMAIL, TEST_PHONE};
use crate::body::Body;
use crate::caller::ClientCaller;
use crate::captcha;
use crate::core::{Core, World};
use crate::failure::Failure;
use crate::one_time_code::Channel;
use crate::random;
use crate::user::{LinkedAccount, Mode};

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/v1/passwordless/init", post(email_init))
        .route(
            "/api/v1/passwordless/authenticate",
            post(email_authenticate),
        )
        .route("/api/v1/passwordless_sms/init", post(sms_init))
        .route(
            "/api/v1/passwordless_sms/authenticate",
            post(sms_authenticate),
        )
}

#[derive(Deserialize)]
struct EmailInit {
    email: String,
    token: Option<String>,
}

#[derive(Deserialize)]
struct EmailAuthenticate {
    email: String,
    code: String,
    #[serde(default)]
    mode: Mode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SmsInit {
    phone_number: String,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SmsAuthenticate {
    phone_number: String,
    code: String,
    #[serde(default)]
    mode: Mode,
}

async fn email_init(
    State(core): State<Arc<Core>>,
    _: ClientCaller,
    Body(body): Body<EmailInit>,
) -> Result<Json<Value>, Failure> {
    let address = email_address(&body.email)?;
    let mut world = core.world();
    allowed_email(&core, &world, &address)?;
    send(
        &core,
        &mut world,
        Channel::Email,
        &address,
        body.token.as_deref(),
    )
}

async fn sms_init(
    State(core): State<Arc<Core>>,
    _: ClientCaller,
    Body(body): Body<SmsInit>,
) -> Result<Json<Value>, Failure> {
    let number = phone_number(&body.phone_number)?;
    let mut world = core.world();
    core.require_method(&world, "sms_auth")?;
    send(
        &core,
        &mut world,
        Channel::Phone,
        &number,
        body.token.as_deref(),
    )
}

async fn email_authenticate(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<EmailAuthenticate>,
) -> Result<Json<Value>, Failure> {
    let address = email_address(&body.email)?;
    let mut world = core.world();
    allowed_email(&core, &world, &address)?;
    redeem(&core, &mut world, Channel::Email, &address, &body.code)?;
    let account = LinkedAccount::email(&address);
    core.sign_in(&mut world, account, body.mode, caller.client_id)
        .map(Json)
}

async fn sms_authenticate(
    State(core): State<Arc<Core>>,
    caller: ClientCaller,
    Body(body): Body<SmsAuthenticate>,
) -> Result<Json<Value>, Failure> {
    let number = phone_number(&body.phone_number)?;
    let mut world = core.world();
    core.require_method(&world, "sms_auth")?;
    redeem(&core, &mut world, Channel::Phone, &number, &body.code)?;
    let account = LinkedAccount::phone(&number);
    core.sign_in(&mut world, account, body.mode, caller.client_id)
        .map(Json)
}

fn send(
    core: &Core,
    world: &mut World,
    channel: Channel,
    address: &str,
    captcha_token: Option<&str>,
) -> Result<Json<Value>, Failure> {
    captcha::require(world, captcha_token)?;
    let now = core.clock.now();
    if let Some(limit) = world.settings.rate_limit
        && let Some(seconds) = world
            .requested
            .hit(address, limit.requests, limit.window, now)
    {
        return Err(Failure::too_many_requests(seconds));
    }
    let code = random::one_time_code(&*core.entropy);
    let ttl = world.settings.code_ttl;
    world.outbox.send(channel, address, code, now, ttl);
    Ok(Json(json!({ "success": true })))
}

fn redeem(
    core: &Core,
    world: &mut World,
    channel: Channel,
    address: &str,
    code: &str,
) -> Result<(), Failure> {
    if [TEST_EMAIL, TEST_PHONE].contains(&address) && code == TEST_CODE {
        return Ok(());
    }
    if world
        .outbox
        .redeem(channel, address, code, core.clock.now())
    {
        return Ok(());
    }
    Err(Failure::invalid_credentials(match channel {
        Channel::Email => "Invalid email and code combination",
        Channel::Phone => "Invalid phone number and code combination",
    }))
}

/// An e-mail address as it is compared: in lower case.
pub(crate) fn email_address(text: &str) -> Result<String, Failure> {
    let address = text.trim().to_lowercase();
    let valid = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
            && !address.contains(char::is_whitespace)
    });
    valid
        .then_some(address)
        .ok_or_else(|| Failure::invalid_data("Invalid email address"))
}

/// A telephone number in E.164.
pub(crate) fn phone_number(text: &str) -> Result<String, Failure> {
    let number: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.'))
        .collect();
    let valid = number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    });
    valid
        .then_some(number)
        .ok_or_else(|| Failure::invalid_data("Invalid phone number"))
}

fn allowed_email(core: &Core, world: &World, address: &str) -> Result<(), Failure> {
    core.require_method(world, "email_auth")?;
    let no_plus = core.app_configuration(world).get("disable_plus_emails") == Some(&true.into());
    if no_plus
        && address
            .split('@')
            .next()
            .is_some_and(|local| local.contains('+'))
    {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "Email addresses with a plus sign are not allowed",
            "disallowed_plus_email",
        ));
    }
    require_listed(world, address)
}

/// Refuses an address that is not on the app's allowlist.
pub(crate) fn require_listed(world: &World, address: &str) -> Result<(), Failure> {
    let listed = world.settings.allowlist.as_ref().is_none_or(|list| {
        list.iter()
            .any(|listed| listed.eq_ignore_ascii_case(address))
    });
    if listed {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::FORBIDDEN,
        "User is not on the allowlist",
        "allowlist_rejected",
    ))
}
