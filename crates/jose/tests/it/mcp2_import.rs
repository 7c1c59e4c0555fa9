//! Taking over from mcp2: its key from the environment, its tokens still in the clients' hands.

use countersign_jose::{
    algorithm::Algorithm,
    jws,
    key::{SigningKey, VerifyingKey},
    legacy,
};

const PRIVATE: &str = include_str!("../fixtures/test-rsa-2048.pkcs8.pem");
const PUBLIC: &str = include_str!("../fixtures/test-rsa-2048.spki.pem");
const TOKEN: &str = include_str!("../fixtures/test-mcp2.jwt");
const ISSUED_AT: i64 = 1_700_000_000;

#[test]
fn honours_a_token_openssl_signed() {
    let key = VerifyingKey::from_rsa_public_pem(PUBLIC)
        .unwrap()
        .with_kid("key-1".into());
    let claims = legacy::verify_mcp2(
        TOKEN.trim_end(),
        &key,
        "https://mcp.example",
        &["https://mcp.example/mcp"],
        ISSUED_AT + 10,
        ISSUED_AT + 5,
    )
    .unwrap();
    assert_eq!(claims.scope, "openid mcp:tools");
}

#[test]
fn the_imported_key_goes_on_signing_after_storage() {
    let imported = SigningKey::from_rsa_pem(PRIVATE).unwrap();
    let stored = imported.to_pkcs8_der();
    let key = SigningKey::from_pkcs8_der(Algorithm::Rs256, &stored)
        .unwrap()
        .with_kid("key-1".into());
    let token = key
        .sign("at+jwt", &serde_json::json!({"sub": "usr_1"}))
        .unwrap();
    let public = VerifyingKey::from_rsa_public_pem(PUBLIC).unwrap();
    let claims: serde_json::Value = jws::decode(&token).unwrap().verify(&public).unwrap();
    assert_eq!(claims["sub"], "usr_1");
}
