//! Client id metadata documents: what a client says of itself at the URL that is its identifier
//! (draft-ietf-oauth-client-id-metadata-document, MCP 2026-07-28 "Client ID Metadata Documents").

use serde_json::Value;

use super::members::Members;
use super::register::{self, RegistrationError, RegistrationPolicy};
use super::{ClientMetadata, GrantType, ResponseType, TokenEndpointAuthMethod};
use crate::client_id_url::ClientIdUrl;
use crate::redirect_uri::RedirectUri;
use crate::strict_json::{self, InvalidJson};

/// The most redirect URIs of one document. More than a registration may have, because one document
/// serves every installation of an app.
const MAX_REDIRECT_URIS: usize = 64;

/// Why a document does not describe a client. The messages are for the developer of the client, who
/// reads them on the error page.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or JSON with duplicate members or too deep.
    #[error(transparent)]
    Json(#[from] InvalidJson),
    /// JSON, but not an object.
    #[error("the document must be a JSON object")]
    NotAnObject,
    /// Somebody else's document, or one that was moved.
    #[error("`client_id` must be the document's own URL, byte for byte")]
    ClientId,
    /// A member that MCP requires is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// What everybody can read is no secret.
    #[error("a public document must not have `{0}`")]
    Secret(&'static str),
    /// A method that needs a shared secret, which nobody could have agreed on.
    #[error("a client known by its document cannot authenticate with `{0}`")]
    SharedSecret(&'static str),
    /// No method that this server accepts.
    #[error("the client must authenticate with `none` or `private_key_jwt`")]
    AuthMethod,
    /// `private_key_jwt` without keys to verify with.
    #[error("`private_key_jwt` needs `jwks` or `jwks_uri`")]
    NoKeys,
    /// More redirect URIs than any app has.
    #[error("`redirect_uris` has more than {MAX_REDIRECT_URIS} entries")]
    TooManyRedirectUris,
    /// None of the redirect URIs can be used here.
    #[error("`redirect_uris` has no entry that can be used here")]
    RedirectUris,
    /// A member breaks the rules of RFC 7591.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
}

impl ClientMetadata {
    /// Reads the document that was fetched from `url`.
    ///
    /// One document goes to every server, so what is of no use here is left out rather than
    /// refused: redirect URIs that this server does not allow, grant types, methods and scopes that
    /// it does not know. What contradicts the draft is refused.
    pub fn from_document(
        document: &[u8],
        url: &ClientIdUrl,
        policy: &RegistrationPolicy,
    ) -> Result<Self, DocumentError> {
        let Value::Object(object) = strict_json::parse(document)? else {
            return Err(DocumentError::NotAnObject);
        };
        let members = Members::new(&object, policy.max_text_chars);
        if members.string("client_id")? != Some(url.as_str()) {
            return Err(DocumentError::ClientId);
        }
        for secret in ["client_secret", "client_secret_expires_at"] {
            if object.contains_key(secret) {
                return Err(DocumentError::Secret(secret));
            }
        }
        let jwks = members.public_jwks()?;
        let jwks_uri = members.https_url("jwks_uri")?;
        if jwks.is_some() && jwks_uri.is_some() {
            return Err(RegistrationError::TwoKeySources.into());
        }
        let methods = auth_methods(&members)?;
        let (Some(preferred), has_keys) = (
            methods.first().copied(),
            jwks.is_some() || jwks_uri.is_some(),
        ) else {
            return Err(DocumentError::AuthMethod);
        };
        if methods.contains(&TokenEndpointAuthMethod::PrivateKeyJwt) && !has_keys {
            return Err(DocumentError::NoKeys);
        }
        let name = members.text("client_name")?;
        Ok(Self {
            redirect_uris: redirect_uris(&members, policy)?,
            client_name: Some(name.ok_or(DocumentError::Missing("client_name"))?),
            token_endpoint_auth_method: preferred,
            token_endpoint_auth_methods_supported: methods,
            grant_types: grant_types(&members)?,
            response_types: response_types(&members)?,
            scope: register::scope(&members, policy)?,
            application_type: register::application_type(&members)?,
            // Only for people; an address that cannot be shown is no reason to lock them out.
            client_uri: members.https_url("client_uri").unwrap_or_default(),
            logo_uri: members.https_url("logo_uri").unwrap_or_default(),
            policy_uri: members.https_url("policy_uri").unwrap_or_default(),
            tos_uri: members.https_url("tos_uri").unwrap_or_default(),
            contacts: members.texts("contacts").unwrap_or_default(),
            software_id: members.text("software_id").unwrap_or_default(),
            software_version: members.text("software_version").unwrap_or_default(),
            jwks,
            jwks_uri,
        })
    }
}

/// The methods that can be used here, the preferred one first. The plural member is how a client
/// offers a choice; the singular one, from RFC 7591, is its preference. Without either it is public,
/// since RFC 7591's default needs a secret.
fn auth_methods(members: &Members<'_>) -> Result<Vec<TokenEndpointAuthMethod>, DocumentError> {
    use TokenEndpointAuthMethod::{
        ClientSecretBasic, ClientSecretPost, None as Public, PrivateKeyJwt,
    };
    let preferred = members.string("token_endpoint_auth_method")?;
    let offered = members.strings("token_endpoint_auth_methods_supported")?;
    if preferred.is_none() && offered.is_none() {
        return Ok(vec![Public]);
    }
    let mut methods = Vec::new();
    for name in preferred.into_iter().chain(offered.unwrap_or_default()) {
        for refused in [ClientSecretBasic, ClientSecretPost] {
            if name == refused.as_str() {
                return Err(DocumentError::SharedSecret(refused.as_str()));
            }
        }
        if name == "client_secret_jwt" {
            return Err(DocumentError::SharedSecret("client_secret_jwt"));
        }
        let known = [Public, PrivateKeyJwt]
            .into_iter()
            .find(|method| method.as_str() == name);
        methods.extend(known.filter(|method| !methods.contains(method)));
    }
    Ok(methods)
}

fn redirect_uris(
    members: &Members<'_>,
    policy: &RegistrationPolicy,
) -> Result<Vec<RedirectUri>, DocumentError> {
    let sent = members.strings("redirect_uris")?;
    let sent = sent.ok_or(DocumentError::Missing("redirect_uris"))?;
    if sent.len() > MAX_REDIRECT_URIS {
        return Err(DocumentError::TooManyRedirectUris);
    }
    let usable: Vec<_> = sent
        .into_iter()
        .filter_map(|uri| RedirectUri::parse(uri, &policy.redirect).ok())
        .collect();
    if usable.is_empty() {
        return Err(DocumentError::RedirectUris);
    }
    Ok(usable)
}

fn grant_types(members: &Members<'_>) -> Result<Vec<GrantType>, DocumentError> {
    let Some(sent) = members.strings("grant_types")? else {
        return Ok(vec![GrantType::AuthorizationCode]);
    };
    let usable = register::usable_grant_types(&sent);
    if usable.contains(&GrantType::AuthorizationCode) {
        Ok(usable)
    } else {
        Err(RegistrationError::NoUsableGrantType.into())
    }
}

fn response_types(members: &Members<'_>) -> Result<Vec<ResponseType>, DocumentError> {
    match members.strings("response_types")? {
        Some(sent) if !sent.contains(&"code") => Err(RegistrationError::ResponseTypes.into()),
        _ => Ok(vec![ResponseType::Code]),
    }
}
