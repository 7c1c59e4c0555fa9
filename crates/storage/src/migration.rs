//! The schema's history: numbered scripts, embedded, applied once, checked ever after.
//!
//! A released script is never edited; a change is a new script. On PostgreSQL two versions of the
//! program run side by side during an upgrade, so a script only adds (expand), and what it replaces
//! is removed a release later (contract).

use sha2::{Digest as _, Sha256};

use crate::OpenError;

/// One step of the schema, as both databases need it.
pub(crate) struct Migration {
    /// Counts up from 1 without a gap.
    pub(crate) version: i64,
    /// What it brings.
    pub(crate) name: &'static str,
    /// For PostgreSQL.
    pub(crate) postgres: &'static str,
    /// For SQLite.
    pub(crate) sqlite: &'static str,
}

/// What [`Store::migrate`](crate::Store::migrate) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The names of the steps that were applied, oldest first; empty when there was nothing to do.
    pub applied: Vec<&'static str>,
    /// The version of the schema now.
    pub version: i64,
}

impl Migrated {
    pub(crate) fn by(steps: &[&Migration]) -> Self {
        Self {
            applied: steps.iter().map(|migration| migration.name).collect(),
            version: latest(),
        }
    }
}

/// All steps, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "init",
        postgres: include_str!("../migrations/postgres/0001_init.sql"),
        sqlite: include_str!("../migrations/sqlite/0001_init.sql"),
    },
    Migration {
        version: 2,
        name: "client_assertion",
        postgres: include_str!("../migrations/postgres/0002_client_assertion.sql"),
        sqlite: include_str!("../migrations/sqlite/0002_client_assertion.sql"),
    },
    Migration {
        version: 3,
        name: "upstream",
        postgres: include_str!("../migrations/postgres/0003_upstream.sql"),
        sqlite: include_str!("../migrations/sqlite/0003_upstream.sql"),
    },
];

/// A step that a database records as applied.
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: String,
}

/// What a script is recorded by.
pub(crate) fn checksum(script: &str) -> String {
    format!("{:x}", Sha256::digest(script.as_bytes()))
}

/// The steps that a database with the `applied` ones still needs.
pub(crate) fn pending(
    applied: &[Applied],
    script: impl Fn(&Migration) -> &'static str,
) -> Result<Vec<&'static Migration>, OpenError> {
    let known = latest();
    if let Some(found) = applied.iter().map(|step| step.version).max()
        && found > known
    {
        return Err(OpenError::Newer { found, known });
    }
    let mut pending = Vec::new();
    for migration in MIGRATIONS {
        let recorded = applied
            .iter()
            .find(|step| step.version == migration.version);
        match recorded {
            None => pending.push(migration),
            Some(step) if step.checksum == checksum(script(migration)) => {}
            Some(step) => {
                return Err(OpenError::Altered {
                    version: step.version,
                });
            }
        }
    }
    Ok(pending)
}

/// The version of the schema that this program works with.
pub(crate) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(version: i64, script: &str) -> Applied {
        Applied {
            version,
            checksum: checksum(script),
        }
    }

    #[test]
    fn versions_count_up_from_one() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(index).unwrap() + 1);
        }
    }

    #[test]
    fn an_applied_step_is_not_applied_again() {
        let first = &MIGRATIONS[0];
        let applied = [applied(1, first.sqlite)];
        let pending = pending(&applied, |migration| migration.sqlite).unwrap();
        assert_eq!(pending.len(), MIGRATIONS.len() - 1);
    }

    #[test]
    fn an_edited_step_is_refused() {
        let applied = [applied(1, "something else")];
        let refused = pending(&applied, |migration| migration.sqlite);
        assert!(matches!(refused, Err(OpenError::Altered { version: 1 })));
    }

    #[test]
    fn a_later_programs_database_is_refused() {
        let applied = [applied(1, MIGRATIONS[0].sqlite), applied(9_999, "")];
        let refused = pending(&applied, |migration| migration.sqlite);
        assert!(matches!(
            refused,
            Err(OpenError::Newer { found: 9_999, .. })
        ));
    }
}
