//! What stands in front of rmcp: everything that is decided before a message is dispatched.
//!
//! Each file is one question; each answers with a [`Refusal`](refusal::Refusal) or lets pass.

pub(crate) mod authorization;
pub(crate) mod batch;
pub(crate) mod body;
pub(crate) mod challenge;
pub(crate) mod client;
pub(crate) mod cors;
pub(crate) mod envelope;
pub(crate) mod gate;
pub(crate) mod media_type;
pub(crate) mod origin;
pub(crate) mod refusal;
pub(crate) mod sign_in;
pub(crate) mod version;
