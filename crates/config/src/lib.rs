//! The configuration: one TOML file, every key also an environment variable, typed when it leaves here.
//!
//! This crate knows names, defaults and rules. It must not know the server: no async runtime, no
//! HTTP, no database, no logger. Everything it reads (variables and files) comes through
//! [`Environment`], so that a test hands in a map.
//!
//! The path of a value, in [`Config::load`]: the layers (mcp2's variables, the file, `COUNTERSIGN_*`)
//! become one TOML table that remembers where each key came from; the JSON schema, which is generated
//! from the structs, says which keys exist and of which type they are; serde makes the structs;
//! each section checks itself. Problems are collected, not thrown one by one.

mod config;
mod decode;
mod derived;
mod environment;
mod file;
mod findings;
mod key_path;
mod layer;
mod load;
mod mcp2;
mod nearest;
mod notices;
mod problem;
mod reach;
mod reference;
mod report;
mod schema;
mod secret_files;
mod sections;
mod shape;
mod values;
mod variables;

pub use config::{App, Config, LogFormat};
pub use environment::{Environment, ProcessEnvironment};
pub use problem::{ConfigErrors, Origin, Problem};
pub use reference::reference;
pub use report::{Report, Setting};
pub use sections::api::{Api, ApiToken};
pub use sections::brand::{Brand, Logo};
pub use sections::client_documents::ClientDocuments;
pub use sections::clients::Client;
pub use sections::egress::Egress;
pub use sections::index_network::IndexNetwork;
pub use sections::limits::Limits;
pub use sections::login::{Login, PrivyAccess, Provider, SignUp};
pub use sections::mcp::{Mcp, SignIn};
pub use sections::openid::OpenId;
pub use sections::privy::PrivyLogin;
pub use sections::registration::Registration;
pub use sections::scopes::Scope;
pub use sections::storage::Storage;
pub use sections::token_exchange::TokenExchange;
pub use sections::tokens::{SigningAlg, Tokens};
pub use sections::widgets::Widget;
pub use values::base_url::{BaseUrl, InvalidBaseUrl};
pub use values::color::{Color, InvalidColor};
pub use values::duration::{Duration, InvalidDuration};
pub use values::master_key::{InvalidMasterKey, MasterKey};
pub use values::network::{InvalidNetwork, Network};
pub use values::public_url::{InvalidPublicUrl, PublicUrl};
pub use values::secret::Secret;
pub use values::storage_url::{InvalidStorageUrl, StorageUrl};
