//! Keys, JWK sets, signed tokens and sealing at rest.
//!
//! The only crate that knows the crypto library. It turns claims into compact JWS (RFC 7515) and
//! strictly back, publishes public keys as JWK sets (RFC 7517), and seals secrets before they
//! reach a disk.
//!
//! It must not know HTTP, SQL, an async runtime, or the time: every check that involves a clock
//! takes the current time as a plain number of seconds. It does no I/O, so that verifying a
//! hostile token can never cause a fetch (`jku`, `x5u` and an embedded `jwk` are ignored).

pub mod access_token;
pub mod algorithm;
pub mod client_assertion;
pub mod entropy;
pub mod hash;
pub mod id_token;
pub mod jwk;
pub mod jws;
pub mod key;
pub mod legacy;
pub mod privy_token;
pub mod seal;

mod base64url;
mod json;
mod pem;
