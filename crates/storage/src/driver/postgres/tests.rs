use std::sync::atomic::{AtomicU32, Ordering};

use countersign_domain::{SystemEntropy, Timestamp, UserId, Username};
use tokio_postgres::NoTls;

use crate::commands::{AddUser, ListUsers, UserAddition};
use crate::conformance::database::{Database, Home};
use crate::operation::{Command, Tx};
use crate::sql::Sql;
use crate::value::vals;
use crate::{OpenError, StorageError, Store};

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

const fn only_here(postgres: &'static str) -> Sql {
    Sql {
        name: "ONLY_HERE",
        postgres,
        sqlite: "",
    }
}

static INSERT_USER: Sql = only_here(
    "INSERT INTO user_account (id, username, username_folded, created_at)
    VALUES ($1, 'Eve', 'eve', 0)",
);

/// Fails as the server does when operations collide, as often as it is told.
static COLLIDE: Sql = only_here("DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'");

struct Collide {
    times: u32,
    runs: &'static AtomicU32,
}

impl Command for Collide {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<(), StorageError> {
        tx.exec(&INSERT_USER, vals!["usr_00000000000070008000000000000000"])
            .await?;
        if self.runs.fetch_add(1, Ordering::Relaxed) < self.times {
            tx.exec(&COLLIDE, vals![]).await?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collision_is_repeated_from_the_start() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let Some(db) = Database::postgres().await else {
        return;
    };
    let collide = Collide {
        times: 3,
        runs: &RUNS,
    };
    db.store.execute(collide).await.unwrap();
    assert_eq!(RUNS.load(Ordering::Relaxed), 4);
    assert_eq!(users(&db.store).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_collisions_are_given_up() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let Some(db) = Database::postgres().await else {
        return;
    };
    let collide = Collide {
        times: 1000,
        runs: &RUNS,
    };
    let refused = db.store.execute(collide).await;
    assert!(matches!(refused, Err(StorageError::Contention)));
    assert_eq!(RUNS.load(Ordering::Relaxed), 4);
    assert_eq!(users(&db.store).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_names_no_values() {
    let Some(db) = Database::postgres().await else {
        return;
    };
    let ada = add("Ada");
    db.store.execute(ada.clone()).await.unwrap();
    // The same identifier under another name: a violation whose DETAIL shows the identifier.
    let twin = AddUser {
        id: ada.id,
        ..add("Twin")
    };
    let refused = db.store.execute(twin).await.err().unwrap();
    assert!(matches!(refused, StorageError::Backend(_)));
    assert!(!format!("{refused} {refused:?}").contains(&ada.id.to_string()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_are_replaced() {
    let Some(db) = Database::postgres().await else {
        return;
    };
    let Home::Postgres(schema) = &db.home else {
        return;
    };
    let name = format!("countersign_cut_{}", std::process::id());
    let url = format!("{}&application_name={name}", schema.url);
    let store = Store::open(&url).await.unwrap();
    store.execute(add("Ada")).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&schema.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    assert!(!client.query(cut, &[&name]).await.unwrap().is_empty());
    // A connection that was cut may be found out only by using it: that operation is lost.
    for number in 0..16 {
        match store.execute(add("Bob")).await {
            Ok(added) => {
                assert_eq!(added, UserAddition::Added);
                break;
            }
            Err(error) => {
                assert!(number < 15, "the pool recovers");
                assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
            }
        }
    }
    assert_eq!(users(&store).await, 2);
}

#[tokio::test]
async fn an_absent_server_is_unavailable() {
    let refused = Store::open("postgres://countersign@127.0.0.1:1/none").await;
    assert!(matches!(
        refused,
        Err(OpenError::Storage(StorageError::Unavailable(_)))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unverified_server_is_refused_when_tls_is_required() {
    let Some(db) = Database::postgres().await else {
        return;
    };
    let Home::Postgres(schema) = &db.home else {
        return;
    };
    let refused = Store::open(&format!("{}&sslmode=require", schema.url)).await;
    assert!(matches!(
        refused,
        Err(OpenError::Storage(StorageError::Unavailable(_)))
    ));
    assert_eq!(
        db.store.execute(add("Ada")).await.unwrap(),
        UserAddition::Added
    );
}
