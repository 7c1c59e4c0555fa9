//! A value that must not be seen.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

/// A secret from the configuration: wiped when dropped, shown by nothing.
///
/// `Debug` prints a fixed word, there is no `Display` and no `Serialize`; [`expose`](Self::expose) is
/// the one way out, so that a search for it finds every use. (The wiping covers this copy: the
/// environment and the file that it came from are outside our reach.)
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text as the secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own message for a wrong type quotes the value, and that would be the secret.
        String::deserialize(deserializer)
            .map(Self::new)
            .map_err(|_| de::Error::custom("must be a string in quotes"))
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    // `writeOnly` is JSON Schema's word for "may be sent, never shown"; the report reads it.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }

    #[test]
    fn a_wrong_type_is_refused_without_quoting_the_value() {
        let error = toml::Value::Integer(918_273)
            .try_into::<Secret>()
            .unwrap_err();
        assert_eq!(error.message(), "must be a string in quotes");
    }
}
