//! Compact JWS (RFC 7515 section 7.1), read strictly.
//!
//! This knows tokens, not their meaning: who issued one, for whom and until when is checked by
//! [`access_token`](crate::access_token) and its siblings.

use serde::{Deserialize, de::DeserializeOwned};

use crate::{algorithm::Algorithm, base64url, json, key::VerifyingKey};

/// Longest token that is looked at, in bytes. Ours are below 1 KiB.
pub const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// Why a token is not a signed JWT of ours to trust. Every variant is the sender's fault.
///
/// Carries no parser error, because those quote what the sender wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Longer than [`MAX_TOKEN_LENGTH`].
    #[error("the token is longer than {MAX_TOKEN_LENGTH} bytes")]
    TooLong,
    /// Not exactly three segments (RFC 7515 section 7.1).
    #[error("the token does not have exactly three segments")]
    NotThreeSegments,
    /// A segment is not base64url without padding, or not in its only spelling.
    #[error("a segment of the token is not canonical base64url")]
    NotBase64url,
    /// The header is not one JSON object with an `alg`, or repeats a member (RFC 7515 section 4).
    #[error("the token's header is malformed")]
    MalformedHeader,
    /// The header demands extensions; this server knows none (RFC 7515 section 4.1.11).
    #[error("the token's header has `crit`, and no extension is supported")]
    CriticalHeader,
    /// `alg` is `none` or anything else that is not allowed (RFC 8725 section 3.1).
    #[error("the token's `alg` is not allowed")]
    UnsupportedAlgorithm,
    /// `alg` is not the key's own algorithm (RFC 8725 section 3.1).
    #[error("the token's `alg` is not the algorithm of its key")]
    WrongAlgorithm,
    /// The signature does not verify.
    #[error("the token's signature does not verify")]
    BadSignature,
    /// The claims are not one JSON object of the expected form, or repeat a member.
    #[error("the token's claims are malformed")]
    MalformedClaims,
}

/// A token taken apart but not yet believed: until [`verify`](Self::verify) succeeds, only the
/// header can be read from outside.
#[derive(Debug)]
pub struct Decoded<'a> {
    algorithm: Algorithm,
    header: Header,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The members that matter. `jku`, `jwk`, `x5u` and `x5c` are ignored: the sender does not get to
/// say which key to trust (RFC 8725 section 3.10).
#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    crit: bool,
}

/// Takes a compact JWS apart. Says nothing about its signature.
pub fn decode(token: &str) -> Result<Decoded<'_>, JwtError> {
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(JwtError::TooLong);
    }
    let (signing_input, signature) = token.rsplit_once('.').ok_or(JwtError::NotThreeSegments)?;
    let (header, payload) = signing_input
        .split_once('.')
        .filter(|(_, payload)| !payload.contains('.'))
        .ok_or(JwtError::NotThreeSegments)?;
    let segment = |text| base64url::decode(text).map_err(|_| JwtError::NotBase64url);
    let header: Header =
        json::from_object(&segment(header)?).map_err(|_| JwtError::MalformedHeader)?;
    if header.crit {
        return Err(JwtError::CriticalHeader);
    }
    Ok(Decoded {
        algorithm: header
            .alg
            .parse()
            .map_err(|_| JwtError::UnsupportedAlgorithm)?,
        header,
        signing_input,
        payload: segment(payload)?,
        signature: segment(signature)?,
    })
}

impl Decoded<'_> {
    /// What the header claims was used to sign.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Media type (RFC 7515 section 4.1.9), not yet authenticated.
    pub fn typ(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Key identifier (RFC 7515 section 4.1.4), not yet authenticated.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The claims as anybody could have written them: to look up a key by, and for nothing else.
    pub(crate) fn unverified<T: DeserializeOwned>(&self) -> Result<T, JwtError> {
        json::from_object(&self.payload).map_err(|_| JwtError::MalformedClaims)
    }

    /// Checks the signature, and only then reads the claims.
    pub fn verify<T: DeserializeOwned>(&self, key: &VerifyingKey) -> Result<T, JwtError> {
        if self.algorithm != key.algorithm() {
            return Err(JwtError::WrongAlgorithm);
        }
        if !key.verify(self.signing_input.as_bytes(), &self.signature) {
            return Err(JwtError::BadSignature);
        }
        self.unverified()
    }
}

#[cfg(test)]
pub(crate) mod tests;
