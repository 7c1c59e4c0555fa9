//! The crate as its callers see it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test; the exemption in clippy.toml covers only the tests themselves"
)]

mod example;
mod generated;
mod given;
mod index_network;
mod mcp2;
mod names;
mod notices;
mod precedence;
mod privy;
mod report;
mod secrets;
mod upstream_api;
mod values;
mod widgets;
