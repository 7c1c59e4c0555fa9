//! Public keys.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::AsDer as _,
    signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, ED25519_PUBLIC_KEY_LEN, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, RsaSubjectPublicKey,
    },
};

use super::{KeyError, small_order::is_small_order};
use crate::{
    algorithm::Algorithm,
    base64url,
    jwk::{Jwk, PublicMembers},
    pem,
};

/// Sizes `RSA_PKCS1_2048_8192_SHA256` verifies with, in bytes.
const RSA_MODULUS_LENGTHS: std::ops::RangeInclusive<usize> = 256..=1024;

/// Coordinate length of P-256 in bytes (RFC 7518 section 6.2.1.2).
const P256_COORDINATE: usize = 32;

/// What an uncompressed elliptic curve point starts with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 0x04;

/// A public key with the one algorithm it verifies. Cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey {
    jwk: Arc<Jwk>,
    parsed: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// The key in a JWK. Refuses RSA below 2048 or above 8192 bits, points off the curve and
    /// Ed25519 points of small order.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let parsed = match jwk.members() {
            PublicMembers::Rsa { n, e } => {
                let components = RsaPublicKeyComponents {
                    n: decode(n)?,
                    e: decode(e)?,
                };
                let der = components.as_der().map_err(|_| KeyError::Rejected)?;
                // Through DER, because only that path runs the library's checks on the key.
                let key =
                    RsaSubjectPublicKey::from_der(der.as_ref()).map_err(|_| KeyError::Rejected)?;
                parse_rsa(&key)?
            }
            PublicMembers::P256 { x, y } => {
                let (x, y) = (decode(x)?, decode(y)?);
                if x.len() != P256_COORDINATE || y.len() != P256_COORDINATE {
                    return Err(KeyError::Rejected);
                }
                let point = [&[UNCOMPRESSED], x.as_slice(), y.as_slice()].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .map_err(|_| KeyError::Rejected)?
            }
            PublicMembers::Ed25519 { x } => {
                let point = decode(x)?;
                // The library would read other lengths as an X.509 structure.
                if point.len() != ED25519_PUBLIC_KEY_LEN || is_small_order(&point) {
                    return Err(KeyError::Rejected);
                }
                ParsedPublicKey::new(&ED25519, point).map_err(|_| KeyError::Rejected)?
            }
        };
        Ok(Self {
            jwk: Arc::new(jwk.clone()),
            parsed: Arc::new(parsed),
        })
    }

    /// An RSA key in PEM: `PUBLIC KEY` (RFC 5280 SubjectPublicKeyInfo) or `RSA PUBLIC KEY`
    /// (PKCS#1, RFC 8017). Named by its thumbprint.
    pub fn from_rsa_public_pem(text: &str) -> Result<Self, KeyError> {
        let block = pem::decode(text).ok_or(KeyError::NotPem)?;
        if !matches!(block.label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err(KeyError::UnsupportedPemLabel {
                expected: "`PUBLIC KEY` or `RSA PUBLIC KEY`",
            });
        }
        let key = RsaSubjectPublicKey::from_der(&block.der).map_err(|_| KeyError::Rejected)?;
        Self::from_rsa(&key)
    }

    pub(super) fn from_rsa(key: &RsaSubjectPublicKey) -> Result<Self, KeyError> {
        let jwk = Jwk::new(PublicMembers::Rsa {
            n: base64url::encode(key.modulus().big_endian_without_leading_zero()),
            e: base64url::encode(key.exponent().big_endian_without_leading_zero()),
        });
        Ok(Self {
            jwk: Arc::new(jwk),
            parsed: Arc::new(parse_rsa(key)?),
        })
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_kid(self, kid: String) -> Self {
        Self {
            jwk: Arc::new(Arc::unwrap_or_clone(self.jwk).with_kid(kid)),
            ..self
        }
    }

    /// The only algorithm this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.jwk.algorithm()
    }

    /// Key identifier, as published.
    pub fn kid(&self) -> &str {
        self.jwk.kid()
    }

    /// The key for publication.
    pub fn jwk(&self) -> Jwk {
        Jwk::clone(&self.jwk)
    }

    /// Whether `signature` is this key's over `signing_input` (RFC 7515 section 5.2).
    ///
    /// ECDSA signatures are `r ‖ s` (RFC 7518 section 3.4) and `s` may be high: the RFC does not
    /// ask for the low form, and nothing here takes a signature for an identifier.
    #[must_use]
    pub fn verify(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(signing_input, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

fn decode(member: &str) -> Result<Vec<u8>, KeyError> {
    base64url::decode(member).map_err(|_| KeyError::Rejected)
}

fn parse_rsa(key: &RsaSubjectPublicKey) -> Result<ParsedPublicKey, KeyError> {
    if !RSA_MODULUS_LENGTHS.contains(&key.modulus_len()) {
        return Err(KeyError::Rejected);
    }
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| KeyError::Rejected)
}
