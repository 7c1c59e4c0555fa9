//! Authorization codes (RFC 6749 section 4.1).

use countersign_oauth::pkce::CodeChallenge;
use countersign_oauth::redirect_uri::RedirectUri;

use crate::{ClientId, GrantId, Hashed, PlainAuthorizationCode, Timestamp};

/// An authorization code and everything it is bound to (RFC 9700 section 2.1.1).
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    /// Hash of the code.
    pub hash: Hashed<PlainAuthorizationCode>,
    /// The grant it belongs to.
    pub grant_id: GrantId,
    /// The client it was issued to.
    pub client_id: ClientId,
    /// Where it was sent; a different one at the token endpoint is refused.
    pub redirect_uri: RedirectUri,
    /// What its verifier must hash to (RFC 7636 section 4.6).
    pub code_challenge: CodeChallenge,
    /// The `nonce` of the request, for the ID token (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was redeemed; `None` while it waits.
    pub redeemed_at: Option<Timestamp>,
}
