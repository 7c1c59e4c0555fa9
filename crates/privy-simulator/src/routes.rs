//! Privy's endpoints, one file for each group.

mod analytics;
mod apps;
mod custom_jwt;
mod device;
mod me;
pub(crate) mod oauth;
pub(crate) mod passkeys;
mod passwordless;
mod people;
mod sessions;
pub(crate) mod siwe;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::control;
use crate::core::Core;
use crate::failure::Failure;
use crate::observe::observe;
use crate::user::LinkedAccount;

/// Everything the simulator answers.
pub(crate) fn router(core: &Arc<Core>) -> Router {
    Router::new()
        .merge(apps::routes())
        .merge(analytics::routes())
        .merge(passwordless::routes())
        .merge(oauth::routes())
        .merge(siwe::routes())
        .merge(custom_jwt::routes())
        .merge(passkeys::routes())
        .merge(sessions::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(device::routes())
        .merge(control::routes())
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(core), observe))
        .with_state(Arc::clone(core))
}

async fn unknown() -> Response {
    Failure::plain(StatusCode::NOT_FOUND, "Not found").into_response()
}

async fn wrong_method() -> Response {
    Failure::plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").into_response()
}

/// The account that an e-mail address or a telephone number names.
pub(crate) fn account_named(name: &str) -> Option<LinkedAccount> {
    let email = passwordless::email_address(name).map(|address| LinkedAccount::email(&address));
    let phone = || passwordless::phone_number(name).map(|number| LinkedAccount::phone(&number));
    email.or_else(|_| phone()).ok()
}
