//! SQLite: readers used inline, one writer thread with group commit.

mod file;
mod migration;
mod tx;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::operation::{Command, Query};
use crate::{Migrated, OpenError, StorageError};
use tx::{SqliteTx, poll_once};
use writer::Writer;

/// How long a lock of another process (a back-up, the command line) is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Above the number of statements, so that none is ever prepared twice on a connection.
const STATEMENT_CACHE: usize = 256;

/// Pages of the log after which it is copied into the database: 16 MiB. SQLite's own 4 MiB fill
/// several times a second under load; each copy waits for the disk twice and writes pages that
/// the next one writes again. A fifth more refreshes.
const CHECKPOINT_PAGES: u32 = 4096;

/// Idle reading connections that are kept. A read never waits while it holds one, so no more are
/// ever in use than there are threads.
const IDLE_READERS: usize = 16;

/// What a commit promises.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Durability {
    /// On the disk before the answer goes out.
    Full,
    /// Gone with the process: a test's database, which dies with it anyway.
    Off,
}

/// An open database file.
pub(crate) struct Sqlite {
    // Closed before the writer's connection, which as the last one writes the log back.
    readers: Mutex<Vec<Connection>>,
    writer: Writer,
    file: Arc<file::DatabaseFile>,
}

impl Sqlite {
    /// Opens `path`, making and migrating it as needed.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        Self::start(file::DatabaseFile::prepare(path)?, Durability::Full)
    }

    /// A database of its own in a directory that vanishes with the last handle.
    pub(crate) fn temporary() -> Result<Self, OpenError> {
        Self::start(file::DatabaseFile::temporary()?, Durability::Off)
    }

    /// Migrates `path` without opening it for use.
    pub(crate) fn migrate(path: &Path) -> Result<Migrated, OpenError> {
        let file = file::DatabaseFile::prepare(path)?;
        migration::migrate(&mut connect(file.path())?, file.path())
    }

    fn start(file: file::DatabaseFile, durability: Durability) -> Result<Self, OpenError> {
        let file = Arc::new(file);
        let mut connection = connect(file.path())?;
        // WAL lets readers go on while the writer commits.
        let mode: String = connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(StorageError::from)?;
        if mode != "wal" {
            return Err(StorageError::Backend(format!(
                "the file system cannot hold a write-ahead log (journal mode `{mode}`)"
            ))
            .into());
        }
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Off => "OFF",
        };
        connection
            .pragma_update(None, "synchronous", synchronous)
            .map_err(StorageError::from)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)
            .map_err(StorageError::from)?;
        migration::migrate(&mut connection, file.path())?;
        Ok(Self {
            readers: Mutex::new(Vec::new()),
            writer: Writer::start(connection, Arc::clone(&file))?,
            file,
        })
    }

    /// Runs a command on the writer thread, in the next batch.
    pub(crate) async fn execute<C: Command>(&self, command: C) -> Result<C::Outcome, StorageError> {
        self.writer.execute(command).await
    }

    /// Runs a query here and now.
    pub(crate) fn read<Q: Query>(&self, query: &Q) -> Result<Q::Outcome, StorageError> {
        let mut connection = self.checkout()?;
        let found = poll_once(query.run(&mut SqliteTx::new(&mut connection)));
        let mut idle = self.idle();
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        found
    }

    fn checkout(&self) -> Result<Connection, StorageError> {
        let idle = self.idle().pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connection = connect(self.file.path())?;
        // A query that writes is a defect; the database refuses it.
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // The list is only pushed to and popped from: a panic elsewhere cannot have broken it.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> Result<Connection, StorageError> {
    // The file exists by now; SQLite itself must never make one, with modes of its own choosing.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Otherwise the planner looks at the bound values (STAT4, partial indexes), and a statement
    // that is bound anew is parsed and planned anew, cached or not: a fifth of a tool call.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed,
            OutOfMemory, PermissionDenied, ReadOnly, SystemIoFailure,
        };
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(
                DatabaseBusy
                | DatabaseLocked
                | DiskFull
                | SystemIoFailure
                | CannotOpen
                | ReadOnly
                | PermissionDenied
                | OutOfMemory
                | FileLockingProtocolFailed,
            ) => Self::Unavailable(text),
            _ => Self::Backend(text),
        }
    }
}
