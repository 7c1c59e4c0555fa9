//! Access tokens of Privy (docs.privy.io, "Access tokens"): who signed in at a product's Privy app.
//!
//! Privy signs identity tokens with the same key, for the same audience; only `sid` tells the two
//! apart. What passes here also passes Privy's own @privy-io/node 0.35, but for the leeway; and what
//! passes there passes here if it is what every token here has to be: canonical, with each member
//! once, without `crit`, no longer than [`MAX_TOKEN_LENGTH`](jws::MAX_TOKEN_LENGTH), and about a user.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{
    algorithm::Algorithm,
    jwk::JwkSet,
    jws::{self, Decoded, JwtError},
    key::{KeyError, VerifyingKey},
};

/// `iss` of every token of Privy, whatever the app; without a scheme.
pub const ISSUER: &str = "privy.io";

/// How far Privy's clock may be off, in seconds. Privy's own libraries grant nothing.
pub const LEEWAY_SECONDS: i64 = 5;

/// What every user's identifier starts with.
const DID_PREFIX: &str = "did:privy:";

/// Longest identifier that is believed. Privy's have 35 characters.
const LONGEST_DID: usize = 128;

/// The last second of the year 9999: what lies behind it no calendar has to write.
const LAST_SECOND: i64 = 253_402_300_799;

/// The keys a Privy app signs with.
#[derive(Clone, Debug)]
pub enum AppKeys {
    /// Those of the app's JWK set, chosen by `kid`.
    Published(Vec<VerifyingKey>),
    /// The one that the operator configured, whatever `kid` a token has.
    Pinned(VerifyingKey),
}

impl AppKeys {
    /// The keys of a JWK set that ES256 can be verified with; others are left out.
    pub fn published(set: &JwkSet) -> Self {
        let keys = set.keys.iter();
        Self::Published(
            keys.filter(|key| key.algorithm() == Algorithm::Es256)
                .filter_map(|key| VerifyingKey::from_jwk(key).ok())
                .collect(),
        )
    }

    /// The app's "verification key": a P-256 public key in PEM.
    pub fn pinned(pem: &str) -> Result<Self, KeyError> {
        VerifyingKey::from_p256_public_pem(pem).map(Self::Pinned)
    }

    fn find(&self, kid: Option<&str>) -> Result<&VerifyingKey, PrivyTokenError> {
        match (self, kid) {
            (Self::Pinned(key), _) => Ok(key),
            (Self::Published(keys), Some(kid)) => keys
                .iter()
                .find(|key| key.kid() == kid)
                .ok_or(PrivyTokenError::UnknownKey),
            (Self::Published(keys), None) => match keys.as_slice() {
                [] => Err(PrivyTokenError::UnknownKey),
                [key] => Ok(key),
                _ => Err(PrivyTokenError::UnnamedKey),
            },
        }
    }
}

/// What an app demands of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The app's id, compared byte for byte.
    pub app_id: &'a str,
    /// The current time in seconds since 1970.
    pub now_seconds: i64,
}

/// An access token that is good. Times are whole seconds since 1970; Privy may write fractions,
/// which are cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The user, see [`is_did`].
    pub did: String,
    /// The user's session at Privy.
    pub session_id: String,
    /// When it was issued.
    pub issued_at: i64,
    /// When it expires.
    pub expires_at: i64,
}

/// A token of the device grant that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceToken {
    /// The user, see [`is_did`].
    pub did: String,
    /// When it expires, in seconds since 1970.
    pub expires_at: i64,
}

/// The rule that a token breaks. [`UnknownKey`](Self::UnknownKey) is worth another look at the
/// app's keys, since they rotate; nothing else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivyTokenError {
    /// Not a well-formed JWS, or one whose `alg` is not ES256.
    #[error("the token is malformed: {0}")]
    Malformed(#[source] JwtError),
    /// `typ` is not `JWT`.
    #[error("the token's `typ` is not `JWT`")]
    WrongType,
    /// `kid` names no key of the app.
    #[error("the token's `kid` names no key of the app")]
    UnknownKey,
    /// No `kid`, and the app has several keys.
    #[error("the token has no `kid`, and the app has several keys")]
    UnnamedKey,
    /// The signature does not verify.
    #[error("the token's signature does not verify")]
    BadSignature,
    /// A claim is missing or of the wrong type.
    #[error("a claim of the token is missing or of the wrong type")]
    MalformedClaims,
    /// Not issued by Privy.
    #[error("the token's `iss` is not `{ISSUER}`")]
    WrongIssuer,
    /// Issued for another app, or for Privy itself.
    #[error("the token's `aud` is not this app")]
    WrongAudience,
    /// Past `exp`.
    #[error("the token has expired")]
    Expired,
    /// Before `nbf`.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `sub` is not a user.
    #[error("the token's `sub` is not a user of Privy")]
    WrongSubject,
    /// No `sid`: an identity token.
    #[error("the token has no `sid`, so it is not an access token")]
    NoSession,
}

impl From<JwtError> for PrivyTokenError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::BadSignature => Self::BadSignature,
            JwtError::MalformedClaims => Self::MalformedClaims,
            other => Self::Malformed(other),
        }
    }
}

/// Verifies what a signed-in person's page has handed over.
pub fn verify(
    token: &str,
    keys: &AppKeys,
    expected: &Expected<'_>,
) -> Result<AccessToken, PrivyTokenError> {
    let decoded = jws::decode(token)?;
    if !decoded.typ().is_some_and(is_jwt) {
        return Err(PrivyTokenError::WrongType);
    }
    let received: Received = read(&decoded, keys)?;
    if received.common.iss != ISSUER {
        return Err(PrivyTokenError::WrongIssuer);
    }
    if received.aud != expected.app_id {
        return Err(PrivyTokenError::WrongAudience);
    }
    // Privy's library takes zero for a claim that is not there.
    if received.iat == 0.0 {
        return Err(PrivyTokenError::MalformedClaims);
    }
    let issued_at = seconds(received.iat);
    let (did, expires_at) = received.common.check(expected.now_seconds)?;
    Ok(AccessToken {
        did,
        session_id: received
            .sid
            .filter(|sid| !sid.is_empty())
            .ok_or(PrivyTokenError::NoSession)?,
        issued_at,
        expires_at,
    })
}

/// Verifies what Privy's token endpoint answered to the device grant.
///
/// Privy documents no claims of it, so nothing is asked of `typ`, `aud` and `sid`: an identity token
/// would pass. That is why this is for tokens that came from Privy itself and never for one that a
/// browser sent.
pub fn verify_device(
    token: &str,
    keys: &AppKeys,
    now_seconds: i64,
) -> Result<DeviceToken, PrivyTokenError> {
    let received: Common = read(&jws::decode(token)?, keys)?;
    if received.iss != ISSUER {
        return Err(PrivyTokenError::WrongIssuer);
    }
    let (did, expires_at) = received.check(now_seconds)?;
    Ok(DeviceToken { did, expires_at })
}

/// Whether `text` is a user's identifier: `did:privy:` and something that can stand in an address
/// as it is (RFC 3986 section 2.3).
pub fn is_did(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.len() <= LONGEST_DID
        && text
            .strip_prefix(DID_PREFIX)
            .is_some_and(|id| !id.is_empty() && id.bytes().all(unreserved))
}

/// A media type, in which case does not count and `application/` may be left out (RFC 7515
/// section 4.1.9).
fn is_jwt(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt")
}

fn read<T: DeserializeOwned>(decoded: &Decoded<'_>, keys: &AppKeys) -> Result<T, PrivyTokenError> {
    if decoded.algorithm() != Algorithm::Es256 {
        return Err(PrivyTokenError::Malformed(JwtError::WrongAlgorithm));
    }
    Ok(decoded.verify(keys.find(decoded.kid())?)?)
}

/// `aud` is one string: Privy's own library refuses an array.
#[derive(Deserialize)]
struct Received {
    #[serde(flatten)]
    common: Common,
    aud: String,
    iat: f64,
    sid: Option<String>,
}

/// Any number is a time, as RFC 7519 section 2 has it and Privy's library takes it.
#[derive(Deserialize)]
struct Common {
    iss: String,
    sub: String,
    exp: f64,
    #[serde(default, deserialize_with = "number")]
    nbf: Option<f64>,
}

/// `null` is no number, unlike for an `Option` by itself.
fn number<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f64>, D::Error> {
    f64::deserialize(value).map(Some)
}

impl Common {
    /// The user and the expiry.
    fn check(self, now_seconds: i64) -> Result<(String, i64), PrivyTokenError> {
        // Compared as they were written: a fraction of a second counts.
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact for the next hundred million years"
        )]
        let [now, leeway] = [now_seconds, LEEWAY_SECONDS].map(|seconds| seconds as f64);
        if self.exp + leeway <= now {
            return Err(PrivyTokenError::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > now + leeway) {
            return Err(PrivyTokenError::NotYetValid);
        }
        if !is_did(&self.sub) {
            return Err(PrivyTokenError::WrongSubject);
        }
        Ok((self.sub, seconds(self.exp)))
    }
}

fn seconds(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounded down on purpose, and `as` saturates"
    )]
    let seconds = number.floor() as i64;
    seconds.clamp(0, LAST_SECOND)
}

#[cfg(test)]
mod tests;
