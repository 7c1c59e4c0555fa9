//! Stateless registration (RFC 7591 section A.5.2): a registration as bytes, short enough to be its
//! own identifier.
//!
//! These bytes are built into other people's programs, sealed, and have to be read for ever. The
//! first of them names the layout. A layout never changes: neither the order of its members nor
//! that of the enums they use; what does not fit becomes the next one. One registration has one
//! form, so that equal registrations get equal identifiers.

use countersign_oauth::client_metadata::{
    ApplicationType, ClientMetadata, GrantType, ResponseType, TokenEndpointAuthMethod,
};
use countersign_oauth::redirect_uri::RedirectUri;
use countersign_oauth::scope::ScopeSet;
use serde::{Deserialize, Serialize};

use crate::{Hashed, PlainClientSecret};

/// What a stateless client identifier says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatelessRegistration {
    /// What was registered.
    pub metadata: ClientMetadata,
    /// Hash of the secret; `None` for a public client.
    pub secret: Option<Hashed<PlainClientSecret>>,
    /// How many identifiers with the same contents the operator had revoked before.
    pub edition: u32,
}

/// The layouts; a variant's place is its number on the wire.
#[derive(Serialize, Deserialize)]
enum Layout {
    First(First),
}

#[derive(Serialize, Deserialize)]
struct First {
    redirect_uris: Vec<RedirectUri>,
    token_endpoint_auth_method: TokenEndpointAuthMethod,
    token_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    grant_types: Vec<GrantType>,
    response_types: Vec<ResponseType>,
    scope: ScopeSet,
    application_type: Option<ApplicationType>,
    client_name: Option<String>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    contacts: Vec<String>,
    software_id: Option<String>,
    software_version: Option<String>,
    /// As JSON, which describes itself and this form does not.
    jwks: Option<String>,
    jwks_uri: Option<String>,
    secret: Option<[u8; 32]>,
    edition: u32,
}

impl StatelessRegistration {
    /// The registration as bytes. They are no secret's and no signature's: whoever can write them
    /// can write any client, so they go out sealed. `None` is what the library may answer and does
    /// not.
    pub fn encode(&self) -> Option<Vec<u8>> {
        // Taken apart in full: a member that is added to the metadata must get its place here.
        let ClientMetadata {
            redirect_uris,
            client_name,
            token_endpoint_auth_method,
            token_endpoint_auth_methods_supported,
            grant_types,
            response_types,
            scope,
            application_type,
            client_uri,
            logo_uri,
            policy_uri,
            tos_uri,
            contacts,
            software_id,
            software_version,
            jwks,
            jwks_uri,
        } = self.metadata.clone();
        let layout = Layout::First(First {
            redirect_uris,
            token_endpoint_auth_method,
            token_endpoint_auth_methods_supported,
            grant_types,
            response_types,
            scope,
            application_type,
            client_name,
            client_uri,
            logo_uri,
            policy_uri,
            tos_uri,
            contacts,
            software_id,
            software_version,
            jwks: jwks.map(|jwks| jwks.to_string()),
            jwks_uri,
            secret: self.secret.map(|secret| *secret.digest()),
            edition: self.edition,
        });
        postcard::to_allocvec(&layout).ok()
    }

    /// Reads what [`encode`](Self::encode) wrote, and nothing else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let Layout::First(first) = postcard::from_bytes(bytes).ok()?;
        let jwks = first.jwks.as_deref().map(serde_json::from_str).transpose();
        let registration = Self {
            metadata: ClientMetadata {
                redirect_uris: first.redirect_uris,
                client_name: first.client_name,
                token_endpoint_auth_method: first.token_endpoint_auth_method,
                token_endpoint_auth_methods_supported: first.token_endpoint_auth_methods_supported,
                grant_types: first.grant_types,
                response_types: first.response_types,
                scope: first.scope,
                application_type: first.application_type,
                client_uri: first.client_uri,
                logo_uri: first.logo_uri,
                policy_uri: first.policy_uri,
                tos_uri: first.tos_uri,
                contacts: first.contacts,
                software_id: first.software_id,
                software_version: first.software_version,
                jwks: jwks.ok()?,
                jwks_uri: first.jwks_uri,
            },
            secret: first.secret.map(Hashed::from_digest),
            edition: first.edition,
        };
        // The library reads over long numbers, doubled scopes and what follows the last member.
        (registration.encode()? == bytes).then_some(registration)
    }
}

#[cfg(test)]
mod tests;
