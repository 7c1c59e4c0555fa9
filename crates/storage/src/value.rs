//! The values that cross into and out of a statement: 64-bit integers, texts, bytes, nothing else.

use std::borrow::Cow;

use countersign_domain::{Hashed, Timestamp};
use serde::Serialize;

use crate::StorageError;

/// A bound parameter, borrowed for the length of the call.
///
/// Booleans, JSON and times have no variant on purpose: columns are BIGINT, TEXT or BYTEA on
/// both databases, which is what lets one text serve both.
#[derive(Clone, Copy, Debug)]
pub enum Val<'a> {
    /// NULL, of whatever type the parameter has.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA.
    Blob(&'a [u8]),
}

/// `text` as both databases can hold it. PostgreSQL refuses NUL, which a client may well send as an
/// identifier or a person in a note: it is stored and looked for as U+FFFD.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl From<i64> for Val<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Timestamp> for Val<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_millis())
    }
}

impl<'a> From<&'a str> for Val<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Val<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Val<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Val<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<'a, T> From<&'a Hashed<T>> for Val<'a> {
    fn from(value: &'a Hashed<T>) -> Self {
        Self::Blob(value.digest())
    }
}

impl<T: Into<Self>> From<Option<T>> for Val<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The JSON text of a structured column.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Backend(error.to_string()))
}

/// The parameters of a statement, each turned into a [`Val`].
macro_rules! vals {
    ($($value:expr),* $(,)?) => {
        &[$($crate::value::Val::from($value)),*]
    };
}
pub(crate) use vals;
