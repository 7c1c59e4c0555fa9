//! The store: everything countersign remembers, on SQLite or PostgreSQL.
//!
//! Every state change is one [`Command`] in [`commands`]: one struct, one outcome, one
//! transaction, one guarded statement that exactly one of many racers can pass
//! (`UPDATE … WHERE <expected state> RETURNING`). Every read is a [`Query`]. Each is written
//! once, with one SQL text, for both databases; only the private drivers know which one it is.
//! The caller brings ids, the time and the hashes of secrets, so that an operation is pure data: it
//! can be repeated after a serialization failure and needs no clock in a test.
//!
//! This crate must not know HTTP, axum, or what a plain secret looks like.

pub mod commands;
#[cfg(test)]
mod conformance;
mod driver;
mod error;
mod migration;
mod operation;
mod row;
mod sql;
mod store;
mod value;

pub use error::{OpenError, StorageError};
pub use migration::Migrated;
pub use operation::{Command, Query};
pub use store::Store;
