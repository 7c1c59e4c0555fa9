//! From the operator's configuration to what the use cases need.

use anyhow::Context as _;
use countersign_config::{
    Api, ApiToken as ConfiguredApiToken, Client as ConfiguredClient, ClientDocuments, Config,
    SignUp as ConfiguredSignUp, SigningAlg,
};
use countersign_domain::{
    Client, ClientId, ClientKind, ClientState, Milliseconds, PlainClientSecret, Timestamp,
};
use countersign_jose::algorithm::Algorithm;
use countersign_oauth::client_metadata::{
    ClientMetadata, GrantType, ResponseType, TokenEndpointAuthMethod,
};
use countersign_oauth::redirect_uri::{RedirectUri, RedirectUriPolicy};
use countersign_oauth::resource::ResourceRule;
use countersign_oauth::scope::{Scope, ScopeSet};
use countersign_server::settings::{
    ClientDocumentSettings, Lifetimes, RegistrationSettings, ScopeDescription, Settings, SignUp,
};
use countersign_server::upstream::ApiToken;

/// What the use cases need to know of the configuration.
pub fn settings(config: &Config) -> anyhow::Result<Settings> {
    let redirect_uris = RedirectUriPolicy {
        private_schemes: config.registration.private_schemes.clone(),
    };
    let scopes = config
        .scopes
        .iter()
        .map(|scope| {
            Ok(ScopeDescription {
                scope: Scope::parse(&scope.name)?,
                description: scope.description.clone(),
                default: scope.default,
                optional: scope.optional,
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let clients = config
        .clients
        .iter()
        .map(|client| configured_client(client, &redirect_uris))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let issuer = config.public_url.as_str().to_owned();
    Ok(Settings {
        resource: ResourceRule::for_origin(&issuer, "/mcp"),
        issuer,
        resource_name: config
            .mcp
            .resource_name
            .clone()
            .unwrap_or_else(|| config.brand.name.clone()),
        scopes,
        openid: config.openid.enabled,
        clients,
        redirect_uris,
        client_documents: config
            .client_documents
            .enabled
            .then(|| client_documents(&config.client_documents)),
        registration: config.registration.enabled.then(|| RegistrationSettings {
            per_address_per_hour: config.registration.per_address_per_hour,
            never_used_limit: config.registration.total_unused,
            never_used_ttl: milliseconds(config.registration.unused_ttl),
        }),
        sign_up: match config.login.sign_up {
            ConfiguredSignUp::Open => SignUp::Open,
            ConfiguredSignUp::Invitation => SignUp::Invitation,
        },
        api_token: api_token(&config.api),
        api_names: api_names(&config.api),
        mcp2_exchange: config.token_exchange.mcp2_endpoint,
        person_check: milliseconds(config.login.privy.user_check),
        signing_algorithm: algorithm(config.tokens.signing_alg),
        lifetimes: Lifetimes {
            access_token: milliseconds(config.tokens.access_ttl),
            refresh_token: milliseconds(config.tokens.refresh_ttl),
            grant: milliseconds(config.tokens.grant_ttl),
            refresh_grace: milliseconds(config.tokens.refresh_grace),
            authorization_code: milliseconds(config.tokens.code_ttl),
            interaction: milliseconds(config.login.interaction_ttl),
            session: milliseconds(config.login.session_ttl),
            signing_key: milliseconds(config.tokens.key_rotation),
            jwks_max_age: milliseconds(config.tokens.jwks_max_age),
        },
    })
}

fn client_documents(configured: &ClientDocuments) -> ClientDocumentSettings {
    ClientDocumentSettings {
        allowed_hosts: configured.allowed_hosts.clone(),
        denied_hosts: configured.denied_hosts.clone(),
        max_bytes: usize::try_from(configured.max_bytes).unwrap_or(usize::MAX),
    }
}

fn api_token(api: &Api) -> ApiToken {
    match api.token {
        ConfiguredApiToken::Countersign => ApiToken::Countersign {
            audience: api.audience().map(str::to_owned),
        },
        ConfiguredApiToken::Device => ApiToken::Device,
        ConfiguredApiToken::Browser => ApiToken::Browser,
    }
}

/// What a client may call the API when it asks for a token for it.
fn api_names(api: &Api) -> Vec<String> {
    let url = api.url.as_ref().map(countersign_config::BaseUrl::as_str);
    let names = [api.audience(), url];
    names.into_iter().flatten().map(str::to_owned).collect()
}

/// The algorithm that the configuration names.
pub fn algorithm(configured: SigningAlg) -> Algorithm {
    match configured {
        SigningAlg::Rs256 => Algorithm::Rs256,
        SigningAlg::Es256 => Algorithm::Es256,
        SigningAlg::EdDsa => Algorithm::EdDsa,
    }
}

pub(crate) fn milliseconds(span: countersign_config::Duration) -> Milliseconds {
    i64::try_from(span.as_secs())
        .unwrap_or(i64::MAX)
        .saturating_mul(1000)
}

fn configured_client(
    client: &ConfiguredClient,
    redirect_uris: &RedirectUriPolicy,
) -> anyhow::Result<Client> {
    let metadata = ClientMetadata {
        redirect_uris: client
            .redirect_uris
            .iter()
            .map(|uri| RedirectUri::parse(uri, redirect_uris))
            .collect::<Result<_, _>>()
            .with_context(|| format!("a redirect URI of client {:?}", client.id))?,
        client_name: Some(client.name.clone()),
        token_endpoint_auth_method: match client.secret {
            Some(_) => TokenEndpointAuthMethod::ClientSecretBasic,
            None => TokenEndpointAuthMethod::None,
        },
        token_endpoint_auth_methods_supported: Vec::new(),
        grant_types: [GrantType::AuthorizationCode, GrantType::RefreshToken]
            .into_iter()
            .chain(client.token_exchange.then_some(GrantType::TokenExchange))
            .collect(),
        response_types: vec![ResponseType::Code],
        scope: match &client.scope {
            Some(scope) => ScopeSet::parse(scope)?,
            None => ScopeSet::empty(),
        },
        application_type: None,
        client_uri: None,
        logo_uri: None,
        policy_uri: None,
        tos_uri: None,
        contacts: Vec::new(),
        software_id: None,
        software_version: None,
        jwks: None,
        jwks_uri: None,
    };
    Ok(Client {
        id: ClientId::new(client.id.clone()),
        kind: ClientKind::Configured,
        metadata,
        secret: client
            .secret
            .as_ref()
            .map(|secret| PlainClientSecret::hash_presented(secret.expose())),
        created_at: Timestamp::from_millis(0),
        last_used_at: None,
        state: ClientState::Active,
    })
}
