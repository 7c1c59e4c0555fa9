use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::key::{SigningKey, VerifyingKey};

/// RFC 7638 section 3.1.
const RFC7638_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn read(value: Value) -> Result<Jwk, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn ed25519() -> Value {
    // RFC 8037 appendix A.2.
    json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk[name] = value.into();
    jwk
}

#[test]
fn thumbprint_matches_rfc_7638() {
    let jwk = read(json!({
        "kty": "RSA", "n": RFC7638_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"
    }))
    .unwrap();
    assert_eq!(jwk.kid(), "2011-04-29");
    assert_eq!(
        jwk.members().thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    assert!(VerifyingKey::from_jwk(&jwk).is_ok());
}

#[test]
fn thumbprint_matches_rfc_8037() {
    let jwk = read(ed25519()).unwrap();
    assert_eq!(jwk.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn writes_public_members_only() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let set: JwkSet = [key.public().jwk()].into_iter().collect();
        let written = serde_json::to_value(&set).unwrap();
        let names: Vec<_> = written["keys"][0].as_object().unwrap().keys().collect();
        let expected: &[&str] = match algorithm {
            Algorithm::Rs256 => &["alg", "e", "kid", "kty", "n", "use"],
            Algorithm::Es256 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            Algorithm::EdDsa => &["alg", "crv", "kid", "kty", "use", "x"],
        };
        assert_eq!(names, expected);
        assert_eq!(serde_json::from_value::<JwkSet>(written).unwrap(), set);
    }
}

#[test]
fn document_of_an_ed25519_key() {
    let set = JwkSet {
        keys: vec![read(ed25519()).unwrap()],
    };
    insta::assert_snapshot!(
        serde_json::to_string(&set).unwrap(),
        @r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig","alg":"EdDSA","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}]}"#
    );
}

#[test]
fn refuses_private_members_even_when_null() {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        for value in [Value::Null, json!("AQAB")] {
            let jwk = with(ed25519(), name, value);
            assert!(read(jwk.clone()).unwrap_err().contains("private"), "{name}");
            let set = json!({"keys": [ed25519(), jwk]});
            assert!(serde_json::from_value::<JwkSet>(set).is_err(), "{name}");
        }
    }
    assert!(
        read(json!({"kty": "oct", "k": "AQAB"}))
            .unwrap_err()
            .contains("private")
    );
}

#[test]
fn refuses_what_it_cannot_verify_with() {
    for jwk in [
        json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "crv": "P-256", "x": "AA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
        json!({"kty": "RSA", "e": "AQAB"}),
        with(ed25519(), "use", "enc"),
        with(ed25519(), "alg", "RS256"),
        with(ed25519(), "alg", "none"),
    ] {
        assert!(read(jwk.clone()).is_err(), "{jwk}");
        let set: JwkSet = serde_json::from_value(json!({"keys": [jwk, ed25519()]})).unwrap();
        assert_eq!(set.keys, [read(ed25519()).unwrap()]);
    }
}

#[test]
fn finds_a_key_by_its_exact_kid() {
    let jwk = read(with(ed25519(), "kid", "key-1")).unwrap();
    let set: JwkSet = [jwk.clone()].into_iter().collect();
    assert_eq!(set.find("key-1"), Some(&jwk));
    assert_eq!(set.find("KEY-1"), None);
}

proptest! {
    #[test]
    fn reading_anything_never_panics(
        kty in "RSA|EC|OKP|oct",
        crv in proptest::option::of("P-256|Ed25519|secp256k1"),
        n in proptest::option::of("[A-Za-z0-9_=-]{0,64}"),
        x in proptest::option::of("[A-Za-z0-9_=-]{0,64}"),
        y in proptest::option::of("[A-Za-z0-9_-]{43}"),
    ) {
        if let Ok(jwk) = read(json!({"kty": kty, "crv": crv, "n": n, "e": "AQAB", "x": x, "y": y})) {
            prop_assert_eq!(read(serde_json::to_value(&jwk).unwrap()).unwrap(), jwk.clone());
            let _ = VerifyingKey::from_jwk(&jwk);
        }
    }
}
