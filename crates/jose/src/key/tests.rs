use super::*;
use crate::{
    algorithm::Algorithm,
    base64url,
    jwk::{Jwk, PublicMembers},
    jws::{self, JwtError},
};

const PKCS8: &str = include_str!("../../tests/fixtures/test-rsa-2048.pkcs8.pem");
const PKCS1: &str = include_str!("../../tests/fixtures/test-rsa-2048.pkcs1.pem");
const SPKI: &str = include_str!("../../tests/fixtures/test-rsa-2048.spki.pem");
const PUBLIC_PKCS1: &str = include_str!("../../tests/fixtures/test-rsa-2048.public.pkcs1.pem");
const ENCRYPTED: &str = include_str!("../../tests/fixtures/test-rsa-2048.encrypted.pem");
const WEAK: &str = include_str!("../../tests/fixtures/test-rsa-1024.pkcs8.pem");
const P256: &str = include_str!("../../tests/fixtures/test-p256.pkcs8.pem");
const P256_SPKI: &str = include_str!("../../tests/fixtures/test-p256.spki.pem");
const ED25519_SPKI: &str = include_str!("../../tests/fixtures/test-ed25519.spki.pem");
const ED25519: &str = include_str!("../../tests/fixtures/test-ed25519.pkcs8.pem");

#[test]
fn signs_what_its_public_half_verifies() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let token = key.sign("JWT", &serde_json::json!({"sub": "é"})).unwrap();
        let decoded = jws::decode(&token).unwrap();
        assert_eq!(decoded.kid(), Some(key.kid()));
        assert_eq!(decoded.typ(), Some("JWT"));
        let published = VerifyingKey::from_jwk(&key.public().jwk()).unwrap();
        let claims: serde_json::Value = decoded.verify(&published).unwrap();
        assert_eq!(claims["sub"], "é");
    }
}

#[test]
fn another_key_does_not_verify() {
    for algorithm in Algorithm::ALL {
        let [one, two] = [(); 2].map(|()| SigningKey::generate(algorithm).unwrap());
        let token = one.sign("JWT", &serde_json::json!({})).unwrap();
        let decoded = jws::decode(&token).unwrap();
        let refused = decoded.verify::<serde_json::Value>(two.public());
        assert_eq!(refused, Err(JwtError::BadSignature));
    }
}

#[test]
fn survives_storage_as_pkcs8() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let stored = key.to_pkcs8_der();
        let restored = SigningKey::from_pkcs8_der(algorithm, &stored).unwrap();
        assert_eq!(restored.kid(), key.kid());
        assert_eq!(restored.to_pkcs8_der(), stored);
        for other in Algorithm::ALL.into_iter().filter(|it| *it != algorithm) {
            let refused = SigningKey::from_pkcs8_der(other, &stored);
            assert_eq!(refused.unwrap_err(), KeyError::Rejected);
        }
    }
}

#[test]
fn reads_every_pem_form_of_one_rsa_key_as_the_same_key() {
    let key = SigningKey::from_rsa_pem(PKCS8).unwrap();
    let on_one_line = PKCS8.replace('\n', "\\n");
    for text in [PKCS1, &on_one_line, &PKCS1.replace('\n', "\r\n")] {
        assert_eq!(SigningKey::from_rsa_pem(text).unwrap().kid(), key.kid());
    }
    for text in [SPKI, PUBLIC_PKCS1] {
        let public = VerifyingKey::from_rsa_public_pem(text).unwrap();
        assert_eq!(public.jwk(), key.public().jwk());
    }
}

#[test]
fn reads_keys_openssl_made() {
    for (algorithm, text) in [(Algorithm::Es256, P256), (Algorithm::EdDsa, ED25519)] {
        let block = crate::pem::decode(text).unwrap();
        let key = SigningKey::from_pkcs8_der(algorithm, &block.der).unwrap();
        assert_eq!(key.algorithm(), algorithm);
    }
}

#[test]
fn refuses_pem_it_should_not_sign_with() {
    let private = |text: &str| SigningKey::from_rsa_pem(text).unwrap_err();
    assert_eq!(private(""), KeyError::NotPem);
    assert_eq!(private(&PKCS8[..200]), KeyError::NotPem);
    assert_eq!(private(WEAK), KeyError::Rejected);
    assert_eq!(private(P256), KeyError::Rejected);
    for text in [SPKI, ENCRYPTED] {
        assert!(matches!(
            private(text),
            KeyError::UnsupportedPemLabel { .. }
        ));
    }
    let public = |text: &str| VerifyingKey::from_rsa_public_pem(text).unwrap_err();
    assert_eq!(public("x"), KeyError::NotPem);
    for text in [PKCS8, PKCS1] {
        assert!(matches!(public(text), KeyError::UnsupportedPemLabel { .. }));
    }
}

#[test]
fn reads_the_public_pem_of_a_p256_key() {
    let block = crate::pem::decode(P256).unwrap();
    let key = SigningKey::from_pkcs8_der(Algorithm::Es256, &block.der).unwrap();
    let on_one_line = P256_SPKI.replace('\n', "\\n");
    for text in [P256_SPKI, &on_one_line] {
        let public = VerifyingKey::from_p256_public_pem(text).unwrap();
        assert_eq!(public.jwk(), key.public().jwk());
    }
}

#[test]
fn refuses_pem_that_is_no_p256_public_key() {
    let refused = |text: &str| VerifyingKey::from_p256_public_pem(text).unwrap_err();
    assert_eq!(refused(""), KeyError::NotPem);
    assert!(matches!(
        refused(P256),
        KeyError::UnsupportedPemLabel { .. }
    ));
    assert_eq!(refused(SPKI), KeyError::Rejected);
    assert_eq!(refused(ED25519_SPKI), KeyError::Rejected);
    let block = crate::pem::decode(P256_SPKI).unwrap();
    let write = |der: &[u8]| {
        let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----")
    };
    assert!(VerifyingKey::from_p256_public_pem(&write(&block.der)).is_ok());
    let mut off_the_curve = block.der.to_vec();
    *off_the_curve.last_mut().unwrap() ^= 1;
    let longer = [&block.der[..], &[0]].concat();
    for der in [&off_the_curve, &longer, &block.der[..90], &block.der[..27]] {
        assert_eq!(refused(&write(der)), KeyError::Rejected);
    }
}

#[test]
fn an_imported_key_keeps_its_name_everywhere() {
    let key = SigningKey::from_rsa_pem(PKCS8)
        .unwrap()
        .with_kid("key-1".into());
    assert_eq!(key.kid(), "key-1");
    assert_eq!(key.public().jwk().kid(), "key-1");
    let token = key.sign("JWT", &serde_json::json!({})).unwrap();
    assert_eq!(jws::decode(&token).unwrap().kid(), Some("key-1"));
}

#[test]
fn debug_shows_the_name_and_no_key() {
    let key = SigningKey::from_rsa_pem(PKCS8)
        .unwrap()
        .with_kid("key-1".into());
    insta::assert_snapshot!(format!("{key:?} {:?}", key.public()), @r#"SigningKey { algorithm: Rs256, kid: "key-1", .. } VerifyingKey { algorithm: Rs256, kid: "key-1", .. }"#);
}

#[test]
fn refuses_weak_rsa_numbers() {
    let n = |length: usize| base64url::encode([&[0xc1; 1][..], &vec![0x55; length - 1]].concat());
    let from = |n: String, e: &str| {
        VerifyingKey::from_jwk(&Jwk::new(PublicMembers::Rsa { n, e: e.into() }))
    };
    assert!(from(n(256), "AQAB").is_ok());
    assert!(from(n(128), "AQAB").is_err(), "1024 bits");
    assert!(from(n(2048), "AQAB").is_err(), "16384 bits");
    assert!(from(n(256), "AQ").is_err(), "exponent 1");
    assert!(from(n(256), "Ag").is_err(), "exponent 2");
    assert!(from(n(256), "").is_err(), "exponent 0");
    assert!(from(n(256), "AAEAAQ").is_err(), "leading zero");
}

#[test]
fn refuses_points_off_the_curve_or_of_another_length() {
    let PublicMembers::P256 { x, y } = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .public()
        .jwk()
        .members()
        .clone()
    else {
        panic!("an ES256 key is a P-256 key");
    };
    let from = |x: &str, y: &str| {
        let (x, y) = (x.into(), y.into());
        VerifyingKey::from_jwk(&Jwk::new(PublicMembers::P256 { x, y }))
    };
    assert!(from(&x, &y).is_ok());
    assert!(from(&y, &x).is_err());
    assert!(from(&x, "").is_err());
    assert!(from(&x, &base64url::encode([0; 32])).is_err());
    let (zero, long) = (base64url::encode([0; 32]), base64url::encode([0; 33]));
    assert!(from(&zero, &zero).is_err(), "point at infinity");
    assert!(from(&x, &long).is_err());
}

#[test]
fn refuses_ed25519_keys_of_small_order() {
    let from = |point: &[u8]| {
        VerifyingKey::from_jwk(&Jwk::new(PublicMembers::Ed25519 {
            x: base64url::encode(point),
        }))
    };
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut identity_with_sign = identity;
    identity_with_sign[31] = 0x80;
    for point in [[0; 32], identity, identity_with_sign] {
        assert_eq!(from(&point).unwrap_err(), KeyError::Rejected);
    }
    assert_eq!(from(&[9; 31]).unwrap_err(), KeyError::Rejected);
    assert_eq!(from(&[]).unwrap_err(), KeyError::Rejected);
}

#[test]
fn refuses_degenerate_signatures() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        for length in [0, 1, 63, 64, 65, 255, 256, 257] {
            for byte in [0x00, 0xff] {
                let signature = vec![byte; length];
                assert!(!key.public().verify(b"message", &signature));
            }
        }
    }
}

#[test]
fn accepts_the_high_form_of_an_ecdsa_signature() {
    // Documented on `verify`: malleable as RFC 7518 leaves it, so a signature identifies nothing.
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let token = key.sign("JWT", &serde_json::json!({})).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut other = base64url::decode(signature).unwrap();
    let negated = negate_modulo_p256_order(other[32..].try_into().unwrap());
    other[32..].copy_from_slice(&negated);
    assert_ne!(base64url::encode(&other), signature);
    assert!(key.public().verify(input.as_bytes(), &other));
}

fn negate_modulo_p256_order(s: [u8; 32]) -> [u8; 32] {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
        0x25, 0x51,
    ];
    let mut difference = [0; 32];
    let mut borrow = false;
    for index in (0..32).rev() {
        let (partial, first) = ORDER[index].overflowing_sub(s[index]);
        let (byte, second) = partial.overflowing_sub(u8::from(borrow));
        (difference[index], borrow) = (byte, first || second);
    }
    difference
}

#[test]
fn small_order_is_told_for_every_spelling() {
    let honest = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let PublicMembers::Ed25519 { x } = honest.public().jwk().members().clone() else {
        panic!("an EdDSA key is an Ed25519 key");
    };
    assert!(!small_order::is_small_order(
        &base64url::decode(&x).unwrap()
    ));
    // p - 1, p and p + 1 for p = 2^255 - 19, with either sign.
    for first in [0xec, 0xed, 0xee] {
        for last in [0x7f, 0xff] {
            let mut point = [0xff; 32];
            (point[0], point[31]) = (first, last);
            assert!(small_order::is_small_order(&point));
        }
    }
}
