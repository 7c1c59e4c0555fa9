//! Client assertions (RFC 7523 section 3, OpenID Connect Core section 9): a client proves that it
//! holds its private key.

use serde::Deserialize;

use crate::{
    jwk::JwkSet,
    jws::{self, Decoded, JwtError},
    key::VerifyingKey,
};

/// `client_assertion_type` of a JWT (RFC 7523 section 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far ahead `exp` may lie, in seconds. An assertion is made for one request; one that lives
/// longer would have to be remembered longer.
pub const LONGEST_LIFE_SECONDS: i64 = 300;

/// Keys tried for an assertion that names none.
const KEYS_TRIED: usize = 8;

/// What the authorization server demands of an assertion.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The client: both `iss` and `sub`.
    pub client_id: &'a str,
    /// What the server is called: its issuer and its token endpoint.
    pub audiences: &'a [&'a str],
    /// The current time in seconds since 1970.
    pub now_seconds: i64,
    /// How far another clock may be off, in seconds.
    pub leeway_seconds: i64,
}

/// An assertion that is good, if it was not used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Its identifier, unique among those of its client.
    pub jti: String,
    /// Its expiry in seconds since 1970.
    pub exp: i64,
}

/// The rule that an assertion breaks. The answer is 401 `invalid_client` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAssertionError {
    /// Not a well-formed JWS in our profile, or one whose `alg` does not fit its key.
    #[error("the assertion is malformed: {0}")]
    Malformed(#[source] JwtError),
    /// A JWT of another kind, say an access token.
    #[error("the assertion's `typ` is that of another kind of token")]
    WrongType,
    /// Signed with a key that the client does not publish, or not any more.
    #[error("the assertion's key is not among the client's keys")]
    UnknownKey,
    /// The signature does not verify.
    #[error("the assertion's signature does not verify")]
    BadSignature,
    /// A claim is missing or of the wrong type; times must be whole numbers.
    #[error("`iss`, `sub`, `aud`, `exp` or `jti` of the assertion is missing or of the wrong type")]
    MalformedClaims,
    /// `iss` or `sub` is not the client.
    #[error("the assertion's `iss` and `sub` must both be the client_id")]
    WrongClient,
    /// Made for another server, or for several: each of them could use it at the others.
    #[error("the assertion's `aud` must be this server's issuer or token endpoint alone")]
    WrongAudience,
    /// Past `exp`.
    #[error("the assertion has expired")]
    Expired,
    /// `exp` lies too far ahead.
    #[error("the assertion lives longer than {LONGEST_LIFE_SECONDS} seconds")]
    TooLongLived,
    /// Before `nbf` or `iat`.
    #[error("the assertion is not valid yet")]
    NotYetValid,
}

impl From<JwtError> for ClientAssertionError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::BadSignature => Self::BadSignature,
            JwtError::MalformedClaims => Self::MalformedClaims,
            other => Self::Malformed(other),
        }
    }
}

#[derive(Deserialize)]
struct Received {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: String,
}

/// RFC 7519 section 4.1.3: one string, or an array, which here must hold one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Only([String; 1]),
}

impl Audience {
    fn as_str(&self) -> &str {
        match self {
            Self::One(audience) | Self::Only([audience]) => audience,
        }
    }
}

/// An assertion taken apart but not yet believed.
#[derive(Debug)]
pub struct ClientAssertion<'a>(Decoded<'a>);

impl<'a> ClientAssertion<'a> {
    /// Takes an assertion apart.
    pub fn read(assertion: &'a str) -> Result<Self, ClientAssertionError> {
        let decoded = jws::decode(assertion)?;
        let is_known = |typ: &str| {
            typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("client-authentication+jwt")
        };
        if decoded.typ().is_some_and(|typ| !is_known(typ)) {
            return Err(ClientAssertionError::WrongType);
        }
        Ok(Self(decoded))
    }

    /// Whom the assertion claims to come from, to look up whose keys to verify it with (RFC 7521
    /// section 4.2). Says nothing about who sent it.
    pub fn claimed_client(&self) -> Result<String, ClientAssertionError> {
        Ok(self.0.unverified::<Received>()?.sub)
    }

    /// Verifies the assertion with the client's keys. [`ClientAssertionError::UnknownKey`] is
    /// worth another look at them, since keys rotate; nothing else is.
    pub fn verify(
        &self,
        keys: &JwkSet,
        expected: &Expected<'_>,
    ) -> Result<VerifiedAssertion, ClientAssertionError> {
        let candidates = keys.keys.iter().filter(|key| match self.0.kid() {
            Some(kid) => key.kid() == kid,
            None => key.algorithm() == self.0.algorithm(),
        });
        let mut refusal = ClientAssertionError::UnknownKey;
        for jwk in candidates.take(KEYS_TRIED) {
            let Ok(key) = VerifyingKey::from_jwk(jwk) else {
                continue;
            };
            match self.0.verify::<Received>(&key) {
                Ok(received) => return received.check(expected),
                // Of several keys without a name, one may fit where another does not.
                Err(JwtError::BadSignature) if self.0.kid().is_none() => {}
                Err(error) => refusal = error.into(),
            }
        }
        Err(refusal)
    }
}

impl Received {
    fn check(self, expected: &Expected<'_>) -> Result<VerifiedAssertion, ClientAssertionError> {
        if self.iss != expected.client_id || self.sub != expected.client_id {
            return Err(ClientAssertionError::WrongClient);
        }
        if !expected.audiences.contains(&self.aud.as_str()) {
            return Err(ClientAssertionError::WrongAudience);
        }
        let latest = expected.now_seconds.saturating_add(expected.leeway_seconds);
        if self.exp.saturating_add(expected.leeway_seconds) <= expected.now_seconds {
            return Err(ClientAssertionError::Expired);
        }
        if self.exp > latest.saturating_add(LONGEST_LIFE_SECONDS) {
            return Err(ClientAssertionError::TooLongLived);
        }
        let starts = [self.nbf, self.iat];
        if starts.into_iter().flatten().any(|start| start > latest) {
            return Err(ClientAssertionError::NotYetValid);
        }
        if self.jti.is_empty() {
            return Err(ClientAssertionError::MalformedClaims);
        }
        Ok(VerifiedAssertion {
            jti: self.jti,
            exp: self.exp,
        })
    }
}

#[cfg(test)]
mod tests;
