//! What the operator decided, in the form the use cases need.

use countersign_domain::{Client, ClientId, Milliseconds};
use countersign_jose::algorithm::Algorithm;
use countersign_oauth::client_metadata::GrantType;
use countersign_oauth::redirect_uri::RedirectUriPolicy;
use countersign_oauth::resource::ResourceRule;
use countersign_oauth::scope::{OFFLINE_ACCESS, OPENID, PROFILE, Scope, ScopeSet};

use crate::upstream::ApiToken;

/// A scope that can be granted, in the operator's words.
#[derive(Clone, Debug)]
pub struct ScopeDescription {
    /// The scope token.
    pub scope: Scope,
    /// What it allows, as the consent page says it.
    pub description: String,
    /// Granted when a client asks for nothing in particular.
    pub default: bool,
    /// The person may untick it.
    pub optional: bool,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody who reaches the sign-in page.
    Open,
    /// Whoever holds an invitation link.
    Invitation,
}

/// Dynamic client registration (RFC 7591).
#[derive(Clone, Debug)]
pub struct RegistrationSettings {
    /// Registrations per hour that one address prefix gets.
    pub per_address_per_hour: u32,
    /// Never-used registrations kept at the most; above it `/register` answers 429.
    pub never_used_limit: u32,
    /// How long a never-used registration is kept.
    pub never_used_ttl: Milliseconds,
}

/// Client id metadata documents.
#[derive(Clone, Debug)]
pub struct ClientDocumentSettings {
    /// The only hosts whose documents are accepted; every host's if it is empty.
    pub allowed_hosts: Vec<String>,
    /// Hosts whose documents are not accepted.
    pub denied_hosts: Vec<String>,
    /// The largest document, in bytes.
    pub max_bytes: usize,
}

impl ClientDocumentSettings {
    /// Whether documents of `host` are accepted. Names are compared whole and byte for byte: what
    /// merely ends in an accepted name is somebody else's.
    pub fn accepts(&self, host: &str) -> bool {
        let names = |hosts: &[String]| hosts.iter().any(|name| name == host);
        !names(&self.denied_hosts) && (self.allowed_hosts.is_empty() || names(&self.allowed_hosts))
    }
}

/// How long things live, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An access token.
    pub access_token: Milliseconds,
    /// A refresh token that is not used.
    pub refresh_token: Milliseconds,
    /// A grant, however often it is refreshed.
    pub grant: Milliseconds,
    /// How long after its rotation a refresh token still gets its successor.
    pub refresh_grace: Milliseconds,
    /// An authorization code.
    pub authorization_code: Milliseconds,
    /// One visit to sign-in and consent.
    pub interaction: Milliseconds,
    /// A browser session.
    pub session: Milliseconds,
    /// How long a signing key signs before the next one takes over.
    pub signing_key: Milliseconds,
    /// How long a verifier may cache the key set; a key is published this long before it signs.
    pub jwks_max_age: Milliseconds,
}

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer identifier: the public base URL, byte for byte (RFC 8414 section 2).
    pub issuer: String,
    /// The protected resource, and what clients call it.
    pub resource: ResourceRule,
    /// Its name for people.
    pub resource_name: String,
    /// Every scope that can be granted, apart from those of OpenID Connect.
    pub scopes: Vec<ScopeDescription>,
    /// Whether OpenID Connect is offered.
    pub openid: bool,
    /// Clients named in the configuration.
    pub clients: Vec<Client>,
    /// Which redirect URIs clients may have, however they are known.
    pub redirect_uris: RedirectUriPolicy,
    /// Dynamic client registration, unless it is off.
    pub registration: Option<RegistrationSettings>,
    /// Clients that are described by the document at their identifier, unless they are off.
    pub client_documents: Option<ClientDocumentSettings>,
    /// Who may make an account.
    pub sign_up: SignUp,
    /// What the product's API accepts.
    pub api_token: ApiToken,
    /// What the product's API may be called in a token exchange: its audience and its address.
    pub api_names: Vec<String>,
    /// Whether mcp2's own form of the exchange is offered.
    pub mcp2_exchange: bool,
    /// How long what the login said of a person is believed.
    pub person_check: Milliseconds,
    /// What signs access tokens.
    pub signing_algorithm: Algorithm,
    /// How long things live.
    pub lifetimes: Lifetimes,
}

impl Settings {
    /// A client named in the configuration.
    pub fn configured_client(&self, id: &ClientId) -> Option<&Client> {
        self.clients.iter().find(|client| &client.id == id)
    }

    /// Whether some client may exchange tokens (RFC 8693).
    pub fn exchanges_tokens(&self) -> bool {
        self.clients.iter().any(|client| {
            client
                .metadata
                .grant_types
                .contains(&GrantType::TokenExchange)
        })
    }

    /// Every scope a client may be granted.
    pub fn catalogue(&self) -> ScopeSet {
        self.described().map(|described| described.scope).collect()
    }

    /// What a client gets that asks for nothing in particular: clients omit `scope`, also on
    /// reconnect, and must not get an error for it.
    pub fn default_scope(&self) -> ScopeSet {
        self.scopes
            .iter()
            .filter(|described| described.default)
            .map(|described| described.scope.clone())
            .collect()
    }

    /// The scopes of the resource itself: what its metadata and its challenges name.
    pub fn resource_scopes(&self) -> ScopeSet {
        self.scopes
            .iter()
            .map(|described| described.scope.clone())
            .collect()
    }

    /// What a scope allows, in words.
    pub fn describe(&self, scope: &Scope) -> String {
        self.described()
            .find(|described| described.scope == *scope)
            .map_or_else(|| scope.to_string(), |described| described.description)
    }

    /// Whether the person may untick a scope.
    pub fn is_optional(&self, scope: &Scope) -> bool {
        self.described()
            .find(|described| described.scope == *scope)
            .is_some_and(|described| described.optional)
    }

    fn described(&self) -> impl Iterator<Item = ScopeDescription> {
        let openid = [
            (OPENID, "Know that it is you", false),
            (PROFILE, "See your user name", true),
        ];
        // Not a choice: clients are given refresh tokens also without asking for this scope, so
        // unticking it would promise what does not happen.
        let offline = (
            OFFLINE_ACCESS,
            "Stay connected until you disconnect it",
            false,
        );
        let standard = openid
            .into_iter()
            .filter(|_| self.openid)
            .chain([offline])
            .filter_map(|(name, description, optional)| {
                Some(ScopeDescription {
                    scope: Scope::parse(name).ok()?,
                    description: description.to_owned(),
                    default: false,
                    optional,
                })
            });
        self.scopes.iter().cloned().chain(standard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(allowed: &[&str], denied: &[&str]) -> ClientDocumentSettings {
        let owned = |hosts: &[&str]| hosts.iter().map(|&host| host.to_owned()).collect();
        ClientDocumentSettings {
            allowed_hosts: owned(allowed),
            denied_hosts: owned(denied),
            max_bytes: 5 * 1024,
        }
    }

    /// C20 of the catalogue.
    #[test]
    fn hosts_are_accepted_by_their_exact_name() {
        let only = settings(&["chatgpt.com"], &[]);
        assert!(only.accepts("chatgpt.com"));
        for other in [
            "evilchatgpt.com",
            "chatgpt.com.evil",
            "chatgpt.com.",
            "xn--chatgpt-0ya.com",
            "www.chatgpt.com",
        ] {
            assert!(!only.accepts(other), "{other}");
        }
    }

    #[test]
    fn a_denied_host_is_denied_although_allowed() {
        assert!(settings(&[], &["evil.example"]).accepts("client.example"));
        assert!(!settings(&[], &["evil.example"]).accepts("evil.example"));
        assert!(!settings(&["evil.example"], &["evil.example"]).accepts("evil.example"));
    }
}
