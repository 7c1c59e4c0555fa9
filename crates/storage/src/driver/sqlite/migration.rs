//! Migration of an SQLite file: automatic, because one program owns it.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::migration::{Applied, checksum, pending};
use crate::{Migrated, OpenError, StorageError};

/// The default of `applied_at` spares this module a clock.
const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000)
) STRICT";

/// Brings the file to the latest version, all steps or none.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<Migrated, OpenError> {
    // IMMEDIATE: the second of two programs that start at once waits here, then finds the work
    // done.
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StorageError::from)?;
    refuse_foreign(&tx, path)?;
    tx.execute_batch(HISTORY).map_err(StorageError::from)?;
    let steps = pending(&applied(&tx)?, |migration| migration.sqlite)?;
    for migration in &steps {
        tx.execute_batch(migration.sqlite)
            .and_then(|()| {
                tx.execute(
                    "INSERT INTO schema_migration (version, name, checksum) VALUES (?1, ?2, ?3)",
                    (
                        migration.version,
                        migration.name,
                        checksum(migration.sqlite),
                    ),
                )
            })
            .map_err(StorageError::from)?;
    }
    tx.commit().map_err(StorageError::from)?;
    Ok(Migrated::by(&steps))
}

fn refuse_foreign(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let (tables, ours): (i64, i64) = connection
        .query_row(
            "SELECT count(*), coalesce(sum(name = 'schema_migration'), 0)
             FROM sqlite_schema WHERE type = 'table'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(StorageError::from)?;
    if tables > 0 && ours == 0 {
        return Err(OpenError::Foreign(path.display().to_string()));
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, StorageError> {
    let mut statement = connection.prepare("SELECT version, checksum FROM schema_migration")?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            version: row.get(0)?,
            checksum: row.get(1)?,
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(StorageError::from)
}
