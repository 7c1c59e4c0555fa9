//! Nothing that the app's key did not sign is believed, and nothing in it is looked at before the
//! signature is. A verification key is either refused or one that can be published.
#![no_main]

use std::sync::LazyLock;

use countersign_jose::jwk::JwkSet;
use countersign_jose::privy_token::{
    AppKeys, Expected, PrivyTokenError, is_did, verify, verify_device,
};
use libfuzzer_sys::fuzz_target;

/// The public key of RFC 7515 appendix A.3, which signed nothing of Privy's.
const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"rfc7515",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

static KEYS: LazyLock<AppKeys> =
    LazyLock::new(|| AppKeys::published(&serde_json::from_str::<JwkSet>(JWKS).expect("a JWK set")));

const NOW: i64 = 1_795_428_329;

fuzz_target!(|text: &str| {
    if let Ok(AppKeys::Pinned(key)) = AppKeys::pinned(text) {
        assert_eq!(key.kid(), key.jwk().members().thumbprint());
    }
    if is_did(text) {
        assert!(text.starts_with("did:privy:") && !text.contains(['/', '?', '#', '%', ' ']));
    }
    let expected = Expected {
        app_id: "clsimulator0000000000aaaa",
        now_seconds: NOW,
    };
    let refusals = [
        verify(text, &KEYS, &expected).expect_err("the key signed nothing"),
        verify_device(text, &KEYS, NOW).expect_err("the key signed nothing"),
    ];
    for refusal in refusals {
        assert!(
            matches!(
                refusal,
                PrivyTokenError::Malformed(_)
                    | PrivyTokenError::WrongType
                    | PrivyTokenError::UnknownKey
                    | PrivyTokenError::BadSignature
            ),
            "the claims of a forgery were looked at: {refusal}"
        );
    }
});
