//! Opening, migrating and refusing databases.

use std::path::Path;

use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::database::Schema;
use super::given;
use crate::migration::latest;
use crate::{OpenError, Store};

fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

pub(super) async fn on_postgres(schema: &Schema, sql: &str) {
    let (client, connection) = tokio_postgres::connect(&schema.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

/// Migrates `url` eight times at once and returns how many did something.
async fn migrate_at_once(url: &str) -> usize {
    let mut migrators = JoinSet::new();
    for _ in 0..8 {
        let url = url.to_owned();
        migrators.spawn(async move { Store::migrate(&url).await.unwrap() });
    }
    let migrated = migrators.join_all().await;
    assert!(migrated.iter().all(|migrated| migrated.version == latest()));
    migrated
        .iter()
        .filter(|migrated| !migrated.applied.is_empty())
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_migrators_one_migrates_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let url = sqlite_url(&directory.path().join("countersign.db"));
    assert_eq!(migrate_at_once(&url).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_migrators_one_migrates_postgres() {
    if let Some(schema) = Schema::create().await {
        assert_eq!(migrate_at_once(&schema.url).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unmigrated_postgres_asks_for_the_command() {
    let Some(schema) = Schema::create().await else {
        return;
    };
    let refused = Store::open(&schema.url).await.err().unwrap();
    assert!(matches!(refused, OpenError::Unmigrated { found: 0, .. }));
    assert!(refused.to_string().contains("`countersign migrate`"));
}

const FROM_THE_FUTURE: &str =
    "INSERT INTO schema_migration (version, name, checksum) VALUES (9999, 'future', '')";
const ALTERED: &str = "UPDATE schema_migration SET checksum = 'other' WHERE version = 1";

#[tokio::test]
async fn a_later_or_altered_schema_is_refused_on_sqlite() {
    for (change, newer) in [(FROM_THE_FUTURE, true), (ALTERED, false)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.db");
        drop(Store::open_file(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(change).unwrap();
        let refused = Store::open(&sqlite_url(&path)).await.err().unwrap();
        assert_eq!(
            matches!(refused, OpenError::Newer { found: 9999, .. }),
            newer
        );
        assert_eq!(matches!(refused, OpenError::Altered { version: 1 }), !newer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_or_altered_schema_is_refused_on_postgres() {
    for (change, newer) in [(FROM_THE_FUTURE, true), (ALTERED, false)] {
        let Some(schema) = Schema::create().await else {
            return;
        };
        Store::migrate(&schema.url).await.unwrap();
        on_postgres(&schema, change).await;
        for refused in [
            Store::open(&schema.url).await.err().unwrap(),
            Store::migrate(&schema.url).await.err().unwrap(),
        ] {
            assert_eq!(
                matches!(refused, OpenError::Newer { found: 9999, .. }),
                newer
            );
            assert_eq!(matches!(refused, OpenError::Altered { version: 1 }), !newer);
        }
    }
}

#[test]
fn another_programs_file_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE TABLE invoice (id INTEGER)")
        .unwrap();
    assert!(matches!(
        Store::open_file(&path),
        Err(OpenError::Foreign(_))
    ));
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("countersign.db");
    let text = "not a database, but longer than a page header ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(
        Store::open_file(&path),
        Err(OpenError::Storage(_))
    ));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_lost_file_is_not_made_anew_over_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("countersign.db");
    std::fs::write(directory.path().join("countersign.db-wal"), "committed").unwrap();
    assert!(matches!(Store::open_file(&path), Err(OpenError::Lost(_))));
    assert!(!path.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("data");
    let store = Store::open_file(&home.join("countersign.db")).unwrap();
    given::user(&store, "Ada").await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&home).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
        files += 1;
    }
    assert_eq!(files, 3, "the database, its log and its shared memory");
}

#[tokio::test]
async fn other_urls_are_refused_without_repeating_a_password() {
    for url in [
        "",
        "sqlite:",
        "sqlite::memory:",
        "mysql://root:hunter2@db/x",
        "data.db",
    ] {
        let refused = Store::open(url).await.err().unwrap();
        assert!(matches!(refused, OpenError::Url(_)), "{url}");
        assert!(!refused.to_string().contains("hunter2"));
    }
    let malformed = Store::open("postgres://root:hunter2@db:port/x")
        .await
        .err()
        .unwrap();
    assert!(matches!(malformed, OpenError::PostgresUrl(_)));
    assert!(!format!("{malformed} {malformed:?}").contains("hunter2"));
}
