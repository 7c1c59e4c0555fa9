//! An operation: one struct, one outcome, one transaction, one body for both databases.

use std::future::Future;

use crate::StorageError;
use crate::row::Columns;
use crate::sql::Sql;
use crate::value::Val;

/// What an operation sees of its transaction. Only the drivers implement it, and only this crate
/// can name it: no interactive transaction leaves the crate.
pub trait Tx: Send {
    /// The row that `sql` finds, mapped; more than one is an error.
    fn opt<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> impl Future<Output = Result<Option<T>, StorageError>> + Send;

    /// All rows that `sql` finds, mapped. Statements bound their own number of rows.
    fn all<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> impl Future<Output = Result<Vec<T>, StorageError>> + Send;

    /// The number of rows that `sql` changed.
    fn exec(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;
}

/// An operation that writes, run by [`Store::execute`](crate::Store::execute) as one transaction.
///
/// It owns its data, because on SQLite it travels to the writer thread. It awaits nothing but
/// its transaction: I/O inside would hold SQLite's only writer and PostgreSQL's row locks. An
/// `Ok` outcome commits, also an outcome that reports a refusal (its revocations must stay); an
/// `Err` rolls everything back. The caller brings ids, hashes and the time, so that a repetition
/// after a serialization failure does the same again.
pub trait Command: Send + Sync + 'static {
    /// What it can come to.
    type Outcome: Send + 'static;

    /// The body.
    fn run<T: Tx>(
        &self,
        tx: &mut T,
    ) -> impl Future<Output = Result<Self::Outcome, StorageError>> + Send;
}

/// An operation that only reads, run by [`Store::read`](crate::Store::read) without a transaction.
///
/// It runs inline on the calling task (a point read of SQLite takes 1 to 2 µs, less than
/// handing it to another thread), so every query bounds its rows.
pub trait Query: Send + Sync {
    /// What it finds.
    type Outcome: Send;

    /// The body.
    fn run<T: Tx>(
        &self,
        tx: &mut T,
    ) -> impl Future<Output = Result<Self::Outcome, StorageError>> + Send;
}
