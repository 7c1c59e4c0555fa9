//! Sealing without a nonce: one value has one sealed form under one key.
//!
//! For identifiers that carry what they name, where equal values have to give equal identifiers
//! and there is no place to keep a nonce.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce};

use super::{SealError, derive};

/// The only layout so far: `version ‖ ciphertext ‖ tag`.
const VERSION: u8 = 1;

/// AES-256-GCM-SIV (RFC 8452) with a nonce that is always zero.
///
/// The mode makes its initial counter block from a keyed hash of the plaintext, so that two
/// different values are encrypted under two different key streams although they share the nonce:
/// all that a reader learns is whether two values are equal, which is the purpose. AES-256-GCM with
/// a nonce made by hand would have 96 bits for that instead of 127, and a collision there gives the
/// authentication key away. No caller can pass a nonce, so that none can be passed twice by
/// mistake.
pub struct DeterministicKey(LessSafeKey);

impl DeterministicKey {
    /// How many bytes longer a value gets.
    pub const OVERHEAD: usize = 17;

    /// A salt of its own: no key is also one of AES-256-GCM.
    pub(super) fn derive(master_key: &[u8], purpose: &[u8]) -> Result<Self, SealError> {
        let salt = b"countersign master key, deterministic";
        derive(salt, master_key, purpose, &AES_256_GCM_SIV).map(Self)
    }

    /// Seals `plaintext`: the same bytes each time.
    pub fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(plaintext.len() + Self::OVERHEAD);
        sealed.push(VERSION);
        sealed.extend_from_slice(plaintext);
        let (_, in_out) = sealed.split_at_mut(1);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce(), Aad::empty(), in_out)
            .map_err(|_| SealError::Sealing)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) sealed, and nothing else.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let ciphertext = sealed
            .split_first()
            .filter(|(version, _)| **version == VERSION)
            .map(|(_, ciphertext)| ciphertext)
            .ok_or(SealError::UnknownFormat)?;
        let mut plaintext = ciphertext.to_vec();
        let length = self
            .0
            .open_in_place(nonce(), Aad::empty(), &mut plaintext)
            .map_err(|_| SealError::DoesNotOpen)?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    use super::*;
    use crate::seal::MasterKey;

    fn key() -> DeterministicKey {
        let master =
            MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        master.deterministic_key("client id").unwrap()
    }

    /// Identifiers are built into other people's programs. This one was sealed by another
    /// implementation of HKDF and AES-GCM-SIV (Python's `cryptography`).
    #[test]
    fn opens_values_sealed_by_an_earlier_release() {
        let sealed = STANDARD
            .decode("AT2WHr7LeZjJglsdPATboWSd8wIjtKkgEA==")
            .unwrap();
        assert_eq!(key().open(&sealed).unwrap(), b"a client");
        assert_eq!(key().seal(b"a client").unwrap(), sealed);
    }

    #[test]
    fn equal_values_are_sealed_alike_and_others_are_not() {
        assert_eq!(key().seal(b"one").unwrap(), key().seal(b"one").unwrap());
        assert_ne!(key().seal(b"one").unwrap(), key().seal(b"two").unwrap());
        assert_eq!(
            key().seal(b"one").unwrap().len(),
            3 + DeterministicKey::OVERHEAD
        );
    }

    /// What a shared nonce gives away elsewhere: with one key stream, the difference of two
    /// ciphertexts is the difference of their plaintexts.
    #[test]
    fn different_values_have_different_key_streams() {
        let streams = [[0; 32], [1; 32]].map(|plaintext| {
            let sealed = key().seal(&plaintext).unwrap();
            let stream = sealed[1..33].iter().zip(plaintext).map(|(a, b)| a ^ b);
            stream.collect::<Vec<_>>()
        });
        assert_ne!(streams[0], streams[1]);
    }

    #[test]
    fn does_not_open_for_another_purpose_key_or_way_of_sealing() {
        let sealed = key().seal(b"a client").unwrap();
        let master =
            MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let other_purpose = master.deterministic_key("another").unwrap();
        assert_eq!(other_purpose.open(&sealed), Err(SealError::DoesNotOpen));
        let other_master = MasterKey::generate().unwrap();
        let other_key = other_master.deterministic_key("client id").unwrap();
        assert_eq!(other_key.open(&sealed), Err(SealError::DoesNotOpen));
        let with_nonce = master.seal("client id", b"", b"a client").unwrap();
        assert_eq!(key().open(&with_nonce), Err(SealError::DoesNotOpen));
    }

    #[test]
    fn refuses_unknown_formats() {
        for bytes in [&[][..], &[0; 40], &[2; 40]] {
            assert_eq!(key().open(bytes), Err(SealError::UnknownFormat));
        }
        assert_eq!(key().open(&[1]), Err(SealError::DoesNotOpen));
    }

    proptest! {
        #[test]
        fn no_altered_or_cut_value_opens(
            plaintext in proptest::collection::vec(any::<u8>(), 0..64),
            position: proptest::sample::Index,
            flip in 1u8..,
        ) {
            let sealed = key().seal(&plaintext).unwrap();
            prop_assert_eq!(key().open(&sealed).unwrap(), plaintext);
            let position = position.index(sealed.len());
            prop_assert!(key().open(&sealed[..position]).is_err());
            let mut altered = sealed;
            altered[position] ^= flip;
            prop_assert!(key().open(&altered).is_err());
        }

        #[test]
        fn opening_anything_never_panics(sealed in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(key().open(&sealed).is_err());
        }
    }
}
