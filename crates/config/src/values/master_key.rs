//! The key over all sealed data.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

// A key that was copied without its trailing `=` is still the same key.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The 256-bit key that seals signing keys and refresh successors at rest; in text, base64 of 32 bytes.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A key of these bytes, which must come from a cryptographic random source.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the one place that derives from them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text for a key file.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0.as_slice()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A text that is no master key. Says nothing about the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a master key: it is 32 random bytes in base64; make one with `openssl rand -base64 32`"
)]
pub struct InvalidMasterKey;

impl FromStr for MasterKey {
    type Err = InvalidMasterKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = Zeroizing::new(
            BASE64
                .decode(text.trim_ascii())
                .map_err(|_| InvalidMasterKey)?,
        );
        <[u8; 32]>::try_from(bytes.as_slice())
            .map(Self::from_bytes)
            .map_err(|_| InvalidMasterKey)
    }
}

impl<'de> Deserialize<'de> for MasterKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
            .map_err(|_| de::Error::custom(InvalidMasterKey))?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for MasterKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MasterKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "contentEncoding": "base64", "writeOnly": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let key = MasterKey::from_bytes([7; 32]);
        let read: MasterKey = key.to_base64().parse().unwrap();
        assert_eq!(read.expose(), &[7; 32]);
    }

    #[test]
    fn reads_a_key_without_padding_and_with_a_newline() {
        let text = MasterKey::from_bytes([9; 32]).to_base64();
        let bare = format!("{}\n", text.trim_end_matches('='));
        assert_eq!(bare.parse::<MasterKey>().unwrap().expose(), &[9; 32]);
    }

    #[test]
    fn rejects_any_other_length_and_alphabet() {
        for text in ["", "AAAA", &"A".repeat(86), "not base64!", &"_".repeat(43)] {
            assert_eq!(
                text.parse::<MasterKey>().unwrap_err(),
                InvalidMasterKey,
                "{text:?}"
            );
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(
            format!("{:?}", MasterKey::from_bytes([1; 32])),
            "MasterKey(…)"
        );
    }
}
