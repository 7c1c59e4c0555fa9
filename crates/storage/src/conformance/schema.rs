//! Both databases have the same schema.

use std::collections::BTreeSet;

use super::database::{Database, Home};

/// Column and index descriptions, in words that both databases share.
type Schema = BTreeSet<String>;

fn on_sqlite() -> Schema {
    let db = Database::sqlite();
    let Home::Sqlite(directory) = &db.home else {
        panic!("an SQLite database");
    };
    let connection = rusqlite::Connection::open(directory.path().join("countersign.db")).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let columns = list(
        "SELECT t.name || '.' || c.name || ' ' ||
            CASE c.type WHEN 'INTEGER' THEN 'bigint' WHEN 'TEXT' THEN 'text'
                WHEN 'BLOB' THEN 'bytea' ELSE c.type END ||
            CASE WHEN c.\"notnull\" OR c.pk > 0 THEN ' not null' ELSE '' END
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    );
    let indexes = list(
        "SELECT i.name || ' on ' || t.name || ' (' ||
            (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c) || ')' ||
            CASE WHEN i.\"unique\" THEN ' unique' ELSE '' END ||
            CASE WHEN i.partial THEN ' partial' ELSE '' END
        FROM sqlite_schema t JOIN pragma_index_list(t.name) i
        WHERE t.type = 'table' AND i.origin = 'c'",
    );
    let references = list(
        "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || ' ' || lower(f.on_delete)
        FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
    );
    columns
        .into_iter()
        .chain(indexes)
        .chain(references)
        .collect()
}

async fn on_postgres() -> Option<Schema> {
    let db = Database::postgres().await?;
    let Home::Postgres(schema) = &db.home else {
        panic!("a PostgreSQL database");
    };
    let connecting = tokio_postgres::connect(&schema.url, tokio_postgres::NoTls);
    let (client, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    let columns = "SELECT table_name || '.' || column_name || ' ' || data_type ||
            CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
        FROM information_schema.columns WHERE table_schema = current_schema()";
    let indexes = "SELECT i.relname || ' on ' || t.relname || ' (' ||
            (SELECT string_agg(a.attname, ', ' ORDER BY k.n)
                FROM unnest(x.indkey) WITH ORDINALITY AS k (attnum, n)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')' ||
            CASE WHEN x.indisunique THEN ' unique' ELSE '' END ||
            CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_class t ON t.oid = x.indrelid
        WHERE t.relnamespace = current_schema()::regnamespace AND NOT x.indisprimary";
    let references = "SELECT t.relname || '.' || a.attname || ' -> ' || r.relname || ' ' ||
            CASE c.confdeltype WHEN 'c' THEN 'cascade' ELSE 'other' END
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            JOIN pg_class r ON r.oid = c.confrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace";
    let mut schema = Schema::new();
    for sql in [columns, indexes, references] {
        for row in client.query(sql, &[]).await.unwrap() {
            schema.insert(row.get(0));
        }
    }
    Some(schema)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_schema() {
    let sqlite = on_sqlite();
    assert!(sqlite.contains("access_grant.ended_at bigint"));
    assert!(sqlite.contains("refresh_token_leaf on refresh_token (grant_id) unique partial"));
    let Some(postgres) = on_postgres().await else {
        return;
    };
    let only_sqlite: Vec<_> = sqlite.difference(&postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(&sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only on SQLite: {only_sqlite:#?}\nonly on PostgreSQL: {only_postgres:#?}"
    );
}
