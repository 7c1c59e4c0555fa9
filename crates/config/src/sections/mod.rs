//! One file per section of the file. The doc comments of the keys are the text of the reference.

pub(crate) mod api;
pub(crate) mod brand;
pub(crate) mod client_documents;
pub(crate) mod clients;
pub(crate) mod egress;
pub(crate) mod index_network;
pub(crate) mod limits;
pub(crate) mod login;
pub(crate) mod mcp;
pub(crate) mod openid;
pub(crate) mod privy;
pub(crate) mod registration;
pub(crate) mod scopes;
pub(crate) mod storage;
pub(crate) mod token_exchange;
pub(crate) mod tokens;
pub(crate) mod widgets;
