//! The use cases on a real store, without HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "in a test an unexpected error is a failure, and its place says enough"
)]

mod keys;
