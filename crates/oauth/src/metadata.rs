//! The documents that describe the server to clients: authorization server metadata (RFC 8414, and
//! OpenID Connect Discovery with the same content) and protected resource metadata (RFC 9728).
//!
//! They promise what works and nothing else: clients pick a method from a list and fail when it
//! was not meant. Every address is made from one issuer string, byte for byte.

use serde::{Deserialize, Serialize};

use crate::client_metadata::{GrantType, ResponseType, TokenEndpointAuthMethod};
use crate::pkce;
use crate::resource::Resource;
use crate::scope::{OFFLINE_ACCESS, OPENID, PROFILE, Scope, ScopeSet};

/// What differs between two authorization servers of this kind.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationServer<'a> {
    /// The issuer: an origin without a trailing slash.
    pub issuer: &'a str,
    /// The product's scopes. `openid`, `profile` and `offline_access` are added as they apply.
    pub scopes: &'a ScopeSet,
    /// Whether clients may register themselves (RFC 7591).
    pub registration: bool,
    /// Whether there is a client that may exchange tokens (RFC 8693).
    pub token_exchange: bool,
    /// The signature algorithms of client assertions (`private_key_jwt`).
    pub assertion_algorithms: &'a [&'a str],
    /// Whether a client identifier may be the URL of a metadata document.
    pub client_id_metadata_documents: bool,
    /// The signature algorithms of ID tokens; `None` where OpenID Connect is not enabled.
    pub openid: Option<&'a [&'a str]>,
    /// A page for developers.
    pub service_documentation: Option<&'a str>,
}

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the members are the registered metadata names")]
pub struct AuthorizationServerMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    pub scopes_supported: Vec<String>,
    pub response_types_supported: Vec<ResponseType>,
    pub response_modes_supported: Vec<String>,
    pub grant_types_supported: Vec<GrantType>,
    pub code_challenge_methods_supported: Vec<String>,
    pub token_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    /// Required beside `private_key_jwt`, at each endpoint that takes it (RFC 8414 §2).
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    pub introspection_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    pub revocation_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// RFC 9207 §3. Decides which of its identities ChatGPT uses.
    pub authorization_response_iss_parameter_supported: bool,
    /// Omitted while off: clients take its presence for a yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id_metadata_document_supported: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_types_supported: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// Said aloud because `OpenID` Connect Discovery §3 makes the default true.
    pub request_uri_parameter_supported: bool,
}

impl AuthorizationServerMetadata {
    /// Describes an authorization server.
    pub fn new(server: AuthorizationServer<'_>) -> Self {
        use TokenEndpointAuthMethod::{
            ClientSecretBasic, ClientSecretPost, None as Public, PrivateKeyJwt,
        };
        let issuer = server.issuer;
        let confidential = [ClientSecretBasic, ClientSecretPost, PrivateKeyJwt];
        let with_public: Vec<_> = [Public].into_iter().chain(confidential).collect();
        let algorithms = owned(server.assertion_algorithms);
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: format!("{issuer}/authorize"),
            token_endpoint: format!("{issuer}/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            registration_endpoint: server.registration.then(|| format!("{issuer}/register")),
            introspection_endpoint: format!("{issuer}/token/introspect"),
            revocation_endpoint: format!("{issuer}/token/revoke"),
            userinfo_endpoint: server.openid.map(|_| format!("{issuer}/userinfo")),
            service_documentation: server.service_documentation.map(str::to_owned),
            scopes_supported: scopes_of(server),
            response_types_supported: vec![ResponseType::Code],
            response_modes_supported: vec!["query".to_owned()],
            grant_types_supported: [GrantType::AuthorizationCode, GrantType::RefreshToken]
                .into_iter()
                .chain(server.token_exchange.then_some(GrantType::TokenExchange))
                .collect(),
            code_challenge_methods_supported: vec![pkce::S256.to_owned()],
            token_endpoint_auth_methods_supported: with_public.clone(),
            token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            introspection_endpoint_auth_methods_supported: confidential.to_vec(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            revocation_endpoint_auth_methods_supported: with_public,
            revocation_endpoint_auth_signing_alg_values_supported: algorithms,
            authorization_response_iss_parameter_supported: true,
            client_id_metadata_document_supported: server
                .client_id_metadata_documents
                .then_some(true),
            subject_types_supported: server.openid.map(|_| vec!["public".to_owned()]),
            id_token_signing_alg_values_supported: server.openid.map(owned),
            request_uri_parameter_supported: false,
        }
    }
}

/// `offline_access` is listed because clients ask for a refresh token only where it is; the OpenID
/// Connect scopes only where they work, because ChatGPT requests every one that it sees.
fn scopes_of(server: AuthorizationServer<'_>) -> Vec<String> {
    let openid: &[&str] = if server.openid.is_some() {
        &[OPENID, PROFILE]
    } else {
        &[]
    };
    let product = product_scopes(server.scopes);
    openid
        .iter()
        .copied()
        .chain(product)
        .chain([OFFLINE_ACCESS])
        .map(str::to_owned)
        .collect()
}

fn product_scopes(scopes: &ScopeSet) -> impl Iterator<Item = &str> {
    scopes
        .iter()
        .map(Scope::as_str)
        .filter(|scope| ![OPENID, PROFILE, OFFLINE_ACCESS].contains(scope))
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

/// Protected resource metadata (RFC 9728 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the members are the registered metadata names")]
pub struct ProtectedResourceMetadata {
    pub resource: Resource,
    /// One entry: clients use the first and ignore the rest.
    pub authorization_servers: Vec<String>,
    pub scopes_supported: Vec<String>,
    pub bearer_methods_supported: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_documentation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_tos_uri: Option<String>,
}

impl ProtectedResourceMetadata {
    /// Describes a protected resource. The scopes are the product's own: a client requests all that
    /// are listed here, and MCP keeps `offline_access` out of it.
    pub fn new(resource: Resource, issuer: &str, scopes: &ScopeSet) -> Self {
        Self {
            resource,
            authorization_servers: vec![issuer.to_owned()],
            scopes_supported: product_scopes(scopes).map(str::to_owned).collect(),
            bearer_methods_supported: vec!["header".to_owned()],
            resource_name: None,
            resource_documentation: None,
            resource_policy_uri: None,
            resource_tos_uri: None,
        }
    }

    /// Names the resource. Characters that are not printable ASCII are left out, because some
    /// clients fail on them; a name without any other is no name.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        let ascii: String = name
            .chars()
            .filter(|character| matches!(character, ' '..='~'))
            .collect();
        self.resource_name = Some(ascii.trim().to_owned()).filter(|name| !name.is_empty());
        self
    }
}
