//! Whatever is read as a key holds no private member, reads back, and verifies nothing unsigned.
#![no_main]

use countersign_jose::jwk::{Jwk, JwkSet};
use countersign_jose::key::VerifyingKey;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|json: &[u8]| {
    if let Ok(jwk) = serde_json::from_slice::<Jwk>(json) {
        check(&jwk);
    }
    if let Ok(set) = serde_json::from_slice::<JwkSet>(json) {
        set.keys.iter().for_each(check);
    }
});

fn check(jwk: &Jwk) {
    let written = serde_json::to_value(jwk).expect("a JWK serializes");
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(written.get(private), None::<&Value>);
    }
    assert_eq!(&serde_json::from_value::<Jwk>(written).expect("a JWK"), jwk);
    if let Ok(key) = VerifyingKey::from_jwk(jwk) {
        assert_eq!(key.jwk(), *jwk);
        for length in [0, 64, 256] {
            assert!(!key.verify(b"message", &vec![0; length]));
        }
    }
}
