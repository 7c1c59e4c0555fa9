//! The identifier of a passkey.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The authenticator's identifier of a credential, written as WebAuthn's JSON does (base64url).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyId(Vec<u8>);

impl PasskeyId {
    pub(super) fn new(credential_id: Vec<u8>) -> Self {
        Self(credential_id)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A text that is no [`PasskeyId`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid passkey identifier")]
pub struct InvalidPasskeyId;

impl fmt::Display for PasskeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl FromStr for PasskeyId {
    type Err = InvalidPasskeyId;

    fn from_str(text: &str) -> Result<Self, InvalidPasskeyId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidPasskeyId)?;
        // WebAuthn section 4, "Credential ID": at most 1023 bytes.
        (1..=1023)
            .contains(&bytes.len())
            .then_some(Self(bytes))
            .ok_or(InvalidPasskeyId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let id = PasskeyId::new(vec![0, 255, 62, 63]);
        assert_eq!(id.to_string(), "AP8-Pw");
        assert_eq!("AP8-Pw".parse(), Ok(id));
    }

    #[test]
    fn refuses_what_no_authenticator_gives() {
        let endless = "A".repeat(1368);
        for text in ["", "AP8+Pw", "AP8-Pw==", "\0", endless.as_str()] {
            assert_eq!(text.parse::<PasskeyId>(), Err(InvalidPasskeyId), "{text:?}");
        }
    }
}
