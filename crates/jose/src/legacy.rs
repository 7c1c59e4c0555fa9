//! Access tokens that mcp2 minted before countersign took its place.
//!
//! Whoever imports mcp2's key keeps its users signed in until those tokens expire. mcp2 bound
//! nothing to a grant and wrote the sender's `resource` into `aud` unchecked, so such a token is
//! believed only within narrow bounds: the key and header mcp2 used, an audience this server
//! answers for, and issued before the import.

use serde::Deserialize;

use crate::{
    algorithm::Algorithm,
    jws::{self, JwtError},
    key::VerifyingKey,
};

/// Claims of a token mcp2 minted. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LegacyClaims {
    /// Issuer.
    pub iss: String,
    /// Subject, the user's id at the upstream.
    pub sub: String,
    /// Audience.
    pub aud: String,
    /// Expiry.
    pub exp: i64,
    /// Issued at.
    pub iat: i64,
    /// Scopes, separated by a space.
    pub scope: String,
    /// The client it was issued to.
    pub client_id: String,
}

/// Why a token is not one of mcp2's to honour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacyTokenError {
    /// Not a well-formed JWS, badly signed, or with claims mcp2 never wrote.
    #[error("malformed token")]
    MalformedToken(#[from] JwtError),
    /// Its header is not one mcp2 wrote: `RS256`, `JWT` and the imported key's `kid`.
    #[error("the token's header is not one that mcp2 wrote")]
    WrongHeader,
    /// Issued by another server.
    #[error("the token's `iss` is not this server")]
    WrongIssuer,
    /// Issued for another resource.
    #[error("the token's `aud` is not a resource of this server")]
    WrongAudience,
    /// Past `exp`.
    #[error("the token has expired")]
    Expired,
    /// Issued after the import, when only countersign may issue.
    #[error("the token was issued after mcp2's key was imported")]
    IssuedAfterImport,
    /// Lives longer than mcp2 let any access token live.
    #[error("the token's lifetime is longer than mcp2 gave")]
    LivesTooLong,
}

/// How long mcp2's access tokens lived: one hour, not configurable.
const MCP2_LIFETIME_SECONDS: i64 = 3600;

/// Verifies a token minted by mcp2 whose key was imported as `key`.
///
/// `now` and `imported_at` are seconds since 1970. No leeway is given: mcp2's clock was this one's.
pub fn verify_mcp2(
    token: &str,
    key: &VerifyingKey,
    issuer: &str,
    audiences: &[&str],
    now: i64,
    imported_at: i64,
) -> Result<LegacyClaims, LegacyTokenError> {
    let decoded = jws::decode(token)?;
    let header = (decoded.algorithm(), decoded.typ(), decoded.kid());
    if header != (Algorithm::Rs256, Some("JWT"), Some(key.kid())) {
        return Err(LegacyTokenError::WrongHeader);
    }
    let claims: LegacyClaims = decoded.verify(key)?;
    if claims.iss != issuer {
        return Err(LegacyTokenError::WrongIssuer);
    }
    if !audiences.contains(&claims.aud.as_str()) {
        return Err(LegacyTokenError::WrongAudience);
    }
    if claims.exp <= now {
        return Err(LegacyTokenError::Expired);
    }
    // mcp2's key lay in an environment file. These two together end its power to mint for `/mcp`
    // one hour after the import, even for a thief who dates tokens back.
    if claims.iat > imported_at {
        return Err(LegacyTokenError::IssuedAfterImport);
    }
    if claims.exp.saturating_sub(claims.iat) > MCP2_LIFETIME_SECONDS {
        return Err(LegacyTokenError::LivesTooLong);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests;
