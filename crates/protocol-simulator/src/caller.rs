//! Whose request it is.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use crate::core::Core;
use crate::failure::Failure;
use crate::ids;

/// Says whose bearer token it is, by the subject at the login; none if it is not one, or no longer.
pub type Verify = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Whoever sent the request. The API makes an account of everybody who comes with a good token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller(pub(crate) Uuid);

impl Caller {
    /// The account of a subject at the login.
    pub(crate) fn of(subject: &str) -> Self {
        Self(ids::id("account", subject))
    }
}

impl FromRequestParts<Arc<Core>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Failure> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Failure::new(StatusCode::UNAUTHORIZED, "Access token required"))?;
        // The API does not tell an expired token from a forged one, and calls both forbidden.
        let subject = (core.verify)(token).ok_or_else(|| {
            Failure::new(StatusCode::FORBIDDEN, "Invalid or expired access token")
        })?;
        let now = core.clock.now_ms();
        let mut world = core.world();
        if world.deactivated.contains(&subject) {
            let status = StatusCode::UNAUTHORIZED;
            return Err(Failure::new(status, "Account deactivated"));
        }
        let caller = Self::of(&subject);
        world.meet(caller.0, now);
        Ok(caller)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    credentials
        .split(' ')
        .nth(1)
        .filter(|token| !token.is_empty())
}
