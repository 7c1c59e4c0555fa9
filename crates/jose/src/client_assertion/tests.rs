//! T12 of the catalogue, as far as one assertion by itself can break it.

use serde_json::{Value, json};

use super::*;
use crate::{algorithm::Algorithm, jws::tests::signed, key::SigningKey};

const CLIENT: &str = "https://client.example/client.json";
const ISSUER: &str = "https://as.example";
const TOKEN_ENDPOINT: &str = "https://as.example/token";
const NOW: i64 = 1_700_000_000;
const EXPECTED: Expected<'_> = Expected {
    client_id: CLIENT,
    audiences: &[ISSUER, TOKEN_ENDPOINT],
    now_seconds: NOW,
    leeway_seconds: 30,
};

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn claims() -> Value {
    json!({"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": "1"})
}

fn keys(key: &SigningKey) -> JwkSet {
    [key.public().jwk()].into_iter().collect()
}

fn verify(token: &str, keys: &JwkSet) -> Result<VerifiedAssertion, ClientAssertionError> {
    ClientAssertion::read(token)?.verify(keys, &EXPECTED)
}

/// Verifies rightly signed claims with `changes` on top; `null` takes a claim away.
fn with(changes: &Value) -> Result<VerifiedAssertion, ClientAssertionError> {
    let key = key();
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    let header = json!({"alg": "ES256", "kid": key.kid()});
    verify(&signed(&key, &header, &claims.to_string()), &keys(&key))
}

#[test]
fn accepts_every_algorithm_type_and_audience() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        for typ in [
            json!("JWT"),
            json!("jwt"),
            json!("client-authentication+jwt"),
            Value::Null,
        ] {
            let mut header = json!({"alg": algorithm, "kid": key.kid(), "typ": typ});
            if typ.is_null() {
                header.as_object_mut().unwrap().remove("typ");
            }
            let token = signed(&key, &header, &claims().to_string());
            let verified = verify(&token, &keys(&key)).unwrap();
            assert_eq!((verified.jti.as_str(), verified.exp), ("1", NOW + 60));
        }
    }
    for audience in [json!(TOKEN_ENDPOINT), json!([ISSUER])] {
        assert!(with(&json!({ "aud": audience })).is_ok());
    }
    assert!(with(&json!({ "iat": null })).is_ok());
}

#[test]
fn refuses_another_client_or_server() {
    for (claim, value, reason) in [
        ("iss", json!("other"), ClientAssertionError::WrongClient),
        ("sub", json!("other"), ClientAssertionError::WrongClient),
        (
            "aud",
            json!("https://other.example"),
            ClientAssertionError::WrongAudience,
        ),
        (
            "aud",
            json!("https://as.example/"),
            ClientAssertionError::WrongAudience,
        ),
        (
            "aud",
            json!([ISSUER, "https://other.example"]),
            ClientAssertionError::MalformedClaims,
        ),
        ("aud", json!([]), ClientAssertionError::MalformedClaims),
    ] {
        assert_eq!(with(&json!({claim: value})), Err(reason), "{claim} {value}");
    }
}

#[test]
fn refuses_what_is_too_old_too_new_or_lives_too_long() {
    use ClientAssertionError::{Expired, MalformedClaims, NotYetValid, TooLongLived};
    for (changes, reason) in [
        (json!({"exp": NOW - 30}), Expired),
        (json!({"exp": NOW + 331}), TooLongLived),
        (json!({"exp": i64::MAX}), TooLongLived),
        (json!({"nbf": NOW + 31}), NotYetValid),
        (json!({"iat": NOW + 31}), NotYetValid),
        (json!({"exp": 1.5}), MalformedClaims),
        (json!({"exp": "soon"}), MalformedClaims),
        (json!({"exp": null}), MalformedClaims),
    ] {
        assert_eq!(with(&changes), Err(reason), "{changes}");
    }
    assert!(with(&json!({"exp": NOW - 29})).is_ok());
    assert!(with(&json!({"exp": NOW + 330})).is_ok());
}

#[test]
fn refuses_claims_that_are_missing() {
    for claim in ["iss", "sub", "aud", "jti"] {
        let refused = with(&json!({claim: null}));
        assert_eq!(
            refused,
            Err(ClientAssertionError::MalformedClaims),
            "{claim}"
        );
    }
    let empty = with(&json!({"jti": ""}));
    assert_eq!(empty, Err(ClientAssertionError::MalformedClaims));
}

#[test]
fn refuses_algorithms_that_prove_nothing() {
    let key = key();
    for alg in ["none", "HS256", "RS384"] {
        let header = json!({"alg": alg, "kid": key.kid()});
        let token = signed(&key, &header, &claims().to_string());
        let refused = verify(&token, &keys(&key));
        let unsupported = ClientAssertionError::Malformed(JwtError::UnsupportedAlgorithm);
        assert_eq!(refused, Err(unsupported), "{alg}");
    }
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let header = json!({"alg": "RS256", "kid": key.kid()});
    let confused = signed(&rsa, &header, &claims().to_string());
    let wrong = ClientAssertionError::Malformed(JwtError::WrongAlgorithm);
    assert_eq!(verify(&confused, &keys(&key)), Err(wrong));
}

#[test]
fn refuses_keys_that_are_not_the_clients() {
    let (own, other) = (key(), key());
    let header = json!({"alg": "ES256", "kid": other.kid()});
    let token = signed(&other, &header, &claims().to_string());
    assert_eq!(
        verify(&token, &keys(&own)),
        Err(ClientAssertionError::UnknownKey)
    );
    let header = json!({"alg": "ES256", "kid": own.kid()});
    let forged = signed(&other, &header, &claims().to_string());
    assert_eq!(
        verify(&forged, &keys(&own)),
        Err(ClientAssertionError::BadSignature)
    );
}

#[test]
fn finds_the_key_that_the_header_does_not_name() {
    let (own, other) = (key(), key());
    let token = signed(&own, &json!({"alg": "ES256"}), &claims().to_string());
    let both: JwkSet = [other.public().jwk(), own.public().jwk()]
        .into_iter()
        .collect();
    assert!(verify(&token, &both).is_ok());
    assert_eq!(
        verify(&token, &keys(&other)),
        Err(ClientAssertionError::UnknownKey)
    );
}

#[test]
fn refuses_a_token_of_another_kind() {
    let key = key();
    for typ in ["at+jwt", "dpop+jwt", "logout+jwt"] {
        let header = json!({"alg": "ES256", "kid": key.kid(), "typ": typ});
        let token = signed(&key, &header, &claims().to_string());
        let refused = verify(&token, &keys(&key));
        assert_eq!(refused, Err(ClientAssertionError::WrongType), "{typ}");
    }
}

#[test]
fn says_whom_it_claims_to_come_from() {
    let key = key();
    let token = signed(&key, &json!({"alg": "ES256"}), &claims().to_string());
    let assertion = ClientAssertion::read(&token).unwrap();
    assert_eq!(assertion.claimed_client().unwrap(), CLIENT);
}
