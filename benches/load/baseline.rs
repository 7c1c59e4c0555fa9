//! What the machine allows: each cost that cannot be avoided, alone.

mod commit;
mod echo;
mod server;
mod signature;

pub(crate) use commit::Commit;
pub(crate) use server::{BaselineServer, SERVE, serve};
pub(crate) use signature::Signature;
