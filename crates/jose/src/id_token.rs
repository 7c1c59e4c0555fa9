//! ID tokens (OpenID Connect Core 1.0 section 2).

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use serde::{Deserialize, Serialize};

use crate::{
    algorithm::Algorithm,
    base64url,
    key::{SignError, SigningKey},
};

/// `typ` of an ID token. Differs from an access token's, so that neither passes for the other.
pub const TYP: &str = "JWT";

/// Claims of an ID token. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// Issuer, the authorization server's own URL.
    pub iss: String,
    /// Subject, the user.
    pub sub: String,
    /// Audience, the client id.
    pub aud: String,
    /// Expiry.
    pub exp: i64,
    /// Issued at.
    pub iat: i64,
    /// When the user signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The authorization request's `nonce`, unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What ties the access token to this one, see [`at_hash`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The name the user signs in with, under the `profile` scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The name the user goes by, under the `profile` scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl IdTokenClaims {
    /// The signed token.
    pub fn sign(&self, key: &SigningKey) -> Result<String, SignError> {
        key.sign(TYP, self)
    }
}

/// The `at_hash` of `access_token` in an ID token signed with `algorithm`: the left half of its
/// digest, base64url (OpenID Connect Core 1.0 section 3.1.3.6).
pub fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::Rs256 | Algorithm::Es256 => &SHA256,
        // Ed25519 hashes with SHA-512 inside (RFC 8032 section 5.1).
        Algorithm::EdDsa => &SHA512,
    };
    let digest = digest(hash, access_token.as_bytes());
    let (left, _) = digest.as_ref().split_at(hash.output_len() / 2);
    base64url::encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws;

    #[test]
    fn at_hash_matches_the_published_example() {
        // OpenID Connect Core 1.0 appendix A.3.
        let access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(
            at_hash(Algorithm::Rs256, access_token),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(at_hash(Algorithm::EdDsa, access_token).len(), 43);
    }

    #[test]
    fn absent_claims_are_left_out() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let claims = IdTokenClaims {
            iss: "https://as.example".into(),
            sub: "usr_1".into(),
            aud: "client".into(),
            exp: 2,
            iat: 1,
            auth_time: None,
            nonce: Some("n".into()),
            at_hash: None,
            preferred_username: None,
            name: None,
        };
        let token = claims.sign(&key).unwrap();
        let decoded = jws::decode(&token).unwrap();
        assert_eq!(decoded.typ(), Some("JWT"));
        let written: serde_json::Value = decoded.verify(key.public()).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "iss": "https://as.example", "sub": "usr_1", "aud": "client",
                "exp": 2, "iat": 1, "nonce": "n"
            })
        );
    }
}
