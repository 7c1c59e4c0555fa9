//! The types of single values: each is parsed once, here, and cannot hold a wrong value afterwards.

pub(crate) mod base_url;
pub(crate) mod color;
pub(crate) mod duration;
pub(crate) mod listen;
pub(crate) mod master_key;
pub(crate) mod network;
pub(crate) mod public_url;
pub(crate) mod secret;
pub(crate) mod storage_url;
pub(crate) mod web_origin;
