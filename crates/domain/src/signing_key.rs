//! Signing keys: published before they sign, and after.

use crate::Timestamp;

/// Where a signing key stands. A key is published in every state, so that a verifier with a
/// cached key set knows it before the first token and until the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, signs nothing yet.
    Next,
    /// Signs. At most one per algorithm.
    Active {
        /// Since when; the next one takes over by this.
        since: Timestamp,
    },
    /// Signs no more; verifies until the last token it signed has expired.
    Retired {
        /// When it may be forgotten.
        until: Timestamp,
    },
}

impl KeyState {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active { .. } => "active",
            Self::Retired { .. } => "retired",
        }
    }
}

/// A signing key as it is stored: the private half sealed, the public half as it is published.
#[derive(Clone, Debug)]
pub struct SigningKeyRecord {
    /// Key id (RFC 7517 section 4.5).
    pub kid: String,
    /// `RS256`, `ES256` or `EdDSA` (RFC 7518 section 3.1, RFC 8037).
    pub algorithm: String,
    /// The private key, sealed under the master key.
    pub sealed: Vec<u8>,
    /// The public JWK as JSON.
    pub public_jwk: String,
    /// Where it stands.
    pub state: KeyState,
    /// When it was published.
    pub created_at: Timestamp,
    /// When it was imported from mcp2, whose tokens minted before then stay valid; `None` for a
    /// key made here.
    pub imported_at: Option<Timestamp>,
}
