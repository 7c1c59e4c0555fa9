//! Whatever is taken apart has one spelling, and only what the key signed is believed.
#![no_main]

use countersign_jose::jwk::Jwk;
use countersign_jose::jws::{self, JwtError, MAX_TOKEN_LENGTH};
use countersign_jose::key::VerifyingKey;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// The public key of RFC 7515 appendix A.3; one seed is the token that the RFC signs with it.
const JWK: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

fuzz_target!(|token: &str| {
    let Ok(decoded) = jws::decode(token) else {
        return;
    };
    assert!(token.len() <= MAX_TOKEN_LENGTH);
    assert_eq!(token.split('.').count(), 3);
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    assert!(token.bytes().all(base64url));
    let jwk: Jwk = serde_json::from_str(JWK).expect("a JWK");
    let key = VerifyingKey::from_jwk(&jwk).expect("a key");
    match decoded.verify::<Value>(&key) {
        Ok(claims) => assert_eq!(claims["iss"], "joe"),
        Err(JwtError::WrongAlgorithm) => assert_ne!(decoded.algorithm(), key.algorithm()),
        Err(error) => assert_eq!(error, JwtError::BadSignature),
    }
});
