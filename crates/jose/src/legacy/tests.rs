use serde_json::{Value, json};

use super::*;
use crate::{jws::tests::signed, key::SigningKey};

const ISSUER: &str = "https://mcp.example";
const AUDIENCES: [&str; 2] = ["https://mcp.example/mcp", "https://mcp.example"];
const IMPORTED_AT: i64 = 1_700_000_000;
const NOW: i64 = IMPORTED_AT + 60;

fn key() -> SigningKey {
    let pem = include_str!("../../tests/fixtures/test-rsa-2048.pkcs1.pem");
    SigningKey::from_rsa_pem(pem)
        .unwrap()
        .with_kid("key-1".into())
}

fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": "key-1"})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "did:privy:abc", "aud": "https://mcp.example/mcp",
        "exp": IMPORTED_AT + 3600, "iat": IMPORTED_AT,
        "scope": "openid mcp:tools", "client_id": "dcr_1"
    })
}

fn verify(header: &Value, claims: &Value) -> Result<LegacyClaims, LegacyTokenError> {
    let key = key();
    let token = signed(&key, header, &claims.to_string());
    verify_mcp2(&token, key.public(), ISSUER, &AUDIENCES, NOW, IMPORTED_AT)
}

fn verify_replacing(name: &str, value: Value) -> Result<LegacyClaims, LegacyTokenError> {
    let mut claims = claims();
    claims[name] = value;
    verify(&header(), &claims)
}

#[test]
fn honours_a_token_issued_before_the_import() {
    let honoured = verify(&header(), &claims()).unwrap();
    assert_eq!(honoured.sub, "did:privy:abc");
    assert_eq!(honoured.client_id, "dcr_1");
    assert!(verify_replacing("aud", json!("https://mcp.example")).is_ok());
}

#[test]
fn refuses_a_token_issued_after_the_import() {
    let refused = verify_replacing("iat", json!(IMPORTED_AT + 1));
    assert_eq!(refused, Err(LegacyTokenError::IssuedAfterImport));
}

#[test]
fn refuses_a_lifetime_mcp2_never_gave() {
    for exp in [IMPORTED_AT + 3601, i64::MAX] {
        let refused = verify_replacing("exp", json!(exp));
        assert_eq!(refused, Err(LegacyTokenError::LivesTooLong));
    }
    let refused = verify_replacing("iat", json!(i64::MIN));
    assert_eq!(refused, Err(LegacyTokenError::LivesTooLong));
}

#[test]
fn refuses_an_expired_token_without_leeway() {
    let refused = verify_replacing("exp", json!(NOW));
    assert_eq!(refused, Err(LegacyTokenError::Expired));
}

#[test]
fn refuses_another_issuer_or_audience() {
    let refused = verify_replacing("iss", json!("https://mcp.example/"));
    assert_eq!(refused, Err(LegacyTokenError::WrongIssuer));
    let refused = verify_replacing("aud", json!("https://other-rs.example/api"));
    assert_eq!(refused, Err(LegacyTokenError::WrongAudience));
}

#[test]
fn refuses_the_object_mcp2_could_be_made_to_sign_as_audience() {
    let refused = verify_replacing("aud", json!({"a": 1}));
    assert_eq!(
        refused,
        Err(LegacyTokenError::MalformedToken(JwtError::MalformedClaims))
    );
}

#[test]
fn refuses_headers_mcp2_never_wrote() {
    for (name, value) in [
        ("typ", json!("at+jwt")),
        ("typ", json!(null)),
        ("kid", json!("key-2")),
        ("kid", json!(null)),
        ("alg", json!("ES256")),
    ] {
        let mut header = header();
        header[name] = value;
        let refused = verify(&header, &claims());
        assert_eq!(refused, Err(LegacyTokenError::WrongHeader), "{name}");
    }
}

#[test]
fn refuses_a_bad_signature() {
    let other = SigningKey::generate(Algorithm::Rs256).unwrap();
    let token = signed(&other, &header(), &claims().to_string());
    let refused = verify_mcp2(&token, key().public(), ISSUER, &AUDIENCES, NOW, IMPORTED_AT);
    assert_eq!(
        refused,
        Err(LegacyTokenError::MalformedToken(JwtError::BadSignature))
    );
}
