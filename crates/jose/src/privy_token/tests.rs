//! The first test is the nineteen tokens that Privy's @privy-io/node was asked about.

use serde_json::{Value, json};

use super::*;
use crate::{base64url, jws::tests::signed, key::SigningKey};

const APP: &str = "clsimulator0000000000aaaa";
const DID: &str = "did:privy:ca15000000000000000000000";
const NOW: i64 = 1_795_428_329;
const EXPECTED: Expected<'_> = Expected {
    app_id: APP,
    now_seconds: NOW,
};

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn published(keys: &[&SigningKey]) -> AppKeys {
    AppKeys::published(&keys.iter().map(|key| key.public().jwk()).collect())
}

fn header(key: &SigningKey) -> Value {
    json!({"alg": "ES256", "typ": "JWT", "kid": key.kid()})
}

fn claims() -> Value {
    json!({
        "iss": "privy.io", "aud": APP, "sub": DID, "sid": "cmsession0000000000000000",
        "iat": NOW - 10, "exp": NOW + 3600
    })
}

/// `base` with `changes` on top; `null` takes a member away.
fn changed(mut base: Value, changes: &Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

/// Verifies a rightly signed token whose header and claims were changed.
fn with(header_changes: &Value, claim_changes: &Value) -> Result<AccessToken, PrivyTokenError> {
    let key = key();
    let header = changed(header(&key), header_changes);
    let claims = changed(claims(), claim_changes).to_string();
    verify(
        &signed(&key, &header, &claims),
        &published(&[&key]),
        &EXPECTED,
    )
}

fn with_claims(changes: &Value) -> Result<AccessToken, PrivyTokenError> {
    with(&json!({}), changes)
}

/// Verifies a rightly signed token in which `name` has been written as `text`, digit by digit.
fn with_text(name: &str, text: &str) -> Result<AccessToken, PrivyTokenError> {
    let key = key();
    let claims = changed(claims(), &json!({ name: null })).to_string();
    let claims = claims.replacen('{', &format!("{{\"{name}\":{text},"), 1);
    verify(
        &signed(&key, &header(&key), &claims),
        &published(&[&key]),
        &EXPECTED,
    )
}

#[test]
fn agrees_with_privys_library_on_its_nineteen_tokens() {
    use PrivyTokenError as Error;
    for kid in [json!({}), json!({"kid": null})] {
        let accepted = with(&kid, &json!({})).unwrap();
        assert_eq!(
            accepted,
            AccessToken {
                did: DID.into(),
                session_id: "cmsession0000000000000000".into(),
                issued_at: NOW - 10,
                expires_at: NOW + 3600,
            }
        );
    }
    let unsupported = Error::Malformed(JwtError::UnsupportedAlgorithm);
    for (header, claims, reason) in [
        (json!({}), json!({"exp": NOW - 60}), Error::Expired),
        (json!({}), json!({"aud": "clother"}), Error::WrongAudience),
        (
            json!({}),
            json!({"iss": "https://privy.io"}),
            Error::WrongIssuer,
        ),
        (json!({}), json!({"sid": null}), Error::NoSession),
        (
            json!({}),
            json!({"aud": "auth.privy.io", "att": "pat"}),
            Error::WrongAudience,
        ),
        (json!({"typ": null}), json!({}), Error::WrongType),
        (json!({"typ": "at+jwt"}), json!({}), Error::WrongType),
        (json!({}), json!({"exp": null}), Error::MalformedClaims),
        (json!({}), json!({"sub": null}), Error::MalformedClaims),
        (json!({}), json!({"nbf": NOW + 60}), Error::NotYetValid),
        (json!({"alg": "none"}), json!({}), unsupported),
        (json!({"alg": "HS256"}), json!({}), unsupported),
        (json!({}), json!({"aud": [APP]}), Error::MalformedClaims),
        (
            json!({"kid": "unknown"}),
            json!({}),
            PrivyTokenError::UnknownKey,
        ),
    ] {
        assert_eq!(with(&header, &claims), Err(reason), "{header} {claims}");
    }

    let (key, other) = (key(), key());
    let keys = published(&[&key]);
    let text = claims().to_string();
    let foreign = signed(&other, &header(&key), &text);
    let good = signed(&key, &header(&key), &text);
    let (input, _) = good.rsplit_once('.').unwrap();
    let tampered = format!("{input}.{}", base64url::encode([7; 64]));
    for token in [foreign, tampered] {
        assert_eq!(
            verify(&token, &keys, &EXPECTED),
            Err(Error::BadSignature),
            "{token}"
        );
    }
    assert_eq!(
        verify("garbage", &keys, &EXPECTED),
        Err(Error::Malformed(JwtError::NotThreeSegments))
    );
}

#[test]
fn a_pinned_key_verifies_whatever_kid_a_token_has() {
    let (key, other) = (key(), key());
    let keys = AppKeys::Pinned(key.public().clone());
    let text = claims().to_string();
    for kid in [json!(null), json!("unknown")] {
        let header = changed(header(&key), &json!({ "kid": kid }));
        assert!(verify(&signed(&key, &header, &text), &keys, &EXPECTED).is_ok());
        let forged = signed(&other, &header, &text);
        assert_eq!(
            verify(&forged, &keys, &EXPECTED),
            Err(PrivyTokenError::BadSignature)
        );
    }
}

#[test]
fn reads_the_verification_key_of_the_dashboard() {
    let pem = include_str!("../../tests/fixtures/test-p256.spki.pem");
    assert!(matches!(AppKeys::pinned(pem), Ok(AppKeys::Pinned(_))));
    assert_eq!(AppKeys::pinned("x").unwrap_err(), KeyError::NotPem);
}

#[test]
fn without_a_kid_the_app_may_have_one_key_only() {
    let (one, two) = (key(), key());
    let token = signed(
        &one,
        &changed(header(&one), &json!({"kid": null})),
        &claims().to_string(),
    );
    assert_eq!(
        verify(&token, &published(&[&one, &two]), &EXPECTED),
        Err(PrivyTokenError::UnnamedKey)
    );
    assert_eq!(
        verify(&token, &published(&[]), &EXPECTED),
        Err(PrivyTokenError::UnknownKey)
    );
}

#[test]
fn only_es256_keys_are_kept_and_only_es256_is_believed() {
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let ed25519 = SigningKey::generate(Algorithm::EdDsa).unwrap();
    for key in [rsa, ed25519] {
        let header = json!({"alg": key.algorithm(), "typ": "JWT", "kid": key.kid()});
        let token = signed(&key, &header, &claims().to_string());
        assert_eq!(
            verify(&token, &published(&[&key]), &EXPECTED),
            Err(PrivyTokenError::Malformed(JwtError::WrongAlgorithm))
        );
        let AppKeys::Published(keys) = published(&[&key]) else {
            panic!("the keys of a set are published ones");
        };
        assert!(keys.is_empty());
    }
}

#[test]
fn the_type_is_jwt_in_any_case() {
    for typ in ["JWT", "jwt", "Jwt", "application/jwt", "application/JWT"] {
        assert!(with(&json!({ "typ": typ }), &json!({})).is_ok(), "{typ}");
    }
    for typ in ["", "JWT ", "text/jwt", "id+jwt"] {
        assert_eq!(
            with(&json!({ "typ": typ }), &json!({})),
            Err(PrivyTokenError::WrongType),
            "{typ}"
        );
    }
}

#[test]
fn times_may_be_fractions_and_huge() {
    let accepted = with_text("exp", "1795431929.75").unwrap();
    assert_eq!(accepted.expires_at, 1_795_431_929);
    assert_eq!(
        with_text("exp", "1e308").unwrap().expires_at,
        253_402_300_799
    );
    assert_eq!(
        with_text("iat", "1.795428319e9").unwrap().issued_at,
        NOW - 10
    );
    assert_eq!(with_text("iat", "-5").unwrap().issued_at, 0);
    assert!(with_text("nbf", "1795428328.5").is_ok());
    assert_eq!(with_text("exp", "-1e308"), Err(PrivyTokenError::Expired));
}

#[test]
fn times_that_are_no_numbers_are_refused() {
    for name in ["exp", "iat", "nbf"] {
        for text in ["null", "true", "\"1795431929\"", "[1795431929]", "1e999"] {
            assert_eq!(
                with_text(name, text),
                Err(PrivyTokenError::MalformedClaims),
                "{name} {text}"
            );
        }
    }
    assert_eq!(
        with_text("iat", "0.0"),
        Err(PrivyTokenError::MalformedClaims)
    );
    for name in ["exp", "iat"] {
        assert_eq!(
            with_claims(&json!({ name: null })),
            Err(PrivyTokenError::MalformedClaims),
            "{name}"
        );
    }
}

#[test]
fn five_seconds_of_leeway_and_no_more() {
    assert!(with_claims(&json!({"exp": NOW - 4})).is_ok());
    assert!(with_text("exp", &format!("{}.5", NOW - 5)).is_ok());
    assert_eq!(
        with_claims(&json!({"exp": NOW - 5})),
        Err(PrivyTokenError::Expired)
    );
    assert!(with_claims(&json!({"nbf": NOW + 5})).is_ok());
    assert_eq!(
        with_claims(&json!({"nbf": NOW + 6})),
        Err(PrivyTokenError::NotYetValid)
    );
}

#[test]
fn the_subject_is_a_did_of_privy() {
    let long = format!("did:privy:{}", "a".repeat(200));
    for sub in [
        "",
        "did:privy:",
        "did:privy",
        "usr_1",
        "DID:PRIVY:ca15",
        "did:privy:../admin",
        "did:privy:a b",
        "did:privy:a?x=1",
        "did:privy:é",
        long.as_str(),
    ] {
        assert_eq!(
            with_claims(&json!({ "sub": sub })),
            Err(PrivyTokenError::WrongSubject),
            "{sub}"
        );
    }
    for sub in [json!(1), json!([DID])] {
        assert_eq!(
            with_claims(&json!({ "sub": sub })),
            Err(PrivyTokenError::MalformedClaims),
            "{sub}"
        );
    }
}

#[test]
fn an_empty_session_is_none() {
    assert_eq!(
        with_claims(&json!({"sid": ""})),
        Err(PrivyTokenError::NoSession)
    );
    assert_eq!(
        with_claims(&json!({"sid": 7})),
        Err(PrivyTokenError::MalformedClaims)
    );
}

#[test]
fn a_repeated_claim_is_refused() {
    assert_eq!(
        with_text("x", r#""1","aud":"clother""#),
        Err(PrivyTokenError::MalformedClaims)
    );
}

#[test]
fn a_device_token_needs_no_audience_and_no_session() {
    let key = key();
    let keys = published(&[&key]);
    let verify = |header: &Value, claims: &Value| {
        let claims = changed(self::claims(), claims).to_string();
        verify_device(&signed(&key, header, &claims), &keys, NOW)
    };
    let accepted = DeviceToken {
        did: DID.into(),
        expires_at: NOW + 3600,
    };
    for claims in [
        json!({}),
        json!({"aud": null, "sid": null, "iat": null}),
        json!({"aud": "auth.privy.io"}),
        json!({"aud": [APP, "x"], "sid": 7}),
    ] {
        assert_eq!(verify(&header(&key), &claims), Ok(accepted.clone()));
    }
    assert!(verify(&json!({"alg": "ES256"}), &json!({})).is_ok());
    for (claims, reason) in [
        (
            json!({"iss": "https://privy.io"}),
            PrivyTokenError::WrongIssuer,
        ),
        (json!({"exp": NOW - 5}), PrivyTokenError::Expired),
        (json!({"exp": null}), PrivyTokenError::MalformedClaims),
        (json!({"nbf": NOW + 60}), PrivyTokenError::NotYetValid),
        (json!({"sub": "usr_1"}), PrivyTokenError::WrongSubject),
        (json!({"sub": null}), PrivyTokenError::MalformedClaims),
    ] {
        assert_eq!(verify(&header(&key), &claims), Err(reason), "{claims}");
    }
    let forged = signed(
        &self::key(),
        &header(&key),
        &changed(claims(), &json!({})).to_string(),
    );
    assert_eq!(
        verify_device(&forged, &keys, NOW),
        Err(PrivyTokenError::BadSignature)
    );
}

#[test]
fn errors_do_not_quote_the_token() {
    let error = with_claims(&json!({"exp": "s3cret"})).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}
