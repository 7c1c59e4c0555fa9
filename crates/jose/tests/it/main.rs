//! The crate from outside: published vectors, and what other programs signed.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod mcp2_import;
#[cfg(test)]
mod rfc_vectors;
