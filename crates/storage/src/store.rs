//! The store: whichever database, one way in.

use std::path::Path;
use std::sync::Arc;

use crate::driver::postgres::Postgres;
use crate::driver::sqlite::Sqlite;
use crate::operation::{Command, Query};
use crate::{Migrated, OpenError, StorageError};

/// An open database. Cheap to clone; all clones share it. Dropping the last one waits until
/// everything that was executed is on the disk and the file is closed.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
}

enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database that `url` names: `sqlite:PATH`, or `postgres://…` (with TLS when it
    /// says `sslmode=require`).
    ///
    /// An SQLite file is made and migrated as needed. A PostgreSQL schema is neither:
    /// [`OpenError::Unmigrated`] asks for [`Store::migrate`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        match Location::parse(url)? {
            Location::File(path) => Self::open_file(path),
            Location::Server(url) => Ok(Self::new(Backend::Postgres(Postgres::open(url).await?))),
        }
    }

    /// Opens the SQLite database at `path`, making and migrating it as needed; new files have
    /// mode 0600, new directories 0700.
    pub fn open_file(path: &Path) -> Result<Self, OpenError> {
        Sqlite::open(path).map(|sqlite| Self::new(Backend::Sqlite(sqlite)))
    }

    /// A fresh database for a test: real SQLite with the real drivers and schema, in a file that
    /// nobody else sees, that waits for no disk, and that vanishes with the last handle.
    pub fn in_memory() -> Result<Self, OpenError> {
        Sqlite::temporary().map(|sqlite| Self::new(Backend::Sqlite(sqlite)))
    }

    /// Brings the schema of the database that `url` names to the version of this program. Several
    /// at once are fine: one does the work, the others find it done.
    pub async fn migrate(url: &str) -> Result<Migrated, OpenError> {
        match Location::parse(url)? {
            Location::File(path) => Sqlite::migrate(path),
            Location::Server(url) => Postgres::migrate(url).await,
        }
    }

    /// Runs a command as one transaction; its outcome is durable when this returns. Dropping the
    /// future leaves the command done or undone, never half done.
    pub async fn execute<C: Command>(&self, command: C) -> Result<C::Outcome, StorageError> {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.execute(command).await,
            Backend::Postgres(postgres) => postgres.execute(command).await,
        }
    }

    /// Runs a query. It sees everything that was executed before, through whichever handle.
    pub async fn read<Q: Query>(&self, query: Q) -> Result<Q::Outcome, StorageError> {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(&query),
            Backend::Postgres(postgres) => postgres.read(&query).await,
        }
    }

    fn new(backend: Backend) -> Self {
        Self {
            backend: Arc::new(backend),
        }
    }
}

/// A storage URL, read.
enum Location<'u> {
    File(&'u Path),
    Server(&'u str),
}

impl<'u> Location<'u> {
    fn parse(url: &'u str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            // `:memory:` would be a different database for every connection.
            if path.is_empty() || path.starts_with(':') {
                return Err(OpenError::Url(url.to_owned()));
            }
            return Ok(Self::File(Path::new(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server(url));
        }
        // What stands before the first colon is no secret; what follows may be.
        let scheme = url.split(':').next().unwrap_or_default();
        Err(OpenError::Url(format!("{scheme}:…")))
    }
}
