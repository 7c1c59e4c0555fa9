//! Private keys.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{KeyError, VerifyingKey};
use crate::{
    algorithm::Algorithm,
    base64url,
    jwk::{Jwk, PublicMembers},
    pem,
};

/// A private key with the one algorithm it signs with. Parsed once, cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    private: Arc<Private>,
    public: VerifyingKey,
}

struct Private {
    pair: Pair,
    der: Zeroizing<Vec<u8>>,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Why a token could not be signed. Both are faults of this server: the claims are its own.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The claims do not serialize to JSON.
    #[error("the claims cannot be written as JSON")]
    Claims(#[source] serde_json::Error),
    /// The crypto library failed.
    #[error("the crypto library failed to sign")]
    Signing,
}

/// JOSE header of a token we issue (RFC 7515 section 4).
#[derive(Serialize)]
struct Header<'a> {
    alg: Algorithm,
    typ: &'a str,
    kid: &'a str,
}

impl SigningKey {
    /// A new key, named by its thumbprint: RSA of 2048 bits, P-256 or Ed25519.
    ///
    /// RSA takes a fraction of a second of one core; call it away from requests.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let generated = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::P256)
            }
            Algorithm::EdDsa => Ed25519KeyPair::generate().map(Pair::Ed25519),
        };
        Self::from_pair(generated.map_err(|_| KeyError::Generation)?)
    }

    /// A key kept as unencrypted PKCS#8 (RFC 5208), named by its thumbprint.
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let parsed = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(der).map(Pair::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Pair::P256)
            }
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(der).map(Pair::Ed25519),
        };
        Self::from_pair(parsed.map_err(|_| KeyError::Rejected)?)
    }

    /// An RSA key in PEM: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), unencrypted. Line
    /// breaks may be spelled `\n`, as in an environment file. Named by its thumbprint.
    pub fn from_rsa_pem(text: &str) -> Result<Self, KeyError> {
        let block = pem::decode(text).ok_or(KeyError::NotPem)?;
        let parsed = match block.label {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&block.der),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&block.der),
            _ => {
                return Err(KeyError::UnsupportedPemLabel {
                    expected: "`PRIVATE KEY` or `RSA PRIVATE KEY`",
                });
            }
        };
        Self::from_pair(Pair::Rsa(parsed.map_err(|_| KeyError::Rejected)?))
    }

    fn from_pair(pair: Pair) -> Result<Self, KeyError> {
        Ok(Self {
            public: pair.public()?,
            private: Arc::new(Private {
                der: pair.to_pkcs8_der()?,
                pair,
            }),
        })
    }

    /// The same key under another name, for one that clients already know by it.
    #[must_use]
    pub fn with_kid(self, kid: String) -> Self {
        Self {
            public: self.public.with_kid(kid),
            ..self
        }
    }

    /// The private key as PKCS#8 (RFC 5208), to be sealed before it is stored.
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        self.private.der.clone()
    }

    /// The only algorithm this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Key identifier, as published.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// The public half.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// A compact JWS over `claims` (RFC 7515 section 7.1) whose header is `alg`, `typ`, `kid`.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
        let header = serde_json::to_vec(&Header {
            alg: self.algorithm(),
            typ,
            kid: self.kid(),
        })
        .map_err(SignError::Claims)?;
        let claims = serde_json::to_vec(claims).map_err(SignError::Claims)?;
        let mut token = base64url::encode(header);
        token.push('.');
        base64url::encode_onto(claims, &mut token);
        let signature = self.sign_bytes(token.as_bytes())?;
        token.push('.');
        base64url::encode_onto(signature, &mut token);
        Ok(token)
    }

    /// The bare signature over `signing_input` (RFC 7515 section 5.1).
    ///
    /// For a token whose header is not ours to choose, such as one that imitates another issuer's
    /// in a test; the caller answers for what the header says. [`sign`](Self::sign) is for ours.
    pub fn sign_bytes(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        self.private.pair.sign(signing_input)
    }
}

impl Pair {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        // The library ignores the random source passed here and uses its own.
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Self::P256(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
            Self::Ed25519(pair) => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec()),
        };
        signature.map_err(|_| SignError::Signing)
    }

    fn public(&self) -> Result<VerifyingKey, KeyError> {
        let members = match self {
            Self::Rsa(pair) => return VerifyingKey::from_rsa(pair.public_key()),
            Self::P256(pair) => {
                // Uncompressed: one byte of tag, then both coordinates (SEC 1 section 2.3.3).
                let (_, coordinates) = pair
                    .public_key()
                    .as_ref()
                    .split_first()
                    .ok_or(KeyError::Rejected)?;
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                PublicMembers::P256 {
                    x: base64url::encode(x),
                    y: base64url::encode(y),
                }
            }
            Self::Ed25519(pair) => PublicMembers::Ed25519 {
                x: base64url::encode(pair.public_key()),
            },
        };
        VerifyingKey::from_jwk(&Jwk::new(members))
    }

    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = match self {
            Self::Rsa(pair) => pair
                .as_der()
                .map(|der: Pkcs8V1Der<'_>| der.as_ref().to_vec()),
            Self::P256(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Self::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        der.map(Zeroizing::new).map_err(|_| KeyError::Rejected)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}
