//! PostgreSQL: a pool of connections, one transaction per command.

mod connect;
mod migration;
#[cfg(test)]
mod tests;
mod tx;

use std::io;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;

use crate::operation::{Command, Query};
use crate::{Migrated, OpenError, StorageError};
use connect::Endpoint;
use tx::PostgresTx;

/// Connections kept. A transaction here takes 0.1 to 0.2 ms, so that a few serve thousands of
/// requests a second, and several replicas stay below PostgreSQL's default of 100.
const CONNECTIONS: usize = 16;

/// How long a connection is waited for, whether for a place in the pool or for the server.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a whole operation may take; a server that vanished without a word is noticed here.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);

/// How often an operation runs at most, when it loses against concurrent ones.
const ATTEMPTS: u32 = 4;

/// The server gives up before the client does, so that no statement lives on behind a 503.
/// Operations are written for READ COMMITTED, whatever the database's default.
const SESSION: &str = "SET statement_timeout = '8s'; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '15s'; \
     SET default_transaction_isolation = 'read committed'";

/// An open database.
pub(crate) struct Postgres {
    pool: Pool,
}

impl Postgres {
    /// Connects, and refuses a schema of another version: replicas share it, so that only
    /// [`Self::migrate`] changes it.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let endpoint = Endpoint::parse(url)?;
        let settings = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match endpoint.tls {
            Some(tls) => Manager::from_config(endpoint.config, tls, settings),
            None => Manager::from_config(endpoint.config, tokio_postgres::NoTls, settings),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .wait_timeout(Some(CONNECTION_TIMEOUT))
            .create_timeout(Some(CONNECTION_TIMEOUT))
            .recycle_timeout(Some(CONNECTION_TIMEOUT))
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    client
                        .batch_execute(SESSION)
                        .await
                        .map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| StorageError::Backend(error.to_string()))?;
        let store = Self { pool };
        migration::check(&**store.connection().await?).await?;
        Ok(store)
    }

    /// Brings the schema to the latest version.
    pub(crate) async fn migrate(url: &str) -> Result<Migrated, OpenError> {
        let mut client = Endpoint::parse(url)?.connect().await?;
        migration::migrate(&mut client).await
    }

    /// Runs a command in a transaction.
    pub(crate) async fn execute<C: Command>(&self, command: C) -> Result<C::Outcome, StorageError> {
        bounded(async {
            for _ in 0..ATTEMPTS {
                match self.attempt(&command).await {
                    Err(StorageError::Contention) => {}
                    decided => return decided,
                }
            }
            Err(StorageError::Contention)
        })
        .await
    }

    async fn attempt<C: Command>(&self, command: &C) -> Result<C::Outcome, StorageError> {
        let mut client = self.connection().await?;
        // Dropped before its commit, the transaction rolls back.
        let transaction = client.transaction().await?;
        let outcome = command.run(&mut PostgresTx::new(&transaction)).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Runs a query on a connection of its own.
    pub(crate) async fn read<Q: Query>(&self, query: &Q) -> Result<Q::Outcome, StorageError> {
        bounded(async {
            let client = self.connection().await?;
            query.run(&mut PostgresTx::new(&client)).await
        })
        .await
    }

    async fn connection(&self) -> Result<Object, StorageError> {
        self.pool.get().await.map_err(|error| match error {
            deadpool_postgres::PoolError::Backend(error) => unavailable(&error),
            other => StorageError::Unavailable(other.to_string()),
        })
    }
}

async fn bounded<T>(
    operation: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    timeout(OPERATION_TIMEOUT, operation)
        .await
        .unwrap_or_else(|_| {
            Err(StorageError::Unavailable(
                "the database did not answer in time".to_owned(),
            ))
        })
}

/// What the server said, without its DETAIL line, which repeats values.
fn text(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => format!("{} ({})", refusal.message(), refusal.code().code()),
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

fn unavailable(error: &tokio_postgres::Error) -> StorageError {
    StorageError::Unavailable(text(error))
}

impl From<tokio_postgres::Error> for StorageError {
    /// Contention is exactly 40001 and 40P01, where the server has rolled back for certain.
    /// Everything else is not repeated: after a connection lost during COMMIT the outcome is
    /// unknown, and a second `RedeemCode` would read its own success as a replay and end the grant.
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(code) = error.code() else {
            let cause = std::error::Error::source(&error);
            let lost =
                error.is_closed() || cause.is_some_and(<dyn std::error::Error>::is::<io::Error>);
            return if lost {
                unavailable(&error)
            } else {
                Self::Backend(text(&error))
            };
        };
        if [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
        {
            return Self::Contention;
        }
        let transient = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ];
        // Connection, resources, operator intervention (shutdown, cancelled statement), system.
        let classes = ["08", "53", "57", "58"];
        if transient.contains(code) || classes.iter().any(|class| code.code().starts_with(class)) {
            unavailable(&error)
        } else {
            Self::Backend(text(&error))
        }
    }
}
