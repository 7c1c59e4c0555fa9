//! A database for one test: a file of its own, or a schema of its own.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign_storage::Store;
use tempfile::TempDir;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio_postgres::NoTls;

/// Tests that use PostgreSQL at once: each opens two pools, and a server takes 100 connections.
static PLACES: Semaphore = Semaphore::const_new(3);

/// A migrated database, open twice, as by two replicas.
pub struct Database {
    pub(crate) store: Store,
    pub(crate) replica: Store,
    home: Arc<Home>,
}

/// What goes when the test is over.
enum Home {
    Directory(TempDir),
    Schema(Schema),
}

impl Database {
    /// A file of its own.
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.db");
        Self {
            store: Store::open_file(&path).unwrap(),
            replica: Store::open_file(&path).unwrap(),
            home: Arc::new(Home::Directory(directory)),
        }
    }

    /// One of each kind; without a PostgreSQL server only the first, which is said as by
    /// [`Self::postgres`].
    pub async fn each() -> Vec<Self> {
        let mut each = vec![Self::sqlite()];
        each.extend(Self::postgres().await);
        each
    }

    /// The same database, opened anew.
    pub(crate) async fn reopened(&self) -> Self {
        let store = match &*self.home {
            Home::Directory(directory) => {
                Store::open_file(&directory.path().join("countersign.db")).unwrap()
            }
            Home::Schema(schema) => Store::open(&schema.url).await.unwrap(),
        };
        Self {
            replica: store.clone(),
            store,
            home: Arc::clone(&self.home),
        }
    }

    /// Everything that an SQLite database has written to disk, its log included.
    pub(crate) fn stored(&self) -> Vec<u8> {
        let Home::Directory(directory) = &*self.home else {
            panic!("only SQLite has files to look into");
        };
        let files = std::fs::read_dir(directory.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// Takes the tables away, as a database does that is being restored.
    pub(crate) async fn break_down(&self) {
        let Home::Schema(schema) = &*self.home else {
            panic!("only PostgreSQL can be broken from outside");
        };
        let name = &schema.name;
        run(
            &schema.server,
            &format!("DROP SCHEMA {name} CASCADE; CREATE SCHEMA {name}"),
        )
        .await;
    }

    /// A schema of its own; `None` where there is no server, which is a failure in CI.
    pub async fn postgres() -> Option<Self> {
        let schema = Schema::create().await?;
        Store::migrate(&schema.url).await.unwrap();
        Some(Self {
            store: Store::open(&schema.url).await.unwrap(),
            replica: Store::open(&schema.url).await.unwrap(),
            home: Arc::new(Home::Schema(schema)),
        })
    }
}

struct Schema {
    url: String,
    server: String,
    name: String,
    _place: SemaphorePermit<'static>,
}

impl Schema {
    async fn create() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = server().await?;
        let place = PLACES.acquire().await.unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("countersign_testkit_{}_{number}", std::process::id());
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
        // On a thread of its own: a runtime cannot be entered from within another.
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
    _ = writeln!(
        std::io::stderr(),
        "\ncountersign-testkit: PostgreSQL was LEFT OUT, nothing listens at its default address; \
         set COUNTERSIGN_TEST_POSTGRES to test on it"
    );
    None
}
