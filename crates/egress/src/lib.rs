//! The only way out: guarded fetches of strangers' documents, and a cache of what they said.
//!
//! A client's metadata document and its keys lie at an address that a stranger names. So a fetch
//! speaks https only, resolves the host once, refuses it when any of its addresses is not public,
//! connects to a checked address and to nothing else, follows no redirect, and ends at a size and
//! at a deadline. Whatever else an HTTP client usually brings (proxies from the environment,
//! cookies, decompression, retries, a pool) is not switched off here: it does not exist, because
//! hyper's connection is driven directly.

mod address;
mod cache;
mod egress;
mod error;
mod exchange;
mod freshness;
mod names;
mod target;
mod tls;

pub use cache::{CachePolicy, Cached, DocumentCache, DocumentError};
pub use egress::{Document, Egress, EgressConfig, InvalidEgress, Limits};
pub use error::FetchError;
