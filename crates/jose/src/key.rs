//! Keys, parsed once and shared.

mod signing;
mod small_order;
mod spki;
mod verifying;

pub use signing::{SignError, SigningKey};
pub use verifying::VerifyingKey;

/// Why a key could not be made, read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The crypto library refused: malformed, of another type, or too weak (RSA below 2048 bits,
    /// a point off the curve, an Ed25519 point of small order).
    #[error("the key is malformed, of another type than expected, or too weak")]
    Rejected,
    /// Not one PEM block (RFC 7468).
    #[error("the key is not a PEM document with one block")]
    NotPem,
    /// A PEM block with a label this server does not read. An encrypted key is one of these.
    #[error("unsupported PEM label, expected one of {expected}")]
    UnsupportedPemLabel {
        /// The labels that would have been read.
        expected: &'static str,
    },
    /// The library failed to make a new key.
    #[error("the crypto library failed to generate a key")]
    Generation,
}

#[cfg(test)]
mod tests;
