//! One file per endpoint.

pub(crate) mod account;
pub(crate) mod agree;
pub(crate) mod asset;
pub(crate) mod authorize;
pub(crate) mod consent;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod interaction;
pub(crate) mod introspect;
pub(crate) mod invitation;
pub(crate) mod mcp2;
pub(crate) mod not_found;
pub(crate) mod passkey;
pub(crate) mod playground;
pub(crate) mod privy;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;
pub(crate) mod token;
pub(crate) mod userinfo;
pub(crate) mod well_known;
