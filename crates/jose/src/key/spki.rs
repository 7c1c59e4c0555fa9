//! Public keys as SubjectPublicKeyInfo in PEM (RFC 5480, RFC 7468 section 13).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{KeyError, VerifyingKey};
use crate::{base64url, jwk::PublicMembers};

/// DER of everything before the point: the algorithm `id-ecPublicKey` with the curve `secp256r1`,
/// and the head of a bit string of 65 bytes (RFC 5480 section 2).
const P256_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// What an uncompressed point starts with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 0x04;

/// Characters in a line (RFC 7468 section 2).
const LINE: usize = 64;

impl VerifyingKey {
    /// A P-256 key as PEM with the label `PUBLIC KEY`. Refuses keys of another type.
    pub fn to_p256_public_pem(&self) -> Result<String, KeyError> {
        let jwk = self.jwk();
        let PublicMembers::P256 { x, y } = jwk.members() else {
            return Err(KeyError::Rejected);
        };
        let coordinate = |text| base64url::decode(text).map_err(|_| KeyError::Rejected);
        let (x, y) = (coordinate(x)?, coordinate(y)?);
        let der = [&P256_PREFIX, [UNCOMPRESSED].as_slice(), &x, &y].concat();
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
    fn refuses_a_key_of_another_type() {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        assert!(key.public().to_p256_public_pem().is_err());
    }
}
