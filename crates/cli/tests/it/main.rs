//! The binary, run as an operator runs it.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an unexpected value is a failure"
)]

mod config_check;
mod dev;
mod dev_privy;
mod running;
