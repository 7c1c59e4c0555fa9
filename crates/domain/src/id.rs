//! Identifiers: UUIDv7 (ordered by creation, RFC 9562 section 5.7) behind a readable prefix, one
//! type per kind, so that a grant id cannot be passed where a user id is due.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Entropy, Timestamp};

/// A text that is not an identifier of the expected kind.
#[derive(Debug, thiserror::Error)]
#[error("not a valid {0} identifier")]
pub struct InvalidId(&'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new identifier, ordered by `now`.
            pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
                let mut random = [0_u8; 10];
                entropy.fill(&mut random);
                let millis = u64::try_from(now.as_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// From the form that [`to_bytes`](Self::to_bytes) gave.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }

            /// The binary form, where a protocol wants one (WebAuthn's user handle).
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = || InvalidId($prefix);
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or_else(invalid)?;
                // One text per identifier: `Uuid` alone would also read upper case and hyphens.
                if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                    return Err(invalid());
                }
                uuid::Uuid::try_parse(digits).map(Self).map_err(|_| invalid())
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// One authorization: a person's consent for one client, and everything issued from it.
    GrantId,
    "grt"
);
id!(
    /// A person with an account here.
    UserId,
    "usr"
);
id!(
    /// One visit to sign-in and consent.
    InteractionId,
    "int"
);
id!(
    /// One browser session; its cookie is a separate secret.
    SessionId,
    "ses"
);
id!(
    /// One issued access token (`jti`, RFC 7519 section 4.1.7).
    TokenId,
    "tok"
);
id!(
    /// One entry of the flight recorder.
    EventId,
    "evt"
);
id!(
    /// One note of the demo product.
    NoteId,
    "not"
);

id!(
    /// One session at the product's login, which calls the product's API for one grant.
    UpstreamSessionId,
    "ups"
);
id!(
    /// One turn of one replica at refreshing an upstream session.
    LeaseId,
    "lse"
);

/// A client identifier (RFC 6749 section 2.2): generated here, chosen in the configuration, or
/// (client id metadata documents) a URL, hence a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Takes the identifier as it is; compared byte for byte ever after.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// A new identifier for a dynamic registration: 128 random bits, and never beginning with
    /// `https://`, which is reserved for client id metadata documents.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 16];
        entropy.fill(&mut random);
        Self(format!(
            "cli_{}",
            uuid::Builder::from_bytes(random).as_uuid().simple()
        ))
    }

    /// The identifier as sent on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    #[test]
    fn reads_back_what_it_writes() {
        let id = GrantId::generate(Timestamp::from_millis(1), &SystemEntropy);
        assert_eq!(id.to_string().parse::<GrantId>().unwrap(), id);
    }

    #[test]
    fn refuses_another_kind() {
        let id = GrantId::generate(Timestamp::from_millis(1), &SystemEntropy).to_string();
        assert!(id.parse::<UserId>().is_err());
    }

    #[test]
    fn has_one_text_per_identifier() {
        let id = GrantId::generate(Timestamp::from_millis(1), &SystemEntropy).to_string();
        assert!(id.to_uppercase().parse::<GrantId>().is_err());
        assert!(id.replace("grt_", "grt_{").parse::<GrantId>().is_err());
    }

    #[test]
    fn orders_by_creation() {
        let early = GrantId::generate(Timestamp::from_millis(1_000), &SystemEntropy);
        let late = GrantId::generate(Timestamp::from_millis(2_000), &SystemEntropy);
        assert!(early < late);
    }
}
