//! A database for one test: a file of its own, or a schema of its own.

use std::future::Future;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use crate::{StorageError, Store};

/// Tests that use PostgreSQL at once: each opens two pools, and a server takes 100 connections.
static PLACES: Semaphore = Semaphore::const_new(3);

/// A migrated database, open twice, as by two replicas.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) replica: Store,
    pub(crate) home: Home,
}

pub(crate) enum Home {
    Sqlite(TempDir),
    Postgres(Schema),
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.db");
        Self {
            store: Store::open_file(&path).unwrap(),
            replica: Store::open_file(&path).unwrap(),
            home: Home::Sqlite(directory),
        }
    }

    /// `None` where there is no server to test on, which is an error in CI.
    pub(crate) async fn postgres() -> Option<Self> {
        let schema = Schema::create().await?;
        Store::migrate(&schema.url).await.unwrap();
        Some(Self {
            store: Store::open(&schema.url).await.unwrap(),
            replica: Store::open(&schema.url).await.unwrap(),
            home: Home::Postgres(schema),
        })
    }

    /// Runs a statement that no operation has.
    pub(crate) async fn run(&self, sql: &str) {
        match &self.home {
            Home::Sqlite(directory) => {
                let path = directory.path().join("countersign.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                connection
                    .pragma_update(None, "foreign_keys", true)
                    .unwrap();
                connection.execute_batch(sql).unwrap();
            }
            Home::Postgres(schema) => run(&schema.url, sql).await,
        }
    }

    /// The number that a statement that no operation has finds.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        match &self.home {
            Home::Sqlite(directory) => {
                let path = directory.path().join("countersign.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Home::Postgres(schema) => {
                let connecting = tokio_postgres::connect(&schema.url, NoTls);
                let (client, connection) = connecting.await.unwrap();
                tokio::spawn(connection);
                client.query_one(sql, &[]).await.unwrap().get(0)
            }
        }
    }

    /// Runs `racer` 32 times at once, half on each replica.
    pub(crate) async fn race<T, F>(&self, racer: impl Fn(Store, usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StorageError>> + Send + 'static,
    {
        let mut racers = JoinSet::new();
        for number in 0..32 {
            let store = if number % 2 == 0 {
                &self.store
            } else {
                &self.replica
            };
            racers.spawn(racer(store.clone(), number));
        }
        racers
            .join_all()
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }
}

/// A PostgreSQL schema that is dropped with this value.
pub(crate) struct Schema {
    /// Opens the database with this schema as its only one.
    pub(crate) url: String,
    server: String,
    name: String,
    _place: SemaphorePermit<'static>,
}

impl Schema {
    /// An empty schema; `None` where there is no server.
    pub(crate) async fn create() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = server().await?;
        let place = PLACES.acquire().await.unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("countersign_test_{}_{number}", std::process::id());
        run(
            &server,
            &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"),
        )
        .await;
        let separator = if server.contains('?') { '&' } else { '?' };
        Some(Self {
            url: format!("{server}{separator}options=-c%20search_path%3D{name}"),
            server,
            name,
            _place: place,
        })
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("SET lock_timeout = '5s'; DROP SCHEMA {} CASCADE", self.name);
        let server = &self.server;
        // On a thread of its own, because a runtime cannot be entered from within another. The
        // test's runtime needs a second thread, to close the connections that hold locks here.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(run(server, &sql));
            });
        });
    }
}

async fn run(server: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}

/// The server to test on, looked for once.
async fn server() -> Option<String> {
    static SERVER: OnceCell<Option<String>> = OnceCell::const_new();
    SERVER.get_or_init(find_server).await.clone()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's surroundings are no configuration"
)]
async fn find_server() -> Option<String> {
    let named = std::env::var("COUNTERSIGN_TEST_POSTGRES").ok();
    let url = named
        .clone()
        .unwrap_or_else(|| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
    let Err(error) = tokio_postgres::connect(&url, NoTls).await else {
        return Some(url);
    };
    assert!(
        named.is_none() && std::env::var_os("CI").is_none(),
        "PostgreSQL must be there to test on: {error}"
    );
    // Past the capture of the test harness, which would swallow it.
    writeln!(
        std::io::stderr(),
        "\ncountersign-storage: PostgreSQL was LEFT OUT, nothing listens at its default address; \
         set COUNTERSIGN_TEST_POSTGRES to test on it"
    )
    .unwrap();
    None
}
