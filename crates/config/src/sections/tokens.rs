//! `[tokens]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::{Duration, Secret};

/// What is issued, how it is signed, how long it lives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tokens {
    /// The algorithm of new signing keys: `RS256`, `ES256` or `EdDSA`. A change takes effect as a
    /// rotation does: tokens that the old key signed stay valid.
    pub signing_alg: SigningAlg,
    /// How long an access token is valid: 1 minute to 24 hours.
    pub access_ttl: Duration,
    /// How long a refresh token may lie unused; each use starts the time anew.
    pub refresh_ttl: Duration,
    /// How long a grant lives at most, however often it is refreshed. After it the user consents again.
    pub grant_ttl: Duration,
    /// How long a refresh token that was just used answers again with the same successor, so that a
    /// lost answer does not lock the user out.
    pub refresh_grace: Duration,
    /// How long an authorization code is valid: 10 seconds to 10 minutes.
    pub code_ttl: Duration,
    /// How old a signing key grows before the next takes over: a day or more. The next key is
    /// published before it signs.
    pub key_rotation: Duration,
    /// How long a verifier may cache the key set: up to a day. The next key is published this long
    /// before it signs, so this is also how soon `countersign keys rotate` may follow the last one.
    pub jwks_max_age: Duration,
    /// A private key in PEM (PKCS#8, PKCS#1 or SEC1) to sign with from the first start on, so that the
    /// tokens of the server that had it stay valid. mcp2's `JWT_PRIVATE_KEY` lands here.
    pub import_private_key: Option<Secret>,
    /// A file that holds `import_private_key`.
    pub import_private_key_file: Option<PathBuf>,
    /// The public half in PEM. Alone it keeps old tokens valid without signing new ones. mcp2's
    /// `JWT_PUBLIC_KEY` lands here.
    pub import_public_key: Option<String>,
    /// A file that holds `import_public_key`.
    pub import_public_key_file: Option<PathBuf>,
}

/// The signature algorithms for access tokens, by their JOSE names (RFC 7518 section 3.1, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256: read by every client and library.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256: short and fast.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519: shortest and fastest.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            signing_alg: SigningAlg::Rs256,
            access_ttl: Duration::from_hours(1),
            refresh_ttl: Duration::from_days(30),
            grant_ttl: Duration::from_days(365),
            refresh_grace: Duration::from_secs(60),
            code_ttl: Duration::from_secs(60),
            key_rotation: Duration::from_days(90),
            jwks_max_age: Duration::from_mins(5),
            import_private_key: None,
            import_private_key_file: None,
            import_public_key: None,
            import_public_key_file: None,
        }
    }
}

impl Tokens {
    pub(crate) fn check(&self, findings: &mut Findings) {
        let years = |count: u64| Duration::from_days(count * 365);
        let (mins, hours) = (Duration::from_mins, Duration::from_hours);
        findings.within(
            ["tokens", "access_ttl"],
            self.access_ttl,
            mins(1),
            hours(24),
        );
        findings.within(
            ["tokens", "refresh_ttl"],
            self.refresh_ttl,
            mins(1),
            years(10),
        );
        findings.within(["tokens", "grant_ttl"], self.grant_ttl, mins(1), years(10));
        findings.within(
            ["tokens", "refresh_grace"],
            self.refresh_grace,
            Duration::from_secs(0),
            hours(1),
        );
        // RFC 6749 section 4.1.2: a maximum of 10 minutes.
        findings.within(
            ["tokens", "code_ttl"],
            self.code_ttl,
            Duration::from_secs(10),
            mins(10),
        );
        findings.within(
            ["tokens", "key_rotation"],
            self.key_rotation,
            Duration::from_days(1),
            years(10),
        );
        findings.within(
            ["tokens", "jwks_max_age"],
            self.jwks_max_age,
            Duration::from_secs(0),
            hours(24),
        );
        let private = self.import_private_key.as_ref().map(Secret::expose);
        if private.is_some_and(|pem| !is_pem(pem, "PRIVATE KEY-----")) {
            findings.refuse(
                ["tokens", "import_private_key"],
                "not a private key in PEM: it begins with \"-----BEGIN PRIVATE KEY-----\" (an encrypted key must be decrypted first)",
            );
        }
        if self
            .import_public_key
            .as_ref()
            .is_some_and(|pem| !is_pem(pem, "PUBLIC KEY-----"))
        {
            findings.refuse(
                ["tokens", "import_public_key"],
                "not a public key in PEM: it begins with \"-----BEGIN PUBLIC KEY-----\"; make it with `openssl pkey -in private.pem -pubout`",
            );
        }
    }

    /// The rules between keys, for values that are each good by themselves.
    pub(crate) fn relate(&self, findings: &mut Findings) {
        if self.refresh_grace >= self.access_ttl {
            let text = format!(
                "must be shorter than tokens.access_ttl ({}): it is for retries, not for sharing a token",
                self.access_ttl
            );
            findings.refuse(["tokens", "refresh_grace"], text);
        }
        if self.refresh_ttl <= self.access_ttl {
            let text = format!(
                "must be longer than tokens.access_ttl ({}), or nothing is left to refresh with",
                self.access_ttl
            );
            findings.refuse(["tokens", "refresh_ttl"], text);
        }
        if self.grant_ttl < self.refresh_ttl {
            let text = format!(
                "must not be shorter than tokens.refresh_ttl ({}), which is one idle time within it",
                self.refresh_ttl
            );
            findings.refuse(["tokens", "grant_ttl"], text);
        }
    }
}

/// Whether the text is armoured (RFC 7468) and of a kind that can be read without a passphrase.
/// The key itself is judged where keys are known, at start-up.
fn is_pem(text: &str, label_end: &str) -> bool {
    let first = text
        .trim_ascii_start()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    first.starts_with("-----BEGIN ") && first.ends_with(label_end) && !first.contains("ENCRYPTED")
}
