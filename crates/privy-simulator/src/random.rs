//! Identifiers and secrets in the forms Privy gives them.

use countersign_domain::Entropy;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const LOWER_ALPHANUMERIC: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// No vowels, so that no code spells a word (RFC 8628 section 6.1).
const CONSONANTS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
const DIGITS: &[u8] = b"0123456789";

/// The shape of a cuid: `c` and 24 lower-case letters and digits.
pub(crate) fn cuid(entropy: &dyn Entropy) -> String {
    format!("c{}", word(entropy, LOWER_ALPHANUMERIC, 24))
}

/// A refresh token, a code or a challenge: `bytes` random bytes in base64url.
pub(crate) fn token(entropy: &dyn Entropy, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    entropy.fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}

/// A nonce of EIP-4361: letters and digits only.
pub(crate) fn nonce(entropy: &dyn Entropy) -> String {
    word(entropy, ALPHANUMERIC, 32)
}

/// A one-time code of six digits.
pub(crate) fn one_time_code(entropy: &dyn Entropy) -> String {
    word(entropy, DIGITS, 6)
}

/// A user code: two groups of five consonants.
pub(crate) fn user_code(entropy: &dyn Entropy) -> String {
    format!(
        "{}-{}",
        word(entropy, CONSONANTS, 5),
        word(entropy, CONSONANTS, 5)
    )
}

/// The bias of the remainder does not matter here: nobody attacks a simulator.
fn word(entropy: &dyn Entropy, alphabet: &[u8], length: usize) -> String {
    let mut buffer = vec![0; length];
    entropy.fill(&mut buffer);
    buffer
        .iter()
        .filter_map(|byte| alphabet.get(usize::from(*byte) % alphabet.len()))
        .map(|letter| char::from(*letter))
        .collect()
}
