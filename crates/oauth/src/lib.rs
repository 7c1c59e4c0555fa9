//! The wire vocabulary of OAuth 2.1 and its extensions, and the pure rules over it.
//!
//! Everything a stranger sends to the authorization server is first read here: parameters, scopes,
//! redirect URIs, resources, PKCE values, credentials, client metadata. Each type can only hold a
//! value that passed its specification's grammar, so that no later crate has to ask again. What the
//! server says in the specification's own words (metadata, challenges, error codes, authorization
//! responses) is written here too.
//!
//! What this crate must not know: time, randomness, storage, HTTP frameworks, async. A function
//! here is a function of its arguments.

pub mod authorization_request;
pub mod authorization_response;
pub mod client_authentication;
pub mod client_id_url;
pub mod client_metadata;
pub mod error;
pub mod metadata;
pub mod params;
pub mod pkce;
pub mod redirect_uri;
pub mod resource;
pub mod scope;
pub mod strict_json;
pub mod token_exchange;
pub mod token_request;
pub mod www_authenticate;
