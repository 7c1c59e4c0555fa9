//! The whole server against the catalogue of attacks and faults: each rule on both databases, named
//! after what it proves, with its number in the catalogue.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test an unexpected value is a failure, and its place says enough"
)]

mod assertion;
mod authorize;
mod code;
mod consent;
mod discovery;
mod document;
mod document_copy;
mod introspection;
mod log;
mod mcp2;
mod mixed;
mod pages;
mod playground;
mod privy;
mod proxy;
mod refresh;
mod registering_clients;
mod registration;
mod resource;
mod sealed_client;
mod secrecy;
mod sign_in;
mod token;
mod widgets;
