//! The rest of the world for tests: a name server, TLS hosts and APIs on loopback that say what a
//! test scripts and count who comes. They are real servers on real sockets, so that what is proven
//! about a fetch or a call includes the system calls.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot set itself up should say so and stop"
)]

mod answer;
mod api_host;
mod authority;
mod dns;
mod host;
mod request;

pub use answer::{Answer, Gate};
pub use api_host::ApiHost;
pub use authority::{Authority, Certificate};
pub use dns::DnsServer;
pub use host::TlsHost;
pub use request::Request;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that failed while it held the lock is reported by its own assertion.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
