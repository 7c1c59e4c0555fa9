//! The two databases. Nothing above this module knows which one it talks to.

pub(crate) mod postgres;
pub(crate) mod sqlite;
