//! Secrets: 256 random bits in the hand of their holder, SHA-256 of them in the database, as two
//! different types, so that a plain secret cannot be stored and a hash cannot be sent.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize;

use crate::Entropy;

/// SHA-256 of a secret of kind `T`: what the database holds.
///
/// A plain hash is enough because the secret has 256 random bits (RFC 6749 section 10.10);
/// there is nothing to guess.
pub struct Hashed<T> {
    digest: [u8; 32],
    kind: PhantomData<fn() -> T>,
}

impl<T> Hashed<T> {
    /// From the database.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        Self {
            digest,
            kind: PhantomData,
        }
    }

    /// For the database.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl<T> Clone for Hashed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Hashed<T> {}

/// Compares in constant time.
impl<T> PartialEq for Hashed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.digest.ct_eq(&other.digest).into()
    }
}

impl<T> Eq for Hashed<T> {}

impl<T> fmt::Debug for Hashed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(…)")
    }
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        pub struct $name(String);

        impl $name {
            /// A new secret of 256 random bits. The prefix lets secret scanners name a leak;
            /// it never changes.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                let mut random = [0_u8; 32];
                entropy.fill(&mut random);
                let text = format!(concat!($prefix, "_{}"), URL_SAFE_NO_PAD.encode(random));
                random.zeroize();
                Self(text)
            }

            /// Reads a presented secret; `None` when it cannot be one of this kind, so that
            /// garbage costs no query.
            pub fn parse(text: &str) -> Option<Self> {
                let body = text.strip_prefix(concat!($prefix, "_"))?;
                let valid = body.len() == 43
                    && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                valid.then(|| Self(text.to_owned()))
            }

            /// What the database holds instead.
            pub fn hash(&self) -> Hashed<Self> {
                Hashed::from_digest(Sha256::digest(self.0.as_bytes()).into())
            }

            /// The secret itself, for the one place that hands it to its holder.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(
    /// An authorization code as the client holds it (RFC 6749 section 1.3.1).
    PlainAuthorizationCode,
    "cs_ac"
);
secret!(
    /// A refresh token as the client holds it (RFC 6749 section 1.5).
    PlainRefreshToken,
    "cs_rt"
);
secret!(
    /// A client secret as the client holds it (RFC 6749 section 2.3.1).
    PlainClientSecret,
    "cs_cs"
);
secret!(
    /// The value of the browser's cookie.
    PlainSessionCookie,
    "cs_bs"
);
secret!(
    /// The token in an invitation link.
    PlainInvitation,
    "cs_in"
);
secret!(
    /// Names a passkey ceremony to the browser that began it.
    PlainPasskeyCeremony,
    "cs_pc"
);

impl PlainClientSecret {
    /// Hash of a presented or configured client secret, whatever its shape: operators choose
    /// their own in the configuration.
    pub fn hash_presented(secret: &str) -> Hashed<Self> {
        Hashed::from_digest(Sha256::digest(secret.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    #[test]
    fn debug_shows_no_secret() {
        let token = PlainRefreshToken::generate(&SystemEntropy);
        assert_eq!(
            format!("{token:?} {:?}", token.hash()),
            "PlainRefreshToken(…) Hashed(…)"
        );
    }

    #[test]
    fn parses_only_its_own_kind() {
        let token = PlainRefreshToken::generate(&SystemEntropy);
        assert!(PlainRefreshToken::parse(token.expose()).is_some());
        assert!(PlainAuthorizationCode::parse(token.expose()).is_none());
        assert!(PlainRefreshToken::parse(&token.expose()[1..]).is_none());
        assert!(PlainRefreshToken::parse(&format!("{}\0", token.expose())).is_none());
    }

    #[test]
    fn two_secrets_differ() {
        let one = PlainRefreshToken::generate(&SystemEntropy);
        let two = PlainRefreshToken::generate(&SystemEntropy);
        assert_ne!(one.hash(), two.hash());
    }
}
