//! Who may call which endpoint: the checks of Privy's API, in its order.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use subtle::ConstantTimeEq as _;

use crate::core::Core;
use crate::failure::Failure;

/// Somebody who names the app.
#[derive(Debug)]
pub(crate) struct AppCaller;

/// A page of the app (or its server with the app secret, which may do what a page may).
#[derive(Debug)]
pub(crate) struct ClientCaller {
    pub(crate) client_id: Option<String>,
    /// None for a server.
    pub(crate) origin: Option<String>,
    pub(crate) bearer: Option<String>,
}

/// The app's server, by the app secret.
#[derive(Debug)]
pub(crate) struct ServerCaller;

impl FromRequestParts<Arc<Core>> for AppCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Failure> {
        known_app(&parts.headers, core)?;
        known_client(&parts.headers, core)?;
        Ok(Self)
    }
}

impl FromRequestParts<Arc<Core>> for ClientCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Failure> {
        let headers = &parts.headers;
        known_app(headers, core)?;
        let client_id = known_client(headers, core)?;
        if basic(headers).is_some() {
            known_secret(headers, core)?;
            return Ok(Self {
                client_id,
                origin: None,
                bearer: None,
            });
        }
        let origin = text(headers, header::ORIGIN.as_str()).ok_or_else(|| {
            Failure::new(
                StatusCode::FORBIDDEN,
                "Must specify origin",
                "missing_origin",
            )
        })?;
        if !core.world().settings.allows_origin(origin) {
            return Err(Failure::new(
                StatusCode::FORBIDDEN,
                "Invalid origin",
                "invalid_origin",
            ));
        }
        Ok(Self {
            client_id,
            origin: Some(origin.to_owned()),
            bearer: bearer(headers).map(str::to_owned),
        })
    }
}

impl FromRequestParts<Arc<Core>> for ServerCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Failure> {
        known_app(&parts.headers, core)?;
        known_secret(&parts.headers, core)?;
        Ok(Self)
    }
}

/// The bearer token of a request, if it has one.
#[derive(Debug)]
pub(crate) struct BearerToken(pub(crate) Option<String>);

impl FromRequestParts<Arc<Core>> for BearerToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Core>) -> Result<Self, Infallible> {
        Ok(Self(bearer(&parts.headers).map(str::to_owned)))
    }
}

fn known_app(headers: &HeaderMap, core: &Core) -> Result<(), Failure> {
    let refused = |error| {
        Failure::new(
            StatusCode::BAD_REQUEST,
            error,
            "missing_or_invalid_privy_app_id",
        )
    };
    match text(headers, "privy-app-id") {
        None => Err(refused("Missing privy-app-id header")),
        Some(id) if id != core.app.id => Err(refused("Invalid Privy app ID")),
        Some(_) => Ok(()),
    }
}

pub(crate) fn known_client(headers: &HeaderMap, core: &Core) -> Result<Option<String>, Failure> {
    match text(headers, "privy-client-id") {
        Some(id) if id != core.app.client_id => Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "Invalid Privy client ID",
            "missing_or_invalid_privy_client_id",
        )),
        id => Ok(id.map(str::to_owned)),
    }
}

/// An app secret, if there is one, must be the right one.
pub(crate) fn right_secret_if_any(headers: &HeaderMap, core: &Core) -> Result<(), Failure> {
    match basic(headers) {
        Some(_) => known_secret(headers, core),
        None => Ok(()),
    }
}

fn known_secret(headers: &HeaderMap, core: &Core) -> Result<(), Failure> {
    let expected = format!("{}:{}", core.app.id, core.app.secret);
    let right = basic(headers)
        .and_then(|credentials| STANDARD.decode(credentials).ok())
        .is_some_and(|credentials| credentials.ct_eq(expected.as_bytes()).into());
    if right {
        return Ok(());
    }
    Err(Failure::plain(
        StatusCode::UNAUTHORIZED,
        "Invalid app ID or app secret.",
    ))
}

fn basic(headers: &HeaderMap) -> Option<&str> {
    scheme(headers, "basic")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    scheme(headers, "bearer")
}

fn scheme<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let (scheme, credentials) = text(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case(wanted)
        .then_some(credentials.trim())
        .filter(|credentials| !credentials.is_empty())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
