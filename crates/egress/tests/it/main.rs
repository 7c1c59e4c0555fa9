//! The way out, against a real name server and real hosts. "No fetch" means that neither was
//! asked anything.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an unexpected error is a failure, and its place says enough"
)]

mod addresses;
mod answers;
mod api;
mod cache;
mod certificates;
mod deadline;
mod fixture;
mod freshness;
mod refetch;
mod request;
mod single_flight;
mod turns;
mod urls;
