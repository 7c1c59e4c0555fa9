//! The rules of dynamic client registration (RFC 7591 §2, §3).

use serde_json::Value;

use super::members::Members;
use super::{ApplicationType, ClientMetadata, GrantType, ResponseType, TokenEndpointAuthMethod};
use crate::error::ErrorCode;
use crate::redirect_uri::{InvalidRedirectUri, RedirectUri, RedirectUriPolicy};
use crate::scope::{InvalidScope, ScopeSet};
use crate::strict_json::{self, InvalidJson};

/// What this server lets clients register.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// Which redirect URIs are acceptable.
    pub redirect: RedirectUriPolicy,
    /// The scopes that exist here.
    pub catalogue: ScopeSet,
    /// The authentication methods that the token endpoint accepts, and its metadata lists.
    pub auth_methods: Vec<TokenEndpointAuthMethod>,
    /// The most redirect URIs of one client.
    pub max_redirect_uris: usize,
    /// The longest `client_name`, in characters; also of every other text for people.
    pub max_text_chars: usize,
}

impl RegistrationPolicy {
    /// A policy with the usual limits: 10 redirect URIs, names of 200 characters, every way to
    /// authenticate.
    pub fn new(redirect: RedirectUriPolicy, catalogue: ScopeSet) -> Self {
        use TokenEndpointAuthMethod::{
            ClientSecretBasic, ClientSecretPost, None as Public, PrivateKeyJwt,
        };
        Self {
            redirect,
            catalogue,
            auth_methods: vec![Public, ClientSecretBasic, ClientSecretPost, PrivateKeyJwt],
            max_redirect_uris: 10,
            max_text_chars: 200,
        }
    }
}

/// Why a registration is refused. The messages name the member and the rule, and are for the
/// `error_description`.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Not JSON, or JSON with duplicate members or too deep.
    #[error(transparent)]
    Json(#[from] InvalidJson),
    /// JSON, but not an object.
    #[error("client metadata must be a JSON object")]
    NotAnObject,
    /// A member has the wrong JSON type.
    #[error("`{member}` must be {expected}")]
    WrongType {
        /// The member's name.
        member: &'static str,
        /// The JSON type that it must have.
        expected: &'static str,
    },
    /// A member is longer or has more entries than the policy allows.
    #[error("`{member}` exceeds the limit of {limit}")]
    TooLarge {
        /// The member's name.
        member: &'static str,
        /// The limit, with its unit.
        limit: String,
    },
    /// `redirect_uris` is missing, empty or not a list of strings.
    #[error("`redirect_uris` must be a non-empty array of strings")]
    RedirectUris,
    /// A redirect URI breaks a rule.
    #[error("{reason}: entry {position} of `redirect_uris`")]
    RedirectUri {
        /// Which entry, counted from 1.
        position: usize,
        /// Which rule.
        reason: InvalidRedirectUri,
    },
    /// The authentication method is unknown or not accepted here.
    #[error("`token_endpoint_auth_method` must be one of: {0}")]
    AuthMethod(String),
    /// A grant type that hands out tokens without a person's consent in a browser.
    #[error("`grant_types` must not contain `{0}`")]
    ForbiddenGrantType(&'static str),
    /// Nothing is left that could lead to a token.
    #[error("`grant_types` must contain `authorization_code`")]
    NoUsableGrantType,
    /// A response type other than `code`, or none although a grant type needs it.
    #[error("`response_types` must be `code` alone, as `grant_types` requires")]
    ResponseTypes,
    /// `scope` breaks the grammar.
    #[error("`scope`: {0}")]
    Scope(#[from] InvalidScope),
    /// An address for people or keys is not an `https` URL.
    #[error("`{0}` must be an https URL")]
    NotHttps(&'static str),
    /// `jwks` and `jwks_uri` in one document (RFC 7591 §2).
    #[error("`jwks` and `jwks_uri` exclude each other")]
    TwoKeySources,
    /// `private_key_jwt` without keys to verify with.
    #[error("`private_key_jwt` needs `jwks` or `jwks_uri`")]
    NoKeys,
    /// `jwks` is not a JWK set, or holds a key that is secret.
    #[error("`jwks` must be a JWK set of public keys")]
    Jwks,
    /// The software statement is not a signed JWT.
    #[error("`software_statement` must be a signed JWT")]
    SoftwareStatement,
}

impl RegistrationError {
    /// The `error` of the answer (RFC 7591 §3.2.2).
    pub const fn code(&self) -> ErrorCode {
        match self {
            // A limit, not a shape: every other limit of the document answers the same.
            Self::RedirectUri {
                reason: InvalidRedirectUri::TooLong,
                ..
            } => ErrorCode::InvalidClientMetadata,
            Self::RedirectUris | Self::RedirectUri { .. } => ErrorCode::InvalidRedirectUri,
            Self::SoftwareStatement => ErrorCode::InvalidSoftwareStatement,
            _ => ErrorCode::InvalidClientMetadata,
        }
    }
}

impl ClientMetadata {
    /// Reads a registration request and decides what is registered.
    ///
    /// Where RFC 7591 §3.2.1 lets the server substitute, unusable values are dropped instead of
    /// refused, since clients send one document to every server: unknown grant types, scopes
    /// outside the catalogue, an unknown `application_type`. What would weaken the client or
    /// mislead a person is refused. Members that are not listed here (`client_id` and
    /// `client_secret` among them) are ignored.
    pub fn register(body: &[u8], policy: &RegistrationPolicy) -> Result<Self, RegistrationError> {
        let Value::Object(object) = strict_json::parse(body)? else {
            return Err(RegistrationError::NotAnObject);
        };
        let members = Members::new(&object, policy.max_text_chars);
        members.check_software_statement()?;
        let grant_types = grant_types(&members)?;
        let jwks = members.public_jwks()?;
        let jwks_uri = members.https_url("jwks_uri")?;
        if jwks.is_some() && jwks_uri.is_some() {
            return Err(RegistrationError::TwoKeySources);
        }
        let token_endpoint_auth_method = auth_method(&members, policy)?;
        let needs_keys = token_endpoint_auth_method == TokenEndpointAuthMethod::PrivateKeyJwt;
        if needs_keys && jwks.is_none() && jwks_uri.is_none() {
            return Err(RegistrationError::NoKeys);
        }
        Ok(Self {
            redirect_uris: redirect_uris(&members, policy)?,
            client_name: members.text("client_name")?,
            token_endpoint_auth_method,
            token_endpoint_auth_methods_supported: Vec::new(),
            response_types: response_types(&members)?,
            grant_types,
            scope: scope(&members, policy)?,
            application_type: application_type(&members)?,
            client_uri: members.https_url("client_uri")?,
            logo_uri: members.https_url("logo_uri")?,
            policy_uri: members.https_url("policy_uri")?,
            tos_uri: members.https_url("tos_uri")?,
            contacts: members.texts("contacts")?,
            software_id: members.text("software_id")?,
            software_version: members.text("software_version")?,
            jwks,
            jwks_uri,
        })
    }
}

/// One bad redirect URI refuses the registration: a client that was told "registered" would use it.
fn redirect_uris(
    members: &Members<'_>,
    policy: &RegistrationPolicy,
) -> Result<Vec<RedirectUri>, RegistrationError> {
    let sent = members
        .strings("redirect_uris")
        .map_err(|_| RegistrationError::RedirectUris)?;
    let sent = sent
        .filter(|uris| !uris.is_empty())
        .ok_or(RegistrationError::RedirectUris)?;
    if sent.len() > policy.max_redirect_uris {
        let limit = format!("{} entries", policy.max_redirect_uris);
        return Err(RegistrationError::TooLarge {
            member: "redirect_uris",
            limit,
        });
    }
    let check = |(index, uri): (usize, &str)| {
        RedirectUri::parse(uri, &policy.redirect).map_err(|reason| RegistrationError::RedirectUri {
            position: index + 1,
            reason,
        })
    };
    sent.into_iter().enumerate().map(check).collect()
}

/// The method as asked for or an error, never another one: a client that expected a secret and got
/// none would run unauthenticated. The default is RFC 7591's.
fn auth_method(
    members: &Members<'_>,
    policy: &RegistrationPolicy,
) -> Result<TokenEndpointAuthMethod, RegistrationError> {
    let wanted = members.string("token_endpoint_auth_method")?;
    let wanted = wanted.unwrap_or(TokenEndpointAuthMethod::ClientSecretBasic.as_str());
    policy
        .auth_methods
        .iter()
        .copied()
        .find(|method| method.as_str() == wanted)
        .ok_or_else(|| {
            let accepted: Vec<_> = policy
                .auth_methods
                .iter()
                .map(|method| method.as_str())
                .collect();
            RegistrationError::AuthMethod(accepted.join(", "))
        })
}

fn grant_types(members: &Members<'_>) -> Result<Vec<GrantType>, RegistrationError> {
    let Some(sent) = members.strings("grant_types")? else {
        return Ok(vec![GrantType::AuthorizationCode]);
    };
    for forbidden in ["password", "implicit", "client_credentials"] {
        if sent.contains(&forbidden) {
            return Err(RegistrationError::ForbiddenGrantType(forbidden));
        }
    }
    let registered = usable_grant_types(&sent);
    if registered.contains(&GrantType::AuthorizationCode) {
        Ok(registered)
    } else {
        Err(RegistrationError::NoUsableGrantType)
    }
}

/// Those of the named grant types that exist here.
pub(super) fn usable_grant_types(sent: &[&str]) -> Vec<GrantType> {
    let usable = [
        ("authorization_code", GrantType::AuthorizationCode),
        ("refresh_token", GrantType::RefreshToken),
    ];
    usable
        .into_iter()
        .filter(|(name, _)| sent.contains(name))
        .map(|(_, grant_type)| grant_type)
        .collect()
}

fn response_types(members: &Members<'_>) -> Result<Vec<ResponseType>, RegistrationError> {
    match members.strings("response_types")? {
        None => Ok(vec![ResponseType::Code]),
        Some(sent) if !sent.is_empty() && sent.iter().all(|sent| *sent == "code") => {
            Ok(vec![ResponseType::Code])
        }
        Some(_) => Err(RegistrationError::ResponseTypes),
    }
}

/// A client that names no scope, or none that exists here, gets the catalogue: it asks for scopes
/// later, from the challenge, and would otherwise be locked out for ever.
pub(super) fn scope(
    members: &Members<'_>,
    policy: &RegistrationPolicy,
) -> Result<ScopeSet, RegistrationError> {
    let sent = ScopeSet::parse(members.string("scope")?.unwrap_or_default())?;
    let registered = sent.intersection(&policy.catalogue);
    Ok(if registered.is_empty() {
        policy.catalogue.clone()
    } else {
        registered
    })
}

pub(super) fn application_type(
    members: &Members<'_>,
) -> Result<Option<ApplicationType>, RegistrationError> {
    Ok(match members.string("application_type")? {
        Some("web") => Some(ApplicationType::Web),
        Some("native") => Some(ApplicationType::Native),
        _ => None,
    })
}
