//! Opening the database that the configuration names.

use anyhow::Context as _;
use countersign_config::{Config, StorageUrl};
use countersign_storage::{Migrated, Store};

/// Opens the database.
pub async fn open(config: &Config) -> anyhow::Result<Store> {
    match &config.storage.url {
        StorageUrl::Sqlite(path) => Store::open_file(path)
            .with_context(|| format!("cannot open the database {}", path.display())),
        StorageUrl::Postgres(url) => Store::open(url.expose())
            .await
            .context("cannot open the PostgreSQL database"),
    }
}

/// Brings its schema to the version of this program.
pub async fn migrate(config: &Config) -> anyhow::Result<Migrated> {
    let url = match &config.storage.url {
        StorageUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        StorageUrl::Postgres(url) => url.expose().to_owned(),
    };
    Store::migrate(&url)
        .await
        .context("cannot migrate the database")
}
