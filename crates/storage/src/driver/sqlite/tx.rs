//! An operation against one SQLite connection.

use std::borrow::Cow;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};

use crate::StorageError;
use crate::operation::Tx;
use crate::row::{Columns, Mismatch, Row};
use crate::sql::Sql;
use crate::value::{Val, storable};

/// A transaction. It holds the connection by `&mut`, because `&Connection` is not `Send`.
pub(super) struct SqliteTx<'c> {
    connection: &'c mut Connection,
}

impl<'c> SqliteTx<'c> {
    pub(super) fn new(connection: &'c mut Connection) -> Self {
        Self { connection }
    }

    fn bound(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
    ) -> Result<CachedStatement<'_>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql.sqlite)?;
        let expected = statement.parameter_count();
        // SQLite would leave a missing parameter NULL without a word.
        if expected != vals.len() {
            return Err(StorageError::Backend(format!(
                "{} takes {expected} parameters, not {}",
                sql.name,
                vals.len()
            )));
        }
        for (index, value) in vals.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        Ok(statement)
    }

    fn rows<T>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        mut map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut statement = self.bound(sql, vals)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(map(&mut Columns::new(row))?);
        }
        Ok(found)
    }

    fn row<T>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        mut map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let mut statement = self.bound(sql, vals)?;
        let mut rows = statement.raw_query();
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let found = map(&mut Columns::new(row))?;
        if rows.next()?.is_some() {
            return Err(StorageError::Backend(format!(
                "{} found more than one row",
                sql.name
            )));
        }
        Ok(Some(found))
    }

    fn changes(&mut self, sql: &'static Sql, vals: &[Val<'_>]) -> Result<u64, StorageError> {
        let changed = self.bound(sql, vals)?.raw_execute()?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

/// Each method works when it is called and returns a future that is ready.
impl Tx for SqliteTx<'_> {
    fn opt<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> impl Future<Output = Result<Option<T>, StorageError>> + Send {
        ready(self.row(sql, vals, map))
    }

    fn all<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> impl Future<Output = Result<Vec<T>, StorageError>> + Send {
        ready(self.rows(sql, vals, map))
    }

    fn exec(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        ready(self.changes(sql, vals))
    }
}

/// Runs an operation, which never waits on SQLite: its `async` costs nothing and needs no runtime.
/// One that does wait has awaited something other than its transaction.
pub(super) fn poll_once<T>(
    operation: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    match pin!(operation).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(StorageError::Backend(
            "an operation waited for something outside its transaction".to_owned(),
        )),
    }
}

impl ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(value)),
            Self::Blob(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Self::Text(value) => match storable(value) {
                Cow::Borrowed(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
                Cow::Owned(text) => ToSqlOutput::Owned(text.into()),
            },
        })
    }
}

impl Row for rusqlite::Row<'_> {
    fn name(&self, index: usize) -> Option<&str> {
        self.as_ref().column_name(index).ok()
    }

    fn int(&self, index: usize) -> Result<Option<i64>, Mismatch> {
        match self.get_ref(index) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Integer(value)) => Ok(Some(value)),
            _ => Err(Mismatch),
        }
    }

    fn text(&self, index: usize) -> Result<Option<&str>, Mismatch> {
        match self.get_ref(index) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Text(bytes)) => str::from_utf8(bytes).map(Some).map_err(|_| Mismatch),
            _ => Err(Mismatch),
        }
    }

    fn blob(&self, index: usize) -> Result<Option<&[u8]>, Mismatch> {
        match self.get_ref(index) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Blob(bytes)) => Ok(Some(bytes)),
            _ => Err(Mismatch),
        }
    }
}
