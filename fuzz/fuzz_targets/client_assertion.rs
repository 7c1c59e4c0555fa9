//! Only what the client's key signed for this server is believed, whoever it claims to come from.
#![no_main]

use countersign_jose::client_assertion::{ClientAssertion, ClientAssertionError, Expected};
use countersign_jose::jwk::JwkSet;
use libfuzzer_sys::fuzz_target;

/// The public key of RFC 7515 appendix A.3, which signed nothing that is a client assertion.
const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

fuzz_target!(|text: &str| {
    let Ok(assertion) = ClientAssertion::read(text) else {
        return;
    };
    let claimed = assertion.claimed_client();
    let keys: JwkSet = serde_json::from_str(JWKS).expect("a JWK set");
    let expected = Expected {
        client_id: claimed.as_deref().unwrap_or_default(),
        audiences: &["https://as.example", "https://as.example/token"],
        now_seconds: 1_300_819_380,
        leeway_seconds: 30,
    };
    match assertion.verify(&keys, &expected) {
        Ok(verified) => panic!("believed {verified:?}"),
        Err(ClientAssertionError::WrongClient | ClientAssertionError::WrongAudience) => {
            panic!("the claims of a forgery were looked at")
        }
        Err(_) => {}
    }
});
