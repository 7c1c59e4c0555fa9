//! Secrets at rest: AES-256-GCM under keys that never touch the database.
//!
//! A sealed value is `version ‖ nonce ‖ ciphertext ‖ tag`. Each sealing key is derived with
//! HKDF-SHA256 (RFC 5869) from either the [`MasterKey`] and a purpose, or a bearer token's own
//! text, so that no key serves two ends. The context is authenticated with the value (row id,
//! grant id, …): a sealed value moved to another row does not open.
//!
//! What is not at rest but in everybody's hands, an identifier that carries what it names, is
//! sealed by a [`DeterministicKey`].

mod deterministic;
mod master_key;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Algorithm, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use zeroize::Zeroizing;

pub use deterministic::DeterministicKey;
pub use master_key::{MasterKey, MasterKeyError};

use crate::entropy::{self, RandomnessUnavailable};

/// The only layout so far.
const VERSION: u8 = 1;

/// Why a value could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No randomness for the nonce.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// The crypto library failed to derive the key or to encrypt.
    #[error("the crypto library failed to seal")]
    Sealing,
    /// Cut short, or of a version this program does not know.
    #[error("the sealed value is not in a known format")]
    UnknownFormat,
    /// Another key, another context, or altered since.
    #[error("the sealed value does not open with this key and context")]
    DoesNotOpen,
}

/// Seals `plaintext` under `token`, so that only whoever presents that token again can open it.
///
/// `token` must carry at least 128 bits of entropy; a password does not. The database keeps the
/// token's hash and this, and opens nothing by itself.
pub fn seal_under_token(
    token: &str,
    context: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    SealingKey::derive(b"countersign token", token.as_bytes(), b"")?.seal(context, plaintext)
}

/// Opens what [`seal_under_token`] sealed under the same token and context.
pub fn open_under_token(
    token: &str,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    SealingKey::derive(b"countersign token", token.as_bytes(), b"")?.open(context, sealed)
}

/// A key for one purpose.
///
/// Nonces are random, which is safe for 2^32 values under one key (NIST SP 800-38D section 8.3):
/// more refresh tokens, keys and upstream sessions than any installation seals.
struct SealingKey(LessSafeKey);

impl SealingKey {
    fn derive(salt: &[u8], secret: &[u8], purpose: &[u8]) -> Result<Self, SealError> {
        derive(salt, secret, purpose, &AES_256_GCM).map(Self)
    }

    fn seal(&self, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        entropy::fill(&mut nonce)?;
        // Reserved in full: growing would leave a copy of the plaintext in freed memory.
        let length = 1 + NONCE_LEN + plaintext.len() + AES_256_GCM.tag_len();
        let mut sealed = Vec::with_capacity(length);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let (_, in_out) = sealed.split_at_mut(1 + NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                in_out,
            )
            .map_err(|_| SealError::Sealing)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed
            .split_first()
            .filter(|(version, _)| **version == VERSION)
            .and_then(|(_, rest)| rest.split_first_chunk::<NONCE_LEN>())
            .ok_or(SealError::UnknownFormat)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(context),
                &mut plaintext,
            )
            .map_err(|_| SealError::DoesNotOpen)?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

/// A key that serves one end: `salt` says which kind of secret it comes from, `purpose` what it is
/// for.
fn derive(
    salt: &[u8],
    secret: &[u8],
    purpose: &[u8],
    algorithm: &'static Algorithm,
) -> Result<LessSafeKey, SealError> {
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[purpose], algorithm)
        .map(|key| LessSafeKey::new(UnboundKey::from(key)))
        .map_err(|_| SealError::Sealing)
}

#[cfg(test)]
mod tests;
