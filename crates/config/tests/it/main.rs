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
mod names;
mod precedence;
mod report;
mod secrets;
mod values;
