//! The use cases of the authorization server: authorize, token, register, introspect, revoke,
//! consent, keys, jobs. Decides; knows no HTTP and no SQL.
//!
//! [`AuthorizationServer`] holds what every use case needs; each file adds one use case to it
//! and the error enum that says how it can be refused.

pub mod access;
pub mod account;
pub mod agree;
pub mod authorize;
pub mod browser;
pub mod client_assertion;
pub mod client_authentication;
pub mod clients;
pub mod consent;
pub mod hand_over;
pub mod interaction;
pub mod introspect;
pub mod jobs;
pub mod keys;
pub mod metadata;
pub mod presented_token;
mod refusal;
pub mod register;
pub mod revoke;
pub mod sealed_client;
mod server;
pub mod settings;
pub mod sign_in;
pub mod token;
pub mod upstream;
pub mod userinfo;

pub use server::{AuthorizationServer, Login, Parts};
