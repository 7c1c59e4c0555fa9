//! The app's signing keys.

use countersign_jose::algorithm::Algorithm;
use countersign_jose::jwk::JwkSet;
use countersign_jose::jws;
use countersign_jose::key::{KeyError, SigningKey};
use serde_json::Value;

/// The key that signs, those that signed before, and one that the app never had.
#[derive(Debug)]
pub(crate) struct KeyRing {
    current: SigningKey,
    /// Newest first, and whether the key set still names it.
    previous: Vec<(SigningKey, bool)>,
    stranger: SigningKey,
}

impl KeyRing {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        Ok(Self {
            current: SigningKey::generate(Algorithm::Es256)?,
            previous: Vec::new(),
            stranger: SigningKey::generate(Algorithm::Es256)?,
        })
    }

    /// Signs with a new key from now on; the key set goes on naming the old one if `published`.
    pub(crate) fn rotate(&mut self, published: bool) -> Result<(), KeyError> {
        let next = SigningKey::generate(Algorithm::Es256)?;
        let old = std::mem::replace(&mut self.current, next);
        self.previous.insert(0, (old, published));
        Ok(())
    }

    pub(crate) fn current(&self) -> &SigningKey {
        &self.current
    }

    /// A key of the right kind that is not the app's.
    pub(crate) fn stranger(&self) -> &SigningKey {
        &self.stranger
    }

    /// The key set as it is published.
    pub(crate) fn jwks(&self) -> JwkSet {
        let previous = self.previous.iter().filter(|(_, published)| *published);
        std::iter::once(&self.current)
            .chain(previous.map(|(key, _)| key))
            .map(|key| key.public().jwk())
            .collect()
    }

    /// The app's verification key as the dashboard shows it: SPKI in PEM.
    pub(crate) fn verification_key(&self) -> String {
        // Only a key that is not on P-256 has no such form, and all of these are.
        self.current
            .public()
            .to_p256_public_pem()
            .unwrap_or_default()
    }

    /// The claims of a token that one of the app's keys signed, however old it is.
    pub(crate) fn read(&self, token: &str) -> Option<Value> {
        let decoded = jws::decode(token).ok()?;
        std::iter::once(&self.current)
            .chain(self.previous.iter().map(|(key, _)| key))
            .find_map(|key| decoded.verify::<Value>(key.public()).ok())
    }
}
