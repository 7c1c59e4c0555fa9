//! The one secret an operator keeps.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::{DeterministicKey, SealError, SealingKey};
use crate::entropy::{self, RandomnessUnavailable};

const LENGTH: usize = 32;

/// Padding is written but not demanded, because it is easily lost in a copied secret.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key that everything at rest is sealed under, 256 bits from the environment or a file.
pub struct MasterKey(Zeroizing<[u8; LENGTH]>);

/// Why a text is not a [`MasterKey`]. Never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// Not base64 (RFC 4648 section 4).
    #[error("the master key is not base64; make one with `openssl rand -base64 32`")]
    NotBase64,
    /// Another length than 256 bits.
    #[error(
        "the master key has {found} bytes instead of 32; make one with `openssl rand -base64 32`"
    )]
    WrongLength {
        /// How many bytes were decoded.
        found: usize,
    },
}

impl MasterKey {
    /// A new random key.
    pub fn generate() -> Result<Self, RandomnessUnavailable> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        entropy::fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// Reads a key written in base64 (RFC 4648 section 4), padded or not; white space around it is
    /// ignored.
    pub fn from_base64(text: &str) -> Result<Self, MasterKeyError> {
        let decoded = BASE64
            .decode(text.trim_ascii())
            .map(Zeroizing::new)
            .map_err(|_| MasterKeyError::NotBase64)?;
        let mut bytes = Zeroizing::new([0; LENGTH]);
        if decoded.len() != LENGTH {
            return Err(MasterKeyError::WrongLength {
                found: decoded.len(),
            });
        }
        bytes.copy_from_slice(&decoded);
        Ok(Self(bytes))
    }

    /// The key in base64, to be kept outside the database.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(*self.0))
    }

    /// Seals `plaintext` for `purpose` (one fixed label per kind of secret, such as
    /// `signing key`), bound to `context` (which one of them, such as its row's id).
    pub fn seal(
        &self,
        purpose: &str,
        context: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        self.sealing_key(purpose)?.seal(context, plaintext)
    }

    /// Opens what [`seal`](Self::seal) sealed for the same purpose and context.
    pub fn open(
        &self,
        purpose: &str,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.sealing_key(purpose)?.open(context, sealed)
    }

    /// The key that seals values for `purpose` deterministically; never the one that
    /// [`seal`](Self::seal) uses, also for the same purpose.
    pub fn deterministic_key(&self, purpose: &str) -> Result<DeterministicKey, SealError> {
        DeterministicKey::derive(self.0.as_ref(), purpose.as_bytes())
    }

    fn sealing_key(&self, purpose: &str) -> Result<SealingKey, SealError> {
        SealingKey::derive(
            b"countersign master key",
            self.0.as_ref(),
            purpose.as_bytes(),
        )
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(redacted)")
    }
}
