//! J1 to J9 are the rows "JWT at the resource server" of the project's list of attacks.

use serde_json::{Value, json};

use super::*;
use crate::{algorithm::Algorithm, base64url, jwk::JwkSet, jws::tests::signed};

const ISSUER: &str = "https://as.example";
const AUDIENCE: &str = "https://as.example/mcp";
const NOW: i64 = 1_700_000_000;
const EXPECTED: Expected<'_> = Expected {
    issuer: ISSUER,
    audience: AUDIENCE,
    now_seconds: NOW,
    leeway_seconds: 60,
};

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        iss: ISSUER.into(),
        sub: "usr_1".into(),
        aud: AUDIENCE.into(),
        exp: NOW + 600,
        iat: NOW,
        jti: "jti_1".into(),
        client_id: "client".into(),
        scope: "mcp:tools".into(),
        auth_time: None,
        grant_id: "grt_1".into(),
    }
}

fn verify_with(key: &SigningKey, token: &str) -> Result<AccessTokenClaims, AccessTokenError> {
    let find = |kid: &str| (kid == key.kid()).then(|| key.public().clone());
    verify(token, find, &EXPECTED)
}

fn header(key: &SigningKey) -> Value {
    json!({"alg": key.algorithm(), "typ": "at+jwt", "kid": key.kid()})
}

/// Verifies rightly signed claims in which `name` was replaced, or removed for `None`.
fn verify_replacing(
    name: &str,
    value: Option<&str>,
) -> Result<AccessTokenClaims, AccessTokenError> {
    let key = key();
    let text = serde_json::to_string(&claims()).unwrap();
    let mut members: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    members.remove(name);
    let mut text = Value::Object(members).to_string();
    if let Some(value) = value {
        // Spliced in as text, because serde_json cannot hold every number a sender can write.
        text = text.replacen('{', &format!("{{\"{name}\":{value},"), 1);
    }
    verify_with(&key, &signed(&key, &header(&key), &text))
}

#[test]
fn accepts_what_was_issued_with_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let with_auth_time = AccessTokenClaims {
            auth_time: Some(NOW - 5),
            ..claims()
        };
        for claims in [claims(), with_auth_time] {
            let token = claims.sign(&key).unwrap();
            assert_eq!(verify_with(&key, &token).unwrap(), claims);
        }
    }
}

#[test]
fn claims_are_written_as_rfc_9068_names_them() {
    insta::assert_snapshot!(serde_json::to_string(&claims()).unwrap(), @r#"{"iss":"https://as.example","sub":"usr_1","aud":"https://as.example/mcp","exp":1700000600,"iat":1700000000,"jti":"jti_1","client_id":"client","scope":"mcp:tools","grant_id":"grt_1"}"#);
}

#[test]
fn j1_refuses_alg_none() {
    let key = key();
    for alg in ["none", "None", "nOnE"] {
        let mut header = header(&key);
        header["alg"] = alg.into();
        let token = signed(&key, &header, &serde_json::to_string(&claims()).unwrap());
        let (input, _) = token.rsplit_once('.').unwrap();
        for token in [token.as_str(), &format!("{input}.")] {
            let refused = verify_with(&key, token);
            assert_eq!(
                refused,
                Err(AccessTokenError::MalformedToken(
                    JwtError::UnsupportedAlgorithm
                ))
            );
        }
    }
}

#[test]
fn j2_refuses_missing_and_unknown_kid() {
    let key = key();
    let text = serde_json::to_string(&claims()).unwrap();
    let token = signed(&key, &json!({"alg": "ES256", "typ": "at+jwt"}), &text);
    let refused = verify_with(&key, &token);
    assert_eq!(refused, Err(AccessTokenError::UnknownKey));
    for kid in ["", "../../dev/null", "' OR 1=1 --", "KEY", "\0"] {
        let mut header = header(&key);
        header["kid"] = kid.into();
        let refused = verify_with(&key, &signed(&key, &header, &text));
        assert_eq!(refused, Err(AccessTokenError::UnknownKey), "{kid}");
    }
    let mut header = header(&key);
    header["kid"] = "k".repeat(10 * 1024).into();
    let refused = verify_with(&key, &signed(&key, &header, &text));
    assert_eq!(
        refused,
        Err(AccessTokenError::MalformedToken(JwtError::TooLong))
    );
}

#[test]
fn j3_refuses_crit() {
    let key = key();
    let mut header = header(&key);
    header["crit"] = json!(["exp"]);
    let token = signed(&key, &header, &serde_json::to_string(&claims()).unwrap());
    assert_eq!(
        verify_with(&key, &token),
        Err(AccessTokenError::MalformedToken(JwtError::CriticalHeader))
    );
}

#[test]
fn j4_refuses_another_issuer_however_similar() {
    for iss in [
        "https://AS.example",
        "https://as.example/",
        "https://evil.example",
        "http://as.example",
        "",
    ] {
        let refused = verify_replacing("iss", Some(&json!(iss).to_string()));
        assert_eq!(refused, Err(AccessTokenError::WrongIssuer), "{iss}");
    }
}

#[test]
fn j5_refuses_exp_that_is_not_a_whole_number_of_seconds() {
    let whole = (NOW + 600).to_string();
    for exp in [
        None,
        Some("null"),
        Some("true"),
        Some("\"1700000600\""),
        Some("1700000600.5"),
        Some("1700000600.0"),
        Some("1.7000006e9"),
        Some("1e308"),
        Some("1e999"),
        Some("9223372036854775808"),
        Some("[1700000600]"),
    ] {
        let refused = verify_replacing("exp", exp);
        assert_eq!(refused, Err(AccessTokenError::MalformedClaims), "{exp:?}");
    }
    assert!(verify_replacing("exp", Some(&whole)).is_ok());
    assert!(verify_replacing("exp", Some(&i64::MAX.to_string())).is_ok());
}

#[test]
fn j5_expires_on_the_second_and_grants_the_leeway_once() {
    for exp in [NOW - 60, NOW - 61, 0, -1, i64::MIN] {
        let refused = verify_replacing("exp", Some(&exp.to_string()));
        assert_eq!(refused, Err(AccessTokenError::Expired), "{exp}");
    }
    assert!(verify_replacing("exp", Some(&(NOW - 59).to_string())).is_ok());
}

#[test]
fn refuses_tokens_from_the_future() {
    for name in ["iat", "nbf"] {
        for time in [NOW + 61, i64::MAX] {
            let refused = verify_replacing(name, Some(&time.to_string()));
            assert_eq!(refused, Err(AccessTokenError::NotYetValid));
        }
        assert!(verify_replacing(name, Some(&(NOW + 60).to_string())).is_ok());
    }
}

#[test]
fn j6_refuses_other_spellings_and_a_stripped_signature() {
    let key = key();
    let token = claims().sign(&key).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    for spoiled in [
        format!("{token}="),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}.x"),
        format!(".{token}"),
        input.to_owned(),
        signature.to_owned(),
    ] {
        let refused = verify_with(&key, &spoiled);
        assert!(
            matches!(refused, Err(AccessTokenError::MalformedToken(_))),
            "{spoiled}"
        );
    }
    let refused = verify_with(&key, &format!("{input}."));
    assert_eq!(refused, Err(AccessTokenError::BadSignature));
}

#[test]
fn j7_refuses_zero_signatures() {
    for (algorithm, length) in [
        (Algorithm::Es256, 64),
        (Algorithm::EdDsa, 64),
        (Algorithm::Rs256, 256),
    ] {
        let key = SigningKey::generate(algorithm).unwrap();
        let token = claims().sign(&key).unwrap();
        let (input, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{input}.{}", base64url::encode(vec![0; length]));
        let refused = verify_with(&key, &forged);
        assert_eq!(refused, Err(AccessTokenError::BadSignature));
    }
}

#[test]
fn j8_refuses_size_and_depth() {
    let key = key();
    let refused = verify_with(&key, &"a.".repeat(512 * 1024));
    assert_eq!(
        refused,
        Err(AccessTokenError::MalformedToken(JwtError::TooLong))
    );
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let refused = verify_replacing("extra", Some(&deep(10_000)));
    assert_eq!(
        refused,
        Err(AccessTokenError::MalformedToken(JwtError::TooLong))
    );
    let refused = verify_replacing("extra", Some(&deep(1_000)));
    assert_eq!(refused, Err(AccessTokenError::MalformedClaims));
}

#[test]
fn j9_a_retired_key_verifies_while_published_and_not_once_removed() {
    let (retired, active) = (key(), key());
    let token = claims().sign(&retired).unwrap();
    let verify_against = |keys: &JwkSet| {
        let find = |kid: &str| VerifyingKey::from_jwk(keys.find(kid)?).ok();
        verify(&token, find, &EXPECTED)
    };
    let mut keys: JwkSet = [active.public().jwk(), retired.public().jwk()]
        .into_iter()
        .collect();
    assert!(verify_against(&keys).is_ok());
    keys.keys.pop();
    assert_eq!(verify_against(&keys), Err(AccessTokenError::UnknownKey));
}

#[test]
fn refuses_other_kinds_of_token() {
    let key = key();
    let text = serde_json::to_string(&claims()).unwrap();
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("AT+JWT"),
        json!(""),
        json!(null),
    ] {
        let mut header = header(&key);
        header["typ"] = typ;
        let refused = verify_with(&key, &signed(&key, &header, &text));
        assert_eq!(refused, Err(AccessTokenError::WrongType));
    }
    let mut header = header(&key);
    header["typ"] = "application/at+jwt".into();
    assert!(verify_with(&key, &signed(&key, &header, &text)).is_ok());
}

#[test]
fn audience_may_be_an_array_that_holds_this_resource() {
    let aud = json!(["https://other.example", AUDIENCE]).to_string();
    let accepted = verify_replacing("aud", Some(&aud)).unwrap();
    assert_eq!(accepted.aud, AUDIENCE);
    for aud in [
        json!("https://as.example"),
        json!("https://as.example/mcp/"),
        json!([]),
        json!(["https://other.example"]),
    ] {
        let refused = verify_replacing("aud", Some(&aud.to_string()));
        assert_eq!(refused, Err(AccessTokenError::WrongAudience), "{aud}");
    }
    for aud in [json!({"a": 1}), json!([1]), json!(null)] {
        let refused = verify_replacing("aud", Some(&aud.to_string()));
        assert_eq!(refused, Err(AccessTokenError::MalformedClaims), "{aud}");
    }
}

#[test]
fn every_claim_but_auth_time_is_required() {
    for name in [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "jti",
        "client_id",
        "scope",
        "grant_id",
    ] {
        let refused = verify_replacing(name, None);
        assert_eq!(refused, Err(AccessTokenError::MalformedClaims), "{name}");
    }
}

#[test]
fn refuses_a_repeated_claim() {
    let key = key();
    let text = serde_json::to_string(&claims()).unwrap();
    let text = text.replacen('{', "{\"scope\":\"admin\",", 1);
    let refused = verify_with(&key, &signed(&key, &header(&key), &text));
    assert_eq!(refused, Err(AccessTokenError::MalformedClaims));
}

#[test]
fn errors_do_not_quote_the_token() {
    let error = verify_replacing("exp", Some("\"s3cret\"")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}
