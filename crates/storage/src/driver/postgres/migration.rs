//! Migration of a PostgreSQL schema: on request, one migrator at a time.

use tokio_postgres::{Client, GenericClient, Transaction};

use crate::migration::{Applied, Migration, checksum, latest, pending};
use crate::{Migrated, OpenError, StorageError};

/// The default of `applied_at` spares this module a clock.
const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
        DEFAULT (floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
)";

/// Held until the transaction ends, per schema: the second of two migrators waits here, then finds
/// the work done. The number means nothing, it only has to be ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1668509541, hashtext(current_schema()))";

/// Brings the schema to the latest version, all steps or none.
pub(super) async fn migrate(client: &mut Client) -> Result<Migrated, OpenError> {
    let tx = client.transaction().await.map_err(StorageError::from)?;
    prepare(&tx).await?;
    let steps = pending(&applied(&tx).await?, |migration| migration.postgres)?;
    for migration in &steps {
        apply(&tx, migration).await?;
    }
    tx.commit().await.map_err(StorageError::from)?;
    Ok(Migrated::by(&steps))
}

async fn prepare(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.batch_execute(LOCK).await?;
    Ok(tx.batch_execute(HISTORY).await?)
}

async fn apply(tx: &Transaction<'_>, migration: &Migration) -> Result<(), StorageError> {
    tx.batch_execute(migration.postgres).await?;
    tx.execute(
        "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)",
        &[
            &migration.version,
            &migration.name,
            &checksum(migration.postgres),
        ],
    )
    .await?;
    Ok(())
}

/// Refuses a schema of another version.
pub(super) async fn check(client: &impl GenericClient) -> Result<(), OpenError> {
    let applied = if exists(client).await? {
        applied(client).await?
    } else {
        Vec::new()
    };
    if pending(&applied, |migration| migration.postgres)?.is_empty() {
        return Ok(());
    }
    Err(OpenError::Unmigrated {
        found: applied.iter().map(|step| step.version).max().unwrap_or(0),
        needed: latest(),
    })
}

async fn exists(client: &impl GenericClient) -> Result<bool, StorageError> {
    let row = client
        .query_one("SELECT to_regclass('schema_migration') IS NOT NULL", &[])
        .await?;
    Ok(row.try_get(0)?)
}

async fn applied(client: &impl GenericClient) -> Result<Vec<Applied>, StorageError> {
    let rows = client
        .query("SELECT version, checksum FROM schema_migration", &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Applied {
                version: row.try_get(0)?,
                checksum: row.try_get(1)?,
            })
        })
        .collect()
}
