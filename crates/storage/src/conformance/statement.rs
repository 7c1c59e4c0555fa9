//! What replaces compile-time checked queries: every statement is prepared, and explained.

use std::collections::HashSet;

use tokio_postgres::types::Type;

use super::database::{Database, Home};
use crate::commands::statements;
use crate::sql::Sql;

/// Statements that may read a whole table: the signing keys, which are a handful.
const WHOLE_TABLE: [&str; 2] = ["LOAD_KEYS", "DELETE_SIGNING_KEYS"];

fn open(home: &Home) -> rusqlite::Connection {
    let Home::Sqlite(directory) = home else {
        panic!("an SQLite database");
    };
    rusqlite::Connection::open(directory.path().join("countersign.db")).unwrap()
}

async fn connect(home: &Home) -> tokio_postgres::Client {
    let Home::Postgres(schema) = home else {
        panic!("a PostgreSQL database");
    };
    let connecting = tokio_postgres::connect(&schema.url, tokio_postgres::NoTls);
    let (client, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    client
}

fn columns_on_sqlite(connection: &rusqlite::Connection, sql: &Sql) -> (usize, Vec<String>) {
    let statement = connection
        .prepare(sql.sqlite)
        .unwrap_or_else(|error| panic!("{}: {error}", sql.name));
    let names = statement.column_names().map(str::to_owned);
    (statement.parameter_count(), names.collect())
}

#[test]
fn statements_have_different_names() {
    let mut names = HashSet::new();
    for sql in statements() {
        assert!(names.insert(sql.name), "{} is declared twice", sql.name);
    }
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let db = Database::sqlite();
    let connection = open(&db.home);
    for sql in statements() {
        columns_on_sqlite(&connection, sql);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_means_the_same_on_postgres() {
    let sqlite = Database::sqlite();
    let Some(postgres) = Database::postgres().await else {
        return;
    };
    let lite = open(&sqlite.home);
    let client = connect(&postgres.home).await;
    let allowed = [Type::INT8, Type::TEXT, Type::BYTEA];
    for sql in statements() {
        let statement = match client.prepare(sql.postgres).await {
            Ok(statement) => statement,
            Err(error) => panic!("{}: {error:?}", sql.name),
        };
        for ty in statement.params() {
            assert!(
                allowed.contains(ty),
                "{} takes a parameter of type {ty}",
                sql.name
            );
        }
        for column in statement.columns() {
            let ty = column.type_();
            assert!(
                allowed.contains(ty),
                "{} has a column of type {ty}",
                sql.name
            );
        }
        let (parameters, names) = columns_on_sqlite(&lite, sql);
        assert_eq!(parameters, statement.params().len(), "{}", sql.name);
        let columns = statement.columns().iter().map(tokio_postgres::Column::name);
        assert!(columns.eq(names.iter().map(String::as_str)), "{}", sql.name);
    }
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_on_sqlite() {
    let db = Database::sqlite();
    let connection = open(&db.home);
    for sql in statements().filter(|sql| !WHOLE_TABLE.contains(&sql.name)) {
        let explain = format!("EXPLAIN QUERY PLAN {}", sql.sqlite);
        let mut statement = connection.prepare(&explain).unwrap();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get("detail").unwrap();
            let scans = step.starts_with("SCAN") && !step.contains("INDEX");
            let subquery = step.starts_with("SCAN registered") || step.starts_with("SCAN live");
            assert!(!scans || subquery, "{}: {step}", sql.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_reads_a_whole_table_on_postgres() {
    let Some(db) = Database::postgres().await else {
        return;
    };
    let client = connect(&db.home).await;
    // An empty table is read whole in any case, unless that is made to look expensive.
    client
        .batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        .await
        .unwrap();
    for sql in statements().filter(|sql| !WHOLE_TABLE.contains(&sql.name)) {
        let parameters = client.prepare(sql.postgres).await.unwrap().params().len();
        let nulls = vec!["NULL"; parameters].join(", ");
        let arguments = if nulls.is_empty() {
            nulls
        } else {
            format!("({nulls})")
        };
        let explain = format!(
            "DEALLOCATE ALL; PREPARE explained AS {}; EXPLAIN EXECUTE explained{arguments}",
            sql.postgres
        );
        for message in client.simple_query(&explain).await.unwrap() {
            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                let step = row.get(0).unwrap_or_default();
                assert!(!step.contains("Seq Scan"), "{}: {step}", sql.name);
            }
        }
    }
}
