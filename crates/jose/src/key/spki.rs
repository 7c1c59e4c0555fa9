//! Public keys as SubjectPublicKeyInfo in PEM (RFC 5480, RFC 7468 section 13).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{KeyError, VerifyingKey};
use crate::{
    base64url,
    jwk::{Jwk, PublicMembers},
    pem,
};

/// DER of everything before the coordinates: the algorithm `id-ecPublicKey` with the curve
/// `secp256r1`, the head of a bit string of 65 bytes (RFC 5480 section 2), and the mark of an
/// uncompressed point (SEC 1 section 2.3.3). It has one form only, lengths included, so that reading
/// it takes no parser.
const P256_PREFIX: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// Coordinate length of P-256 in bytes (RFC 7518 section 6.2.1.2).
const P256_COORDINATE: usize = 32;

/// Characters in a line (RFC 7468 section 2).
const LINE: usize = 64;

impl VerifyingKey {
    /// A P-256 key in PEM: `PUBLIC KEY` with an uncompressed point. Named by its thumbprint.
    pub fn from_p256_public_pem(text: &str) -> Result<Self, KeyError> {
        let block = pem::decode(text).ok_or(KeyError::NotPem)?;
        if block.label != "PUBLIC KEY" {
            return Err(KeyError::UnsupportedPemLabel {
                expected: "`PUBLIC KEY`",
            });
        }
        let (x, y) = block
            .der
            .strip_prefix(&P256_PREFIX)
            .and_then(|coordinates| coordinates.split_at_checked(P256_COORDINATE))
            .ok_or(KeyError::Rejected)?;
        Self::from_jwk(&Jwk::new(PublicMembers::P256 {
            x: base64url::encode(x),
            y: base64url::encode(y),
        }))
    }

    /// A P-256 key as PEM with the label `PUBLIC KEY`. Refuses keys of another type.
    pub fn to_p256_public_pem(&self) -> Result<String, KeyError> {
        let jwk = self.jwk();
        let PublicMembers::P256 { x, y } = jwk.members() else {
            return Err(KeyError::Rejected);
        };
        let coordinate = |text| base64url::decode(text).map_err(|_| KeyError::Rejected);
        let (x, y) = (coordinate(x)?, coordinate(y)?);
        let der = [P256_PREFIX.as_slice(), &x, &y].concat();
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        let mut rest = STANDARD.encode(der);
        while !rest.is_empty() {
            let tail = rest.split_off(rest.len().min(LINE));
            pem.push_str(&rest);
            pem.push('\n');
            rest = tail;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        Ok(pem)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsDer as _, PublicKeyX509Der},
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
    };

    use super::VerifyingKey;
    use crate::{algorithm::Algorithm, key::SigningKey, pem};

    #[test]
    fn writes_the_library_s_own_der() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.to_pkcs8_der())
            .unwrap();
        let expected: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();

        let text = key.public().to_p256_public_pem().unwrap();

        assert!(text.lines().all(|line| line.len() <= 64));
        let block = pem::decode(&text).unwrap();
        assert_eq!(block.label, "PUBLIC KEY");
        assert_eq!(*block.der, expected.as_ref());
    }

    #[test]
    fn reads_what_it_writes() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let text = key.public().to_p256_public_pem().unwrap();
        let read = VerifyingKey::from_p256_public_pem(&text).unwrap();
        assert_eq!(read.jwk(), key.public().jwk());
    }

    #[test]
    fn refuses_a_key_of_another_type() {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        assert!(key.public().to_p256_public_pem().is_err());
    }
}
