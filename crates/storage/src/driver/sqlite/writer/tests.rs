use std::sync::{Mutex, PoisonError, mpsc as blocking};
use std::time::Duration;

use countersign_domain::{SystemEntropy, Timestamp, UserId, Username};
use rusqlite::Connection;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::commands::{AddUser, FindUser, ListUsers, UserAddition};
use crate::operation::{Command, Query, Tx};
use crate::sql::Sql;
use crate::value::vals;
use crate::{StorageError, Store};

/// A statement that only a test has, and only for SQLite.
const fn only_here(sqlite: &'static str) -> Sql {
    Sql {
        name: "ONLY_HERE",
        postgres: "",
        sqlite,
    }
}

static INSERT_NOBODY: Sql =
    only_here("INSERT INTO password (user_id, phc, changed_at) VALUES (?1, '', 0)");
static INSERT_USER: Sql = only_here(
    "INSERT INTO user_account (id, username, username_folded, created_at)
    VALUES (?1, 'Eve', 'eve', 0)",
);
static SHRINK: Sql = only_here("PRAGMA max_page_count = 1");
static GROW: Sql = only_here("PRAGMA max_page_count = 1000000");

fn add(name: &str) -> AddUser {
    AddUser {
        id: UserId::generate(Timestamp::from_millis(0), &SystemEntropy),
        username: Username::parse(name).unwrap(),
        password: None,
        now: Timestamp::from_millis(0),
    }
}

async fn users(store: &Store) -> usize {
    let list = ListUsers {
        after: None,
        limit: 1000,
    };
    store.read(list).await.unwrap().len()
}

/// Keeps the writer busy until it is told to go on, so that a batch gathers behind it.
struct Hold(Mutex<blocking::Receiver<()>>);

impl Command for Hold {
    type Outcome = ();

    async fn run<T: Tx>(&self, _: &mut T) -> Result<(), StorageError> {
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).recv();
        Ok(())
    }
}

/// Writes, then fails.
struct Fail;

impl Command for Fail {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<(), StorageError> {
        tx.exec(&INSERT_USER, vals!["usr_fail"]).await?;
        tx.exec(&INSERT_NOBODY, vals!["usr_nobody"]).await?;
        Ok(())
    }
}

/// Writes, then panics.
struct Panic;

impl Command for Panic {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<(), StorageError> {
        tx.exec(&INSERT_USER, vals!["usr_panic"]).await?;
        panic!("a defect");
    }
}

/// Writes, then waits for something else than its transaction.
struct Wait;

impl Command for Wait {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<(), StorageError> {
        tx.exec(&INSERT_USER, vals!["usr_wait"]).await?;
        tokio::task::yield_now().await;
        Ok(())
    }
}

impl Query for Wait {
    type Outcome = ();

    async fn run<T: Tx>(&self, _: &mut T) -> Result<(), StorageError> {
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// A query that writes.
struct Sneak;

impl Query for Sneak {
    type Outcome = u64;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<u64, StorageError> {
        tx.exec(&INSERT_USER, vals!["usr_sneak"]).await
    }
}

#[tokio::test]
async fn a_failing_and_a_panicking_job_cost_their_batch_nothing() {
    let store = Store::in_memory().unwrap();
    let (release, held) = blocking::channel();
    let hold = tokio::spawn({
        let store = store.clone();
        async move { store.execute(Hold(Mutex::new(held))).await }
    });
    tokio::task::yield_now().await;
    let mut good = JoinSet::new();
    let mut bad = JoinSet::new();
    for number in 0..10 {
        let (one, two, three) = (store.clone(), store.clone(), store.clone());
        good.spawn(async move { one.execute(add(&format!("user {number}"))).await });
        bad.spawn(async move { two.execute(Fail).await });
        bad.spawn(async move { three.execute(Panic).await });
    }
    // Every task of this single thread has queued its job before the batch is let go.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    hold.await.unwrap().unwrap();
    for added in good.join_all().await {
        assert_eq!(added.unwrap(), UserAddition::Added);
    }
    for failed in bad.join_all().await {
        assert!(matches!(failed, Err(StorageError::Backend(_))));
    }
    assert_eq!(users(&store).await, 10);
}

#[tokio::test]
async fn waiting_inside_an_operation_is_an_internal_error() {
    let store = Store::in_memory().unwrap();
    let refused = store.execute(Wait).await;
    assert!(matches!(refused, Err(StorageError::Backend(_))));
    assert_eq!(users(&store).await, 0, "what it wrote was rolled back");
    let refused = store.read(Wait).await;
    assert!(matches!(refused, Err(StorageError::Backend(_))));
}

#[tokio::test]
async fn a_query_cannot_write() {
    let store = Store::in_memory().unwrap();
    assert!(store.read(Sneak).await.is_err());
    assert_eq!(users(&store).await, 0);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_its_operation() {
    let store = Store::in_memory().unwrap();
    let (release, held) = blocking::channel();
    let hold = tokio::spawn({
        let store = store.clone();
        async move { store.execute(Hold(Mutex::new(held))).await }
    });
    tokio::task::yield_now().await;
    let gone = tokio::spawn({
        let store = store.clone();
        async move { store.execute(add("Ada")).await }
    });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    release.send(()).unwrap();
    hold.await.unwrap().unwrap();
    store.execute(add("Bob")).await.unwrap();
    assert_eq!(users(&store).await, 2);
}

#[tokio::test]
async fn dropping_the_last_handle_closes_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("countersign.db");
    let store = Store::open_file(&path).unwrap();
    store.execute(add("Ada")).await.unwrap();
    assert_eq!(users(&store).await, 1);
    drop(store);
    let left = std::fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(left, 1, "the log was written back");
}

#[tokio::test]
async fn a_locked_database_is_unavailable_and_recovers_and_reads_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("countersign.db");
    let store = Store::open_file(&path).unwrap();
    let ada = add("Ada");
    let id = ada.id;
    store.execute(ada).await.unwrap();

    let foreign = Connection::open(&path).unwrap();
    foreign.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut writers = JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        writers.spawn(async move { store.execute(add(&format!("user {number}"))).await });
    }
    assert!(store.read(FindUser::ById(id)).await.unwrap().is_some());
    // Also those that did not fit into the first batch: nobody waits for the lock twice.
    let refusals = timeout(Duration::from_secs(9), writers.join_all()).await;
    for refused in refusals.unwrap() {
        assert!(matches!(refused, Err(StorageError::Unavailable(_))));
    }
    foreign.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        store.execute(add("Bob")).await.unwrap(),
        UserAddition::Added
    );
    assert_eq!(users(&store).await, 2);
}

/// Lets the database file grow no more, or again.
struct Resize(&'static Sql);

impl Command for Resize {
    type Outcome = Option<i64>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Option<i64>, StorageError> {
        tx.opt(self.0, vals![], |columns| columns.int("max_page_count"))
            .await
    }
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_recovers_and_reads_go_on() {
    let store = Store::in_memory().unwrap();
    store.execute(Resize(&SHRINK)).await.unwrap();
    let mut added = 0;
    let refused = loop {
        match store.execute(add(&format!("user {added}"))).await {
            Ok(_) => added += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, StorageError::Unavailable(_)),
        "{refused:?}"
    );
    assert_eq!(users(&store).await, added.min(1000));
    store.execute(Resize(&GROW)).await.unwrap();
    let again = store.execute(add("Ada")).await.unwrap();
    assert_eq!(again, UserAddition::Added);
}
