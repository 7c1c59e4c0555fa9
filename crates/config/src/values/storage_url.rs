//! Where the data lives.

use std::path::PathBuf;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

use super::secret::Secret;

/// The database: a SQLite file, or a PostgreSQL server.
#[derive(Debug, Clone)]
pub enum StorageUrl {
    /// `sqlite:PATH`, relative to the working directory unless absolute.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, whole, since it carries a password.
    Postgres(Secret),
}

/// A text that names no database. Says nothing of the text, which may carry a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStorageUrl {
    /// Neither of the two schemes.
    #[error("not a database: write \"sqlite:PATH\" or \"postgres://USER:PASSWORD@HOST/DATABASE\"")]
    Scheme,
    /// `sqlite://…`, which other programs read in three different ways.
    #[error(
        "write the path directly after \"sqlite:\", for example \"sqlite:/var/lib/countersign/countersign.db\""
    )]
    SqliteAuthority,
    /// `sqlite:` alone, or an in-memory database, which would forget every client at a restart.
    #[error("name a file: what is kept in memory is gone at the next start, and clients with it")]
    SqliteNotAFile,
    /// Not a URL, or without a database name.
    #[error(
        "not a PostgreSQL address: write \"postgres://USER:PASSWORD@HOST/DATABASE\", with special characters of the password percent-encoded"
    )]
    Postgres,
}

impl FromStr for StorageUrl {
    type Err = InvalidStorageUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return match path {
                "" | ":memory:" => Err(InvalidStorageUrl::SqliteNotAFile),
                path if path.starts_with("//") => Err(InvalidStorageUrl::SqliteAuthority),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(InvalidStorageUrl::Scheme);
        }
        match Url::parse(text) {
            Ok(url) if url.path().len() > 1 => Ok(Self::Postgres(Secret::new(text))),
            _ => Err(InvalidStorageUrl::Postgres),
        }
    }
}

impl<'de> Deserialize<'de> for StorageUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
            .map_err(|_| de::Error::custom(InvalidStorageUrl::Scheme))?
            .parse()
            .map_err(de::Error::custom)
    }
}

// For the default in the schema only, which is SQLite; a PostgreSQL address is never written out.
impl Serialize for StorageUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sqlite(path) => {
                serializer.collect_str(&format_args!("sqlite:{}", path.display()))
            }
            Self::Postgres(_) => serializer.serialize_str("postgres://…"),
        }
    }
}

impl JsonSchema for StorageUrl {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StorageUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(sqlite:|postgres(ql)?://)", "writeOnly": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_sqlite_path() {
        for path in ["countersign.db", "./data/countersign.db", "/var/lib/a b.db"] {
            let url: StorageUrl = format!("sqlite:{path}").parse().unwrap();
            assert!(matches!(url, StorageUrl::Sqlite(read) if read.to_str() == Some(path)));
        }
    }

    #[test]
    fn reads_both_spellings_of_postgres_and_keeps_the_text() {
        for text in [
            "postgres://u:p@db/app",
            "postgresql:///app?host=/run/postgresql",
        ] {
            let url: StorageUrl = text.parse().unwrap();
            assert!(matches!(url, StorageUrl::Postgres(secret) if secret.expose() == text));
        }
    }

    #[test]
    fn rejects_other_databases_and_forms() {
        for (text, error) in [
            ("mysql://u:p@db/app", InvalidStorageUrl::Scheme),
            ("countersign.db", InvalidStorageUrl::Scheme),
            (
                "sqlite://data/countersign.db",
                InvalidStorageUrl::SqliteAuthority,
            ),
            ("sqlite:", InvalidStorageUrl::SqliteNotAFile),
            ("sqlite::memory:", InvalidStorageUrl::SqliteNotAFile),
            ("postgres://u:p@db", InvalidStorageUrl::Postgres),
            ("postgres://u:p@db/", InvalidStorageUrl::Postgres),
            ("postgres://u:p@:x/app", InvalidStorageUrl::Postgres),
        ] {
            assert_eq!(text.parse::<StorageUrl>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn a_password_shows_in_neither_debug_nor_json() {
        let url: StorageUrl = "postgres://u:hunter2@db/app".parse().unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&url).unwrap(), "\"postgres://…\"");
    }
}
