use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::key::SigningKey;

fn assemble(header: &str, claims: &str, signature: &[u8]) -> String {
    [header.as_bytes(), claims.as_bytes(), signature]
        .map(base64url::encode)
        .join(".")
}

fn error(token: &str) -> JwtError {
    decode(token).unwrap_err()
}

/// A rightly signed token over exactly this header and these claims, however malformed.
pub(crate) fn signed(key: &SigningKey, header: &Value, claims: &str) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header.to_string()),
        base64url::encode(claims)
    );
    format!(
        "{input}.{}",
        base64url::encode(key.sign_bytes(input.as_bytes()).unwrap())
    )
}

#[test]
fn refuses_none_and_every_foreign_algorithm() {
    for alg in [
        "none", "None", "nOnE", "HS256", "PS256", "ES384", "rs256", "",
    ] {
        let header = json!({"alg": alg}).to_string();
        for signature in [&b""[..], b"x"] {
            let token = assemble(&header, "{}", signature);
            assert_eq!(error(&token), JwtError::UnsupportedAlgorithm);
        }
    }
}

#[test]
fn refuses_a_key_of_another_algorithm() {
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let ec = SigningKey::generate(Algorithm::Es256).unwrap();
    let token = ec.sign("JWT", &json!({})).unwrap();
    let refused = decode(&token).unwrap().verify::<Value>(rsa.public());
    assert_eq!(refused, Err(JwtError::WrongAlgorithm));
}

#[test]
fn refuses_crit_whatever_it_lists() {
    for crit in [json!(["b64"]), json!([]), json!(null), json!("x")] {
        let header = json!({"alg": "ES256", "crit": crit, "b64": false}).to_string();
        let token = assemble(&header, "{}", b"x");
        assert_eq!(error(&token), JwtError::CriticalHeader, "{crit}");
    }
}

#[test]
fn refuses_another_number_of_segments() {
    for token in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "...."] {
        assert_eq!(error(token), JwtError::NotThreeSegments, "{token}");
    }
}

#[test]
fn refuses_padding_white_space_and_tail_bits() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let token = key.sign("JWT", &json!({})).unwrap();
    // 64 bytes leave four tail bits in the last character, which must be zero.
    let (rest, last) = token.split_at(token.len() - 1);
    assert!(matches!(last, "A" | "Q" | "g" | "w"));
    let next = char::from(last.as_bytes()[0] + 1);
    for spoiled in [
        format!("{rest}{next}"),
        format!("{token}=="),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}\n"),
        token.replacen('.', "=.", 1),
    ] {
        assert_eq!(error(&spoiled), JwtError::NotBase64url, "{spoiled}");
    }
}

#[test]
fn refuses_a_stripped_signature() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let token = key.sign("JWT", &json!({})).unwrap();
        let (input, _) = token.rsplit_once('.').unwrap();
        let stripped = format!("{input}.");
        let refused = decode(&stripped).unwrap().verify::<Value>(key.public());
        assert_eq!(refused, Err(JwtError::BadSignature));
    }
}

#[test]
fn refuses_malformed_headers() {
    let deep = format!(
        r#"{{"alg":"ES256","x":{}1{}}}"#,
        "[".repeat(1000),
        "]".repeat(1000)
    );
    for header in [
        "",
        "[]",
        "null",
        "{}",
        r#"{"alg":1}"#,
        r#"{"alg":"ES256","alg":"ES256"}"#,
        r#"{"alg":"ES256","x":{"y":1,"y":2}}"#,
        r#"{"alg":"ES256","kid":1}"#,
        r#"{"alg":"ES256","kid":["a"]}"#,
        r#"{"alg":"ES256","typ":{}}"#,
        r#"{"alg":"ES256"}{}"#,
        &deep,
    ] {
        let token = assemble(header, "{}", b"x");
        assert_eq!(error(&token), JwtError::MalformedHeader, "{header}");
    }
}

#[test]
fn refuses_length_before_looking_inside() {
    let token = "x".repeat(1024 * 1024);
    assert_eq!(error(&token), JwtError::TooLong);
    assert_eq!(
        error(&"x".repeat(MAX_TOKEN_LENGTH)),
        JwtError::NotThreeSegments
    );
}

#[test]
fn refuses_malformed_claims_even_when_rightly_signed() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let header = json!({"alg": "ES256"});
    let deep = format!(r#"{{"x":{}1{}}}"#, "[".repeat(1000), "]".repeat(1000));
    for claims in ["", "[]", "1", r#"{"aud":"a","aud":"b"}"#, "{}x", &deep] {
        let token = signed(&key, &header, claims);
        let refused = decode(&token).unwrap().verify::<Value>(key.public());
        assert_eq!(refused, Err(JwtError::MalformedClaims), "{claims}");
    }
    let good = signed(&key, &header, "{}");
    assert!(decode(&good).unwrap().verify::<Value>(key.public()).is_ok());
}

#[test]
fn ignores_keys_the_sender_brings_along() {
    let attacker = SigningKey::generate(Algorithm::Es256).unwrap();
    let ours = SigningKey::generate(Algorithm::Es256).unwrap();
    let header = json!({
        "alg": "ES256", "kid": ours.kid(), "jwk": attacker.public().jwk(),
        "jku": "https://evil.example/jwks.json", "x5u": "https://evil.example/x5u"
    });
    let token = signed(&attacker, &header, "{}");
    let decoded = decode(&token).unwrap();
    assert_eq!(decoded.kid(), Some(ours.kid()));
    let refused = decoded.verify::<Value>(ours.public());
    assert_eq!(refused, Err(JwtError::BadSignature));
}

proptest! {
    #[test]
    fn decoding_anything_never_panics(token in "[A-Za-z0-9_.=-]{0,200}|.{0,100}") {
        if let Ok(decoded) = decode(&token) {
            prop_assert_eq!(token.split('.').count(), 3);
            prop_assert!(Algorithm::ALL.contains(&decoded.algorithm()));
        }
    }

    #[test]
    fn no_altered_character_verifies(
        algorithm in proptest::sample::select(&Algorithm::ALL[1..]),
        position: proptest::sample::Index,
        replacement in "[A-Za-z0-9_.-]",
    ) {
        let key = SigningKey::generate(algorithm).unwrap();
        let token = key.sign("at+jwt", &json!({"sub": "usr_1", "exp": 1})).unwrap();
        let position = position.index(token.len());
        let mut altered = token.clone();
        altered.replace_range(position..=position, &replacement);
        prop_assume!(altered != token);
        let believed = decode(&altered).and_then(|decoded| decoded.verify::<Value>(key.public()));
        prop_assert!(believed.is_err());
    }
}
