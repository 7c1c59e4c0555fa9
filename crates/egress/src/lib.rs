//! The only way out, in two halves that share the certificate authorities they trust.
//!
//! [`Egress::get`] is for strangers. A client's metadata document and its keys lie at an address
//! that a stranger names. So a fetch speaks https only, resolves the host once, refuses it when
//! any of its addresses is not public, connects to a checked address and to nothing else, follows
//! no redirect, and ends at a size and at a deadline. Whatever else an HTTP client usually brings
//! (proxies from the environment, cookies, decompression, retries, a pool) is not switched off
//! here: it does not exist, because hyper's connection is driven directly. A cache keeps what the
//! hosts said.
//!
//! [`ApiClient`] is for hosts that the operator named in the configuration, such as the product's
//! API. Nobody else chooses where it goes, so it checks no address, takes `http://` too, and keeps
//! its connections. It follows no redirect either, because a credential goes to the host it was
//! meant for.

mod address;
mod api;
mod cache;
mod egress;
mod error;
mod exchange;
mod freshness;
mod names;
mod target;
mod tcp;
mod tls;

pub use api::{ApiClient, ApiError, ApiFault};
pub use cache::{CachePolicy, Cached, DocumentCache, DocumentError};
pub use egress::{Document, Egress, EgressConfig, InvalidEgress, Limits};
pub use error::FetchError;
