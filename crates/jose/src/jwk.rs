//! Public keys in JSON (RFC 7517), and nothing but public keys.

mod wire;

use serde::{Deserialize, Serialize};

use crate::{algorithm::Algorithm, base64url, hash};

/// A public signing key: `use` is always `sig`, and `alg` and `kid` are always written.
///
/// Reading one checks its shape; [`VerifyingKey::from_jwk`](crate::key::VerifyingKey::from_jwk)
/// checks the numbers. Reading refuses private members (RFC 7517 section 9.3), a `use` other than
/// `sig` and an algorithm that does not fit the key; a missing `alg` is the one the key type
/// implies, a missing `kid` is the thumbprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "wire::Written", try_from = "wire::Read")]
pub struct Jwk {
    kid: String,
    members: PublicMembers,
}

/// The members that make the key, base64url as they stand in the JSON (RFC 7518 section 6,
/// RFC 8037 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicMembers {
    /// `kty: RSA`.
    Rsa {
        /// Modulus.
        n: String,
        /// Public exponent.
        e: String,
    },
    /// `kty: EC`, `crv: P-256`.
    P256 {
        /// X coordinate.
        x: String,
        /// Y coordinate.
        y: String,
    },
    /// `kty: OKP`, `crv: Ed25519`.
    Ed25519 {
        /// Public key.
        x: String,
    },
}

/// Why a JSON object is not a [`Jwk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// It holds a private or symmetric key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
    #[error("a JWK must hold the public key only, this one has private members")]
    PrivateMember,
    /// A key type, curve, use or algorithm that this server does not verify with.
    #[error("unsupported JWK, expected an RSA, P-256 or Ed25519 signing key")]
    Unsupported,
    /// A member that the key type requires is missing (RFC 7518 section 6).
    #[error("the JWK lacks a member that its key type requires")]
    MissingMember,
    /// A member is not base64url without padding (RFC 7518 section 2).
    #[error("a member of the JWK is not base64url without padding")]
    NotBase64url,
}

impl Jwk {
    /// A key named by its thumbprint.
    pub fn new(members: PublicMembers) -> Self {
        Self {
            kid: members.thumbprint(),
            members,
        }
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_kid(self, kid: String) -> Self {
        Self { kid, ..self }
    }

    /// Key identifier (RFC 7517 section 4.5).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm to verify with (RFC 7517 section 4.4).
    pub fn algorithm(&self) -> Algorithm {
        self.members.algorithm()
    }

    /// The key itself.
    pub fn members(&self) -> &PublicMembers {
        &self.members
    }
}

impl PublicMembers {
    /// The one algorithm this server uses such a key with.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::P256 { .. } => Algorithm::Es256,
            Self::Ed25519 { .. } => Algorithm::EdDsa,
        }
    }

    /// SHA-256 thumbprint, base64url (RFC 7638).
    pub fn thumbprint(&self) -> String {
        // Required members only, in lexicographic order, no white space (RFC 7638 section 3).
        // The values are base64url, checked when read, so nothing needs escaping.
        let canonical = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::P256 { x, y } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
        };
        base64url::encode(hash::sha256(canonical.as_bytes()))
    }
}

/// A JWK set (RFC 7517 section 5), written as `{"keys":[…]}`.
///
/// Reading skips keys that are incomplete or that this server cannot use, as section 5 advises,
/// but refuses the whole set when one of them carries private members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys, in the order they are published.
    #[serde(deserialize_with = "wire::read_keys")]
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid() == kid)
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
