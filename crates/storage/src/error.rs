//! What can go wrong below the outcomes. "Not found" and "already used" are outcomes, never errors.

use std::io;

/// A database that could not answer. Nothing of the operation took effect, except where the
/// connection was lost during COMMIT, which no client of a database can tell.
///
/// The texts are for the operator's log: they name columns and constraints, never values.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// Down, full, locked by somebody else, or too busy: worth a retry (503, never
    /// `invalid_grant`, because the client would throw its token away).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Concurrent operations kept colliding; worth a retry.
    #[error("the database gave up after repeated conflicts")]
    Contention,
    /// A stored value that no version of this program writes.
    #[error("corrupt data in {table}.{column}, row `{id}`")]
    Corrupt {
        /// The table it was read for.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's identifier; empty for rows keyed by a hash.
        id: String,
    },
    /// A defect: of a statement, of the schema, of the file.
    #[error("the database refused an operation: {0}")]
    Backend(String),
}

/// Why a store could not be opened or migrated.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:PATH` nor `postgres://…`.
    #[error("`{0}` is no storage URL: use `sqlite:PATH` or `postgres://USER@HOST/DATABASE`")]
    Url(String),
    /// The connection string of PostgreSQL is malformed; its text may hold a password and is not
    /// repeated.
    #[error("the PostgreSQL URL is malformed: {0}")]
    PostgresUrl(String),
    /// PostgreSQL is migrated on request only, because replicas of two versions share it.
    #[error(
        "the database schema is at version {found}, this program needs {needed}: run `countersign migrate`"
    )]
    Unmigrated {
        /// The version found; 0 for an empty database.
        found: i64,
        /// The version that this program needs.
        needed: i64,
    },
    /// Written by a later program.
    #[error(
        "the database schema is at version {found}, this program knows only {known}: upgrade countersign"
    )]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A migration was applied whose text differs from the one of the same version here.
    #[error("migration {version} was applied with another text than this program's")]
    Altered {
        /// Its version.
        version: i64,
    },
    /// An SQLite file with tables of somebody else.
    #[error("`{0}` holds the tables of another program; countersign wants a file of its own")]
    Foreign(String),
    /// The database file is gone while its write-ahead log is still there; starting over would
    /// lose what the log holds.
    #[error("`{0}` is missing or empty, but its write-ahead log is not: restore the file")]
    Lost(String),
    /// The file or its directory cannot be used.
    #[error("cannot use the database file `{path}`: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The database itself.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
