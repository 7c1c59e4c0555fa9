//! JSON read strictly: one object, every member name once, at every depth.
//!
//! Parsers disagree on which of two equal members wins (RFC 8259 section 4), so a token with two
//! `aud` members means different things to different readers. RFC 7515 section 4 and RFC 7519
//! section 4 let a reader refuse; this one does. Depth is bounded by serde_json's own limit of 128.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer as _,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Deserializer, Error};

/// Reads `bytes` as one JSON object and as a `T`.
pub(crate) fn from_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut deserializer = Deserializer::from_slice(bytes);
    deserializer.deserialize_map(UniqueMembersVisitor)?;
    deserializer.end()?;
    serde_json::from_slice(bytes)
}

/// Whether a member is there, whatever its value: `null` counts. For `#[serde(default)]` fields.
pub(crate) fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// Any JSON value whose objects repeat no member; keeps nothing.
struct UniqueMembers;

struct UniqueMembersVisitor;

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueMembersVisitor)?;
        Ok(Self)
    }
}

impl<'de> Visitor<'de> for UniqueMembersVisitor {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member name is repeated"));
            }
            members.next_value::<UniqueMembers>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element::<UniqueMembers>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn accepts(text: &str) -> bool {
        from_object::<Value>(text.as_bytes()).is_ok()
    }

    #[test]
    fn reads_every_kind_of_value() {
        assert!(accepts(
            r#"{"a":[1,-1,1.5,true,null,"x",{"b":{}}],"c":{"b":1}}"#
        ));
    }

    #[test]
    fn refuses_a_repeated_member_at_any_depth_however_it_is_spelled() {
        assert!(!accepts(r#"{"aud":"a","aud":"b"}"#));
        assert!(!accepts(r#"{"aud":"a","\u0061ud":"b"}"#));
        assert!(!accepts(r#"{"a":{"b":[{"c":1,"c":1}]}}"#));
    }

    #[test]
    fn refuses_what_is_not_one_object() {
        for text in ["", "[]", "1", "null", "\"a\"", "{}{}", "{} x", "\u{feff}{}"] {
            assert!(!accepts(text), "{text}");
        }
    }

    #[test]
    fn refuses_depth_without_overflowing_the_stack() {
        let depth = 10_000;
        let text = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(!accepts(&text));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = from_object::<Value>(&bytes);
        }
    }
}
