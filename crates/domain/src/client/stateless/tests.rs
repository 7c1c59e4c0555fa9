use countersign_oauth::client_metadata::RegistrationPolicy;
use countersign_oauth::redirect_uri::RedirectUriPolicy;
use serde_json::{Value, json};

use super::*;

fn registration(document: &Value) -> StatelessRegistration {
    let catalogue = ScopeSet::parse("notes:read notes:write").unwrap();
    let policy = RegistrationPolicy::new(RedirectUriPolicy::default(), catalogue);
    StatelessRegistration {
        metadata: ClientMetadata::register(document.to_string().as_bytes(), &policy).unwrap(),
        secret: None,
        edition: 0,
    }
}

fn public() -> StatelessRegistration {
    registration(&json!({
        "redirect_uris": ["http://127.0.0.1/cb", "cursor://x/cb"],
        "token_endpoint_auth_method": "none",
        "scope": "notes:read",
    }))
}

/// Every member set, the later value of each enum.
fn full() -> StatelessRegistration {
    let registration = registration(&json!({
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "notes:read notes:write",
        "application_type": "native",
        "client_name": "Näme",
        "client_uri": "https://app.example/",
        "logo_uri": "https://app.example/logo",
        "policy_uri": "https://app.example/policy",
        "tos_uri": "https://app.example/tos",
        "contacts": ["a@app.example", "b"],
        "software_id": "id",
        "software_version": "1.0",
        "jwks": {"keys": [{"e": "AQAB", "kty": "RSA", "n": "AA"}]},
    }));
    StatelessRegistration {
        secret: Some(Hashed::from_digest([7; 32])),
        edition: 300,
        ..registration
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// The layout is a promise: if these change, clients that registered before are locked out.
#[test]
fn reads_and_writes_the_first_layout() {
    for (registration, written) in [(public(), PUBLIC), (full(), FULL)] {
        assert_eq!(registration.encode().unwrap(), bytes(written));
        let read = StatelessRegistration::decode(&bytes(written)).unwrap();
        assert_eq!(read, registration);
    }
}

const PUBLIC: &str = "000213687474703a2f2f3132372e302e302e312f63620d637572736f723a2f2f782f63620000010001000a6e6f7465733a7265616400000000000000000000000000";
const FULL: &str = "00011668747470733a2f2f6170702e6578616d706c652f636202000200010100166e6f7465733a72656164206e6f7465733a7772697465010101054ec3a46d65011468747470733a2f2f6170702e6578616d706c652f011868747470733a2f2f6170702e6578616d706c652f6c6f676f011a68747470733a2f2f6170702e6578616d706c652f706f6c696379011768747470733a2f2f6170702e6578616d706c652f746f73020d61406170702e6578616d706c650162010269640103312e30012c7b226b657973223a5b7b2265223a2241514142222c226b7479223a22525341222c226e223a224141227d5d7d00010707070707070707070707070707070707070707070707070707070707070707ac02";

#[test]
fn refuses_another_layout_and_every_other_form() {
    let good = public().encode().unwrap();
    for length in 0..good.len() {
        assert!(StatelessRegistration::decode(&good[..length]).is_none());
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(StatelessRegistration::decode(&longer).is_none());
    let mut another_layout = good.clone();
    another_layout[0] = 1;
    assert!(StatelessRegistration::decode(&another_layout).is_none());
    // The number of redirect URIs in two bytes, where one would do.
    let mut long_number = vec![0, 0x82, 0x00];
    long_number.extend_from_slice(&good[2..]);
    assert!(StatelessRegistration::decode(&long_number).is_none());
}

#[test]
fn refuses_what_could_not_have_been_registered() {
    let mut evil = public().encode().unwrap();
    let at = evil.windows(4).position(|bytes| bytes == b"127.").unwrap();
    evil[at] = b'8';
    assert!(StatelessRegistration::decode(&evil).is_none());
}

#[test]
fn equal_registrations_have_equal_bytes() {
    let one = json!({"redirect_uris": ["https://app.example/cb"], "client_name": "x"});
    let same =
        json!({"client_name": "x", "unknown": 1, "redirect_uris": ["https://app.example/cb"]});
    let bytes = |document| registration(document).encode().unwrap();
    assert_eq!(bytes(&one), bytes(&same));
    let other = json!({"redirect_uris": ["https://app.example/cb"], "client_name": "y"});
    assert_ne!(bytes(&one), bytes(&other));
}
