//! JWT access tokens (RFC 9068): what this server issues and its own protected resource believes.

use serde::{Deserialize, Serialize};

use crate::{
    jws::{self, JwtError},
    key::{SignError, SigningKey, VerifyingKey},
};

/// `typ` of an access token (RFC 9068 section 2.1).
pub const TYP: &str = "at+jwt";

/// The same type with its full name, which RFC 9068 section 4 has readers accept too.
const FULL_TYP: &str = "application/at+jwt";

/// Claims of an access token (RFC 9068 section 2.2). Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessTokenClaims {
    /// Issuer, the authorization server's own URL.
    pub iss: String,
    /// Subject, the user.
    pub sub: String,
    /// Audience, the one resource the token is for. Read from an array, it is the expected entry.
    pub aud: String,
    /// Expiry.
    pub exp: i64,
    /// Issued at.
    pub iat: i64,
    /// Token identifier.
    pub jti: String,
    /// The client it was issued to.
    pub client_id: String,
    /// Scopes, separated by a space.
    pub scope: String,
    /// When the user signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The grant it was issued under, by which it is revoked. Our own claim.
    pub grant_id: String,
}

impl AccessTokenClaims {
    /// The signed token.
    pub fn sign(&self, key: &SigningKey) -> Result<String, SignError> {
        key.sign(TYP, self)
    }
}

/// What a protected resource demands of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer, compared byte for byte (RFC 9068 section 4).
    pub issuer: &'a str,
    /// The resource's own identifier, compared byte for byte.
    pub audience: &'a str,
    /// The current time in seconds since 1970.
    pub now_seconds: i64,
    /// How far another clock may be off, in seconds.
    pub leeway_seconds: i64,
}

/// The rule of RFC 9068 section 4 that a token breaks. The answer is 401 `invalid_token` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// Not a well-formed JWS in our profile, or one whose `alg` does not fit its key.
    #[error("malformed token")]
    MalformedToken(#[source] JwtError),
    /// `typ` is not `at+jwt`: an ID token, say.
    #[error("the token's `typ` is not `at+jwt`")]
    WrongType,
    /// No `kid`, or one that is not published.
    #[error("the token's `kid` names no key of this server")]
    UnknownKey,
    /// The signature does not verify.
    #[error("the token's signature does not verify")]
    BadSignature,
    /// A claim is missing or of the wrong type; times must be whole numbers.
    #[error("a claim of the token is missing or of the wrong type")]
    MalformedClaims,
    /// Issued by another server.
    #[error("the token's `iss` is not this server")]
    WrongIssuer,
    /// Issued for another resource.
    #[error("the token's `aud` is not this resource")]
    WrongAudience,
    /// Past `exp`.
    #[error("the token has expired")]
    Expired,
    /// Before `nbf` or `iat`.
    #[error("the token is not valid yet")]
    NotYetValid,
}

impl From<JwtError> for AccessTokenError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::BadSignature => Self::BadSignature,
            JwtError::MalformedClaims => Self::MalformedClaims,
            other => Self::MalformedToken(other),
        }
    }
}

/// Claims as read, before they are held against what is expected.
#[derive(Deserialize)]
struct Received {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: i64,
    jti: String,
    client_id: String,
    scope: String,
    auth_time: Option<i64>,
    grant_id: String,
}

/// RFC 7519 section 4.1.3: one string, or an array of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn contains(&self, resource: &str) -> bool {
        match self {
            Self::One(one) => one == resource,
            Self::Many(many) => many.iter().any(|one| one == resource),
        }
    }
}

/// Verifies an access token (RFC 9068 section 4) and returns its claims.
///
/// Does not know about revocation: look up the grant before trusting a token for long. `find_key`
/// is asked at most once, with the sender's `kid` as it stands.
pub fn verify(
    token: &str,
    find_key: impl FnOnce(&str) -> Option<VerifyingKey>,
    expected: &Expected<'_>,
) -> Result<AccessTokenClaims, AccessTokenError> {
    let decoded = jws::decode(token)?;
    if !matches!(decoded.typ(), Some(TYP | FULL_TYP)) {
        return Err(AccessTokenError::WrongType);
    }
    let key = decoded
        .kid()
        .and_then(find_key)
        .ok_or(AccessTokenError::UnknownKey)?;
    decoded.verify::<Received>(&key)?.check(expected)
}

impl Received {
    fn check(self, expected: &Expected<'_>) -> Result<AccessTokenClaims, AccessTokenError> {
        if self.iss != expected.issuer {
            return Err(AccessTokenError::WrongIssuer);
        }
        if !self.aud.contains(expected.audience) {
            return Err(AccessTokenError::WrongAudience);
        }
        // "on or after" `exp` is too late (RFC 7519 section 4.1.4). Saturating, because the claims
        // may hold any number even where the signature is good.
        let latest = expected.now_seconds.saturating_add(expected.leeway_seconds);
        if self.exp.saturating_add(expected.leeway_seconds) <= expected.now_seconds {
            return Err(AccessTokenError::Expired);
        }
        if self.iat > latest || self.nbf.is_some_and(|nbf| nbf > latest) {
            return Err(AccessTokenError::NotYetValid);
        }
        Ok(AccessTokenClaims {
            iss: self.iss,
            sub: self.sub,
            aud: expected.audience.to_owned(),
            exp: self.exp,
            iat: self.iat,
            jti: self.jti,
            client_id: self.client_id,
            scope: self.scope,
            auth_time: self.auth_time,
            grant_id: self.grant_id,
        })
    }
}

#[cfg(test)]
mod tests;
