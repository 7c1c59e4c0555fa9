//! From a configuration to a router.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_config::{App, Config, Network};
use countersign_demo::ProductApi;
use countersign_domain::{Clock, Entropy, Timestamp};
use countersign_egress::{Egress, EgressConfig, Limits};
use countersign_http::{News, OfferedTool, Playground, PlaygroundWidget, Site};
use countersign_identity::local::{LocalAccounts, Passkeys, PasswordHasher, SignInLimits};
use countersign_identity::privy::{Privy, PrivyConfig, PrivySecret};
use countersign_index_network::{self as index_network, BreakerSettings, Discovery, ProtocolApi};
use countersign_mcp::{McpConfig, SignIn, ToolRegistry};
use countersign_server::keys::{KeyRing, Mcp2Key};
use countersign_server::sealed_client::SealedClients;
use countersign_server::upstream::Vault;
use countersign_server::{AuthorizationServer, Login, Parts};
use countersign_storage::Store;
use countersign_ui::{Brand, Color};
use ipnet::IpNet;

use crate::data_dir;
use crate::playground;
use crate::settings::{algorithm, settings};
use crate::widgets::{self, LiveWidgets};

/// A server, ready to serve.
pub struct Assembly {
    /// Every address of the origin.
    pub router: Router,
    /// The use cases behind it.
    pub server: AuthorizationServer,
    /// What open pages of the playground are told.
    pub news: News,
    /// The widgets that change while it runs; they do once this runs.
    pub widgets: Option<LiveWidgets>,
    /// What the operator should know of what was put together, one sentence each without a full stop.
    pub notices: Vec<String>,
}

/// Puts a server together.
pub async fn assemble(
    config: &Config,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> anyhow::Result<Assembly> {
    let egress = egress(config)?;
    let registry = match config.app {
        App::Demo => {
            let api = product_api(config, &egress);
            countersign_demo::tools(store.clone(), Arc::clone(&clock), Arc::clone(&entropy), api)?
        }
        App::IndexNetwork => index_network_tools(config, &egress)?,
    };
    let (registry, mut placed) = widgets::place(config, registry)?;
    let notices = std::mem::take(&mut placed.notices);
    let shown = Shown {
        tools: offered(&registry),
        widgets: playground::widgets(config, &registry),
    };
    let mount = |mcp, server| Ok(countersign_mcp::router(mcp, server, registry)?);
    let together = put_together(config, store, clock, entropy, egress, shown, mount);
    let (assembly, registry) = together.await?;
    let widgets = LiveWidgets::new(config, placed, registry, assembly.news.clone());
    Ok(Assembly {
        widgets,
        notices,
        ..assembly
    })
}

/// Puts a server together around whatever `mount` makes the protected resource. `tools` is what
/// the start page says of it.
pub async fn assemble_around(
    config: &Config,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    tools: Vec<OfferedTool>,
    mount: impl FnOnce(McpConfig, AuthorizationServer) -> anyhow::Result<Router>,
) -> anyhow::Result<Assembly> {
    let egress = egress(config)?;
    let shown = Shown {
        tools,
        widgets: Vec::new(),
    };
    let mount = |mcp, server| Ok((mount(mcp, server)?, ()));
    let together = put_together(config, store, clock, entropy, egress, shown, mount);
    together.await.map(|(assembly, ())| assembly)
}

/// What the pages say of the protected resource.
struct Shown {
    tools: Vec<OfferedTool>,
    widgets: Vec<PlaygroundWidget>,
}

async fn put_together<M>(
    config: &Config,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    egress: Egress,
    shown: Shown,
    mount: impl FnOnce(McpConfig, AuthorizationServer) -> anyhow::Result<(Router, M)>,
) -> anyhow::Result<(Assembly, M)> {
    let settings = settings(config)?;
    let sealed_clients = sealed_clients(config)?;
    let keys = keys(config, &store, clock.now()).await?;
    let server = AuthorizationServer::new(Parts {
        accounts: accounts(config, &store, &clock, &entropy),
        passkeys: passkeys(config, &store, &clock, &entropy)?,
        login: login(config, &egress, &clock)?,
        vault: Vault::new(data_dir::master_key(config)?),
        egress,
        settings,
        sealed_clients,
        store,
        keys,
        clock,
        entropy,
    });
    let news = News::default();
    let site = Site {
        server: server.clone(),
        brand: brand(config)?,
        tools: shown.tools,
        playground: config.playground.then(|| Playground {
            widgets: shown.widgets,
            news: news.clone(),
        }),
        operator_guide: config.public_url.is_loopback(),
        trusted_proxies: nets(&config.trusted_proxies),
        body_limit: config.limits.body_bytes,
        request_timeout: config.limits.request_timeout.into(),
    };
    let (mcp, mounted) = mount(mcp_config(config, &server), server.clone())?;
    let assembly = Assembly {
        router: countersign_http::router(site, mcp),
        server,
        news,
        widgets: None,
        notices: Vec::new(),
    };
    Ok((assembly, mounted))
}

/// The client identifiers that need no row, for the server and for the command line.
pub fn sealed_clients(config: &Config) -> anyhow::Result<SealedClients> {
    let master_key = data_dir::master_key(config)?;
    SealedClients::new(&master_key).context("cannot derive the key of the client identifiers")
}

/// The signing keys: loaded, or made at the first start.
pub async fn keys(config: &Config, store: &Store, now: Timestamp) -> anyhow::Result<KeyRing> {
    let master = data_dir::master_key(config)?;
    let import = config
        .tokens
        .import_private_key
        .as_ref()
        .map(|pem| Mcp2Key {
            private_pem: pem.expose().to_owned(),
            public_pem: config.tokens.import_public_key.clone(),
        });
    let algorithm = algorithm(config.tokens.signing_alg);
    KeyRing::open(store.clone(), master, algorithm, import, now)
        .await
        .context("cannot open the signing keys")
}

/// The local accounts, for the server and for the command line.
pub fn accounts(
    config: &Config,
    store: &Store,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> LocalAccounts {
    let hasher = PasswordHasher::new(config.limits.argon2_parallel);
    let limits = SignInLimits {
        per_account_per_hour: config.limits.sign_in_attempts_per_account_per_hour,
        per_address_per_hour: config.limits.sign_in_attempts_per_address_per_hour,
    };
    LocalAccounts::new(
        store.clone(),
        hasher,
        limits,
        Arc::clone(clock),
        Arc::clone(entropy),
    )
}

fn passkeys(
    config: &Config,
    store: &Store,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Passkeys> {
    Ok(Passkeys::new(
        &url::Url::parse(config.public_url.as_str())?,
        &config.brand.name,
        store.clone(),
        Arc::clone(clock),
        Arc::clone(entropy),
    ))
}

/// Where an exchange with Privy ends. A person may wait for it, or a tool call.
const PRIVY_LIMITS: Limits = Limits {
    bytes: 256 * 1024,
    timeout: Duration::from_secs(8),
};

fn login(config: &Config, egress: &Egress, clock: &Arc<dyn Clock>) -> anyhow::Result<Login> {
    let Some(access) = config.login.privy() else {
        return Ok(Login::Local);
    };
    let privy = PrivyConfig {
        app_id: access.app_id.to_owned(),
        app_secret: PrivySecret::new(access.app_secret.expose().to_owned()),
        client_id: access.settings.client_id.clone(),
        verification_key: access.settings.verification_key.clone(),
        api_url: access.settings.api_url.as_str().to_owned(),
        auth_url: access.settings.auth_url.as_str().to_owned(),
        origin: config.public_url.as_str().to_owned(),
    };
    let privy = Privy::new(privy, egress.api(PRIVY_LIMITS), Arc::clone(clock))
        .context("login.privy cannot be used")?;
    Ok(Login::Privy(privy))
}

/// Index Network's tools on its Protocol API.
fn index_network_tools(config: &Config, egress: &Egress) -> anyhow::Result<ToolRegistry> {
    let api = &config.api;
    let url = api.url.as_ref().context("api.url is missing")?;
    let limits = Limits {
        bytes: api.max_bytes,
        timeout: api.timeout.into(),
    };
    let chosen = &config.index_network;
    let breaker = BreakerSettings {
        failures: chosen.breaker_failures,
        rest: chosen.breaker_rest.into(),
    };
    let settings = index_network::Settings {
        limits: index_network::Limits {
            instruction_chars: chosen.instruction_chars,
            section_chars: chosen.section_chars,
        },
        discovery: Discovery {
            patience: chosen.patience.into(),
            concurrency: chosen.concurrency,
            synthesis_chars: chosen.synthesis_chars,
            ..Discovery::default()
        },
        avatar_domains: chosen.avatar_domains.clone(),
        ..index_network::Settings::default()
    };
    let api = ProtocolApi::new(egress.api(limits), url.as_str(), breaker);
    Ok(index_network::tools(api, settings)?)
}

/// The product's API, for the demo's tools; `None` when no address is configured.
fn product_api(config: &Config, egress: &Egress) -> Option<ProductApi> {
    let api = &config.api;
    let url = api.url.as_ref()?;
    let limits = Limits {
        bytes: api.max_bytes,
        timeout: api.timeout.into(),
    };
    Some(ProductApi {
        client: egress.api(limits),
        profile_url: format!("{}{}", url.as_str(), api.profile),
    })
}

/// Fetches under way at once: of strangers' documents, a few bytes each.
const CONCURRENT_FETCHES: usize = 64;

fn egress(config: &Config) -> anyhow::Result<Egress> {
    let egress = &config.egress;
    let extra_roots = match &egress.ca_file {
        Some(path) => std::fs::read(path)
            .with_context(|| format!("cannot read egress.ca_file {}", path.display()))?,
        None => Vec::new(),
    };
    Ok(Egress::new(EgressConfig {
        nameservers: egress.nameservers.clone(),
        extra_roots,
        allowed_networks: nets(&egress.allowed_networks),
        concurrency: CONCURRENT_FETCHES,
    })?)
}

fn nets(networks: &[Network]) -> Vec<IpNet> {
    networks.iter().map(|network| network.net()).collect()
}

fn mcp_config(config: &Config, server: &AuthorizationServer) -> McpConfig {
    let settings = server.settings();
    McpConfig {
        resource_name: settings.resource_name.clone(),
        instructions: config.mcp.instructions.clone(),
        sign_in: match config.mcp.sign_in {
            countersign_config::SignIn::Always => SignIn::Always,
            countersign_config::SignIn::WhenNeeded => SignIn::WhenNeeded,
        },
        extra_origins: config.mcp.allowed_origins.clone(),
        body_limit: config.limits.mcp_body_bytes,
        ..McpConfig::new(settings.issuer.clone(), settings.resource_scopes())
    }
}

fn brand(config: &Config) -> anyhow::Result<Brand> {
    let brand = &config.brand;
    let color = brand.color.map_or_else(
        || Brand::default().color(),
        |color| {
            let [red, green, blue] = color.rgb;
            Color::rgb(red, green, blue)
        },
    );
    // In the page itself, so that there is no address to guess and nothing to cache wrongly.
    let logo = brand.logo_image.as_ref().map(|logo| {
        format!(
            "data:{};base64,{}",
            logo.media_type,
            STANDARD.encode(&logo.bytes)
        )
    });
    Ok(Brand::new(&brand.name, logo.as_deref(), color)?)
}

fn offered(registry: &ToolRegistry) -> Vec<OfferedTool> {
    registry
        .tools()
        .iter()
        .map(|tool| {
            let definition = tool.definition();
            let scope = tool.scope().filter(|scope| !scope.is_empty());
            OfferedTool {
                name: definition.name.clone(),
                title: definition.title.clone(),
                description: definition.description.clone(),
                scope: scope.map(ToString::to_string),
            }
        })
        .collect()
}
