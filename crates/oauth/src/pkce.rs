//! Proof key for code exchange (RFC 7636), S256 only.
//!
//! `plain` does not exist here: OAuth 2.1 and RFC 9700 §2.1.1 leave no use for it, and a type that
//! cannot hold it cannot be downgraded to it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The only `code_challenge_method`.
pub const S256: &str = "S256";

/// A `code_challenge` is not 43 base64url characters (RFC 7636 §4.2: the length of a SHA-256).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("code_challenge is not 43 base64url characters")]
pub struct InvalidCodeChallenge;

/// A `code_verifier` is not 43 to 128 unreserved characters (RFC 7636 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("code_verifier is not 43 to 128 unreserved characters")]
pub struct InvalidCodeVerifier;

/// An S256 challenge, as sent in the authorization request. Not a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Checks length and alphabet.
    pub fn parse(challenge: &str) -> Result<Self, InvalidCodeChallenge> {
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if challenge.len() == 43 && challenge.bytes().all(base64url) {
            Ok(Self(challenge.to_owned()))
        } else {
            Err(InvalidCodeChallenge)
        }
    }

    /// The challenge as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the verifier is the one this challenge was made from, in constant time.
    pub fn verify(&self, verifier: &CodeVerifier) -> bool {
        self.0
            .as_bytes()
            .ct_eq(verifier.challenge().0.as_bytes())
            .into()
    }
}

impl Serialize for CodeChallenge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CodeChallenge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The secret behind a challenge, as sent to the token endpoint. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// Checks length and alphabet. The lower bound is what stops a verifier from being guessed.
    pub fn parse(verifier: &str) -> Result<Self, InvalidCodeVerifier> {
        let unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved) {
            Ok(Self(verifier.to_owned()))
        } else {
            Err(InvalidCodeVerifier)
        }
    }

    /// The S256 challenge of this verifier (RFC 7636 §4.2).
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(&self.0)))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeChallenge, CodeVerifier};

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn verifies_the_vector_of_rfc_7636() {
        let verifier = CodeVerifier::parse(VERIFIER).unwrap();
        assert_eq!(verifier.challenge().as_str(), CHALLENGE);
        assert!(CodeChallenge::parse(CHALLENGE).unwrap().verify(&verifier));
    }

    #[test]
    fn refuses_another_verifier() {
        let other = CodeVerifier::parse(&VERIFIER.replace('d', "e")).unwrap();
        assert!(!CodeChallenge::parse(CHALLENGE).unwrap().verify(&other));
    }

    #[test]
    fn refuses_the_challenge_as_its_own_verifier() {
        let downgraded = CodeVerifier::parse(CHALLENGE).unwrap();
        assert!(!CodeChallenge::parse(CHALLENGE).unwrap().verify(&downgraded));
    }

    #[test]
    fn challenge_is_exactly_43_base64url_characters() {
        for bad in [
            "",
            &"a".repeat(42),
            &"a".repeat(44),
            &"+".repeat(43),
            &format!("{}=", "a".repeat(42)),
        ] {
            assert!(CodeChallenge::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn verifier_is_43_to_128_unreserved_characters() {
        for good in ["a".repeat(43), "~".repeat(128), "-._~".repeat(11)] {
            assert!(CodeVerifier::parse(&good).is_ok(), "{good:?}");
        }
        for bad in [
            "a".repeat(42),
            "a".repeat(129),
            "é".repeat(43),
            "+".repeat(43),
            " ".repeat(43),
        ] {
            assert!(CodeVerifier::parse(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn debug_does_not_show_the_verifier() {
        let verifier = CodeVerifier::parse(VERIFIER).unwrap();
        assert!(!format!("{verifier:?}").contains(VERIFIER));
    }

    #[test]
    fn stored_challenge_is_checked_again() {
        let json = format!("\"{CHALLENGE}\"");
        let stored: CodeChallenge = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), json);
        assert!(serde_json::from_str::<CodeChallenge>("\"plain\"").is_err());
    }
}
