//! Client metadata (RFC 7591): what is known about a client, and the rules for registering it.

mod document;
mod members;
mod register;
mod response;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::document::DocumentError;
pub use self::register::{RegistrationError, RegistrationPolicy};
pub use self::response::ClientInformationResponse;
use crate::redirect_uri::RedirectUri;
use crate::scope::ScopeSet;

/// How a client proves who it is at the token endpoint (RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// A public client: it cannot keep a secret and gets none.
    None,
    /// The secret in the `Authorization` header.
    ClientSecretBasic,
    /// The secret in the body.
    ClientSecretPost,
    /// A JWT signed with a key of the client (RFC 7523, OpenID Connect Core §9).
    PrivateKeyJwt,
}

impl TokenEndpointAuthMethod {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// Whether the client is issued a secret: exactly when it asked for a method that uses one.
    pub const fn uses_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// A grant type that a client can be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 8693. Only for clients that the operator names: nobody can register for it.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

/// A response type that a client can be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// RFC 6749 §4.1.1.
    Code,
}

/// Where the client runs (OpenID Connect Registration §2). Recorded and echoed; no rule follows
/// from it, because most native clients leave it out and the default would lock them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// On a web server.
    Web,
    /// On the user's machine.
    Native,
}

/// What is known about a client (RFC 7591 §2), stored as JSON.
///
/// Names and addresses are the client's claims. They are kept as sent, never fetched, and shown
/// beside the redirect host, which is the one thing the client cannot make up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Where answers may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// The name as sent; for people use [`display_name`](Self::display_name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// How the client authenticates; one of several, the preferred. Never downgraded afterwards.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// How else the client may authenticate: only a metadata document offers a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    /// What the client may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// What the client may ask for at the authorization endpoint.
    pub response_types: Vec<ResponseType>,
    /// The most that the client can be granted.
    pub scope: ScopeSet,
    /// Where the client runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// The client's home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// The client's logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The client's privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// The client's terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Ways to reach the people behind the client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// The software, the same for all its installations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// The software's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// The client's public keys by value; excludes `jwks_uri`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// The address of the client's public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
}

impl ClientMetadata {
    /// Whether the client said that it authenticates in this way.
    pub fn authenticates_with(&self, method: TokenEndpointAuthMethod) -> bool {
        self.token_endpoint_auth_method == method
            || self.token_endpoint_auth_methods_supported.contains(&method)
    }

    /// The name for people to read: without the characters that hide, reorder or break text, and
    /// with runs of white space as one space. `None` if nothing visible is left, in which case the
    /// redirect host is all there is to show.
    pub fn display_name(&self) -> Option<String> {
        let visible: String = self
            .client_name
            .as_deref()?
            .chars()
            .map(|character| {
                if character.is_whitespace() {
                    ' '
                } else {
                    character
                }
            })
            .filter(|&character| !is_invisible(character))
            .collect();
        let name = visible
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        (!name.is_empty()).then_some(name)
    }
}

/// Control characters, and Unicode's formatting characters: zero-width, bidirectional, tags,
/// fillers, variation selectors, private use.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{E000}'..='\u{F8FF}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFF}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{10FFFF}'
        )
}
