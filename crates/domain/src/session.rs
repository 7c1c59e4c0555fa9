//! Browser sessions: who is signed in at this browser.

use crate::{Hashed, PlainSessionCookie, Timestamp, UserId};

/// A signed-in browser. Its cookie is replaced at every sign-in, so that a cookie planted before
/// sign-in is worth nothing after it (session fixation).
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// Hash of the cookie's value.
    pub cookie: Hashed<PlainSessionCookie>,
    /// Who is signed in.
    pub user_id: UserId,
    /// When the person proved who they are (`auth_time`, OpenID Connect Core section 2).
    pub authenticated_at: Timestamp,
    /// When the session ends by itself.
    pub expires_at: Timestamp,
}
