//! The members of a JSON body, checked as the API checks them.

use serde_json::Value;
use uuid::Uuid;

use crate::failure::Failure;

const INVALID: &str = "Invalid value";

/// A member that is a UUID.
pub(crate) fn uuid(body: &Value, name: &str, message: &str) -> Result<Uuid, Failure> {
    let value = member(body, name);
    let id = value.as_str().and_then(|text| Uuid::parse_str(text).ok());
    id.ok_or_else(|| Failure::invalid("body", name, value, message))
}

/// A member that is a list of UUIDs; none if it is absent.
pub(crate) fn uuids(body: &Value, name: &str) -> Result<Option<Vec<Uuid>>, Failure> {
    let value = member(body, name);
    if value.is_null() {
        return Ok(None);
    }
    let items = value
        .as_array()
        .ok_or_else(|| Failure::invalid("body", name, value, INVALID))?;
    let id = |(index, item): (usize, &Value)| {
        let id = item.as_str().and_then(|text| Uuid::parse_str(text).ok());
        id.ok_or_else(|| Failure::invalid("body", &format!("{name}[{index}]"), item, INVALID))
    };
    items
        .iter()
        .enumerate()
        .map(id)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A member that is a whole number from 1 to `most`; none if it is absent.
pub(crate) fn count(body: &Value, name: &str, most: u64) -> Result<Option<usize>, Failure> {
    let value = member(body, name);
    if value.is_null() {
        return Ok(None);
    }
    let count = value
        .as_u64()
        .filter(|count| (1..=most).contains(count))
        .and_then(|count| usize::try_from(count).ok());
    match count {
        Some(count) => Ok(Some(count)),
        None => Err(Failure::invalid("body", name, value, INVALID)),
    }
}

/// A member that is a truth value.
pub(crate) fn flag(body: &Value, name: &str, default: bool) -> Result<bool, Failure> {
    match member(body, name) {
        Value::Null => Ok(default),
        Value::Bool(flag) => Ok(*flag),
        other => Err(Failure::invalid("body", name, other, INVALID)),
    }
}

pub(crate) fn member<'a>(body: &'a Value, name: &str) -> &'a Value {
    body.get(name).unwrap_or(&Value::Null)
}
