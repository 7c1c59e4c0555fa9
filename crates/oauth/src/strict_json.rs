//! JSON from strangers, read so that no two readers can disagree about it.
//!
//! serde_json lets the last of two equal members win. Where a proxy, a log or the next version
//! takes the first, an attacker has two documents in one; so duplicates are refused, and nesting is
//! bounded far below where recursion hurts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;

/// The bytes are not acceptable JSON. The message says why and where, and repeats nothing of the
/// document.
#[derive(Debug, thiserror::Error)]
#[error("the document is not acceptable JSON: {0}")]
pub struct InvalidJson(#[from] serde_json::Error);

/// Parses one JSON document without duplicate members (RFC 8259 §4) and no deeper than
/// [`MAX_DEPTH`].
pub fn parse(document: &[u8]) -> Result<Value, InvalidJson> {
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn nested<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let nested = self.nested()?;
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(nested)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let nested = self.nested()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom("an object has a duplicate member"));
            }
            object.insert(name, members.next_value_seed(nested)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MAX_DEPTH, parse};

    #[test]
    fn reads_every_kind_of_value() {
        let value = parse(br#" {"a":[1,-2,1.5,"x",true,null],"b":{"a":{}}} "#).unwrap();
        assert_eq!(
            value,
            json!({"a": [1, -2, 1.5, "x", true, null], "b": {"a": {}}})
        );
    }

    #[test]
    fn rejects_duplicate_members_at_any_depth() {
        for document in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"b":2,"\u0061":3}]}"#] {
            let error = parse(document.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("duplicate member"), "{error}");
        }
    }

    #[test]
    fn bounds_the_depth() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(parse(r#"{"a":"#.repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn rejects_what_is_not_one_json_document() {
        for document in [
            &b""[..],
            b"{",
            b"{} {}",
            b"a=1",
            b"{\"a\":\"\xff\"}",
            b"{'a':1}",
            b"NaN",
            b"1e999",
        ] {
            assert!(parse(document).is_err(), "{document:?}");
        }
        assert_eq!(parse(b"null").unwrap(), Value::Null);
    }
}
