//! From a row to an entity.

use std::str::FromStr;

use countersign_domain::{Hashed, Timestamp};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer as _};

use crate::StorageError;

/// A value of another type than the column's.
pub(crate) struct Mismatch;

/// A row of either database, read by position.
pub(crate) trait Row {
    /// The name of a column, to catch a mapping that lags behind its statement.
    fn name(&self, index: usize) -> Option<&str>;
    /// An integer.
    fn int(&self, index: usize) -> Result<Option<i64>, Mismatch>;
    /// A text.
    fn text(&self, index: usize) -> Result<Option<&str>, Mismatch>;
    /// Bytes.
    fn blob(&self, index: usize) -> Result<Option<&[u8]>, Mismatch>;
}

/// The columns of one row, taken from left to right.
///
/// Each is taken under its name; in a debug build the name is compared with the statement's, so
/// that a test finds a swapped pair, and a release pays only for the position.
pub struct Columns<'r> {
    row: &'r dyn Row,
    table: &'static str,
    next: usize,
}

impl<'r> Columns<'r> {
    /// The columns of `row`, reported as those of `table` when one is corrupt.
    pub(crate) fn new(row: &'r dyn Row) -> Self {
        Self {
            row,
            table: "",
            next: 0,
        }
    }

    /// Names the table whose columns follow.
    pub(crate) fn of(&mut self, table: &'static str) -> &mut Self {
        self.table = table;
        self
    }

    /// A value here that no version of this program writes.
    pub(crate) fn corrupt(&self, column: &'static str) -> StorageError {
        // Only an identifier is shown: another first column may hold a hash, or what a person wrote.
        let id = match self.row.name(0) {
            Some("id" | "kid") => self.row.text(0).ok().flatten().unwrap_or_default(),
            _ => "",
        };
        StorageError::Corrupt {
            table: self.table,
            column,
            id: id.to_owned(),
        }
    }

    fn advance(&mut self, column: &'static str) -> usize {
        let index = self.next;
        self.next += 1;
        debug_assert_eq!(
            self.row.name(index),
            Some(column),
            "column {index} of {}",
            self.table
        );
        index
    }

    pub(crate) fn opt_int(&mut self, column: &'static str) -> Result<Option<i64>, StorageError> {
        let index = self.advance(column);
        self.row.int(index).map_err(|Mismatch| self.corrupt(column))
    }

    pub(crate) fn int(&mut self, column: &'static str) -> Result<i64, StorageError> {
        self.opt_int(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn opt_text(
        &mut self,
        column: &'static str,
    ) -> Result<Option<&'r str>, StorageError> {
        let index = self.advance(column);
        self.row
            .text(index)
            .map_err(|Mismatch| self.corrupt(column))
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Result<&'r str, StorageError> {
        self.opt_text(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn opt_blob(
        &mut self,
        column: &'static str,
    ) -> Result<Option<&'r [u8]>, StorageError> {
        let index = self.advance(column);
        self.row
            .blob(index)
            .map_err(|Mismatch| self.corrupt(column))
    }

    pub(crate) fn blob(&mut self, column: &'static str) -> Result<&'r [u8], StorageError> {
        self.opt_blob(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn opt_time(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    pub(crate) fn time(&mut self, column: &'static str) -> Result<Timestamp, StorageError> {
        self.int(column).map(Timestamp::from_millis)
    }

    pub(crate) fn opt_hash<T>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Hashed<T>>, StorageError> {
        self.opt_blob(column)?
            .map(|bytes| {
                <[u8; 32]>::try_from(bytes)
                    .map(Hashed::from_digest)
                    .map_err(|_| self.corrupt(column))
            })
            .transpose()
    }

    pub(crate) fn hash<T>(&mut self, column: &'static str) -> Result<Hashed<T>, StorageError> {
        self.opt_hash(column)?.ok_or_else(|| self.corrupt(column))
    }

    /// A text that `read` understands.
    pub(crate) fn read<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StorageError> {
        read(self.text(column)?).ok_or_else(|| self.corrupt(column))
    }

    /// A text that `T` parses.
    pub(crate) fn parse<T: FromStr>(&mut self, column: &'static str) -> Result<T, StorageError> {
        self.read(column, |text| text.parse().ok())
    }

    /// A text that `T` parses, or NULL.
    pub(crate) fn opt_parse<T: FromStr>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<T>, StorageError> {
        self.opt_text(column)?
            .map(|text| text.parse().map_err(|_| self.corrupt(column)))
            .transpose()
    }

    /// A text that `T` deserializes, for wire types that are made in no other way.
    pub(crate) fn wire<T: DeserializeOwned>(
        &mut self,
        column: &'static str,
    ) -> Result<T, StorageError> {
        self.read(column, |text| {
            let text: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
            T::deserialize(text).ok()
        })
    }

    /// A JSON text that `T` reads.
    pub(crate) fn json<T: DeserializeOwned>(
        &mut self,
        column: &'static str,
    ) -> Result<T, StorageError> {
        self.read(column, |text| serde_json::from_str(text).ok())
    }

    /// A JSON text that `T` reads, or NULL.
    pub(crate) fn opt_json<T: DeserializeOwned>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<T>, StorageError> {
        self.opt_text(column)?
            .map(|text| serde_json::from_str(text).map_err(|_| self.corrupt(column)))
            .transpose()
    }
}
