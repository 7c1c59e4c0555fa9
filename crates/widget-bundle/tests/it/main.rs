//! Bundles as build tools leave them, in real directories with real changes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "in a test an unexpected value is a failure"
)]

mod building;
mod following;
mod page;
mod refusals;
mod site;
mod stylesheet;
