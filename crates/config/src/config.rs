//! The whole configuration.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use countersign_oauth::redirect_uri::RedirectUriPolicy;
use countersign_oauth::scope::{OFFLINE_ACCESS, OPENID, PROFILE, Scope as ScopeToken, ScopeSet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::sections::api::{Api, ApiToken};
use crate::sections::brand::Brand;
use crate::sections::client_documents::ClientDocuments;
use crate::sections::clients::{self, Client};
use crate::sections::egress::Egress;
use crate::sections::index_network::IndexNetwork;
use crate::sections::limits::Limits;
use crate::sections::login::Login;
use crate::sections::mcp::Mcp;
use crate::sections::openid::OpenId;
use crate::sections::registration::Registration;
use crate::sections::scopes::{self, Scope};
use crate::sections::storage::Storage;
use crate::sections::token_exchange::TokenExchange;
use crate::sections::tokens::Tokens;
use crate::sections::widgets::{self, Widget};
use crate::values::listen;
use crate::{
    ConfigErrors, Environment, MasterKey, Network, PublicUrl, Report, load, notices, report, schema,
};

/// The configuration of one server: every value present, parsed and checked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address that clients use: scheme, host and port, without path and without a trailing slash.
    /// It is the issuer of every token. `https://`, or `http://` on a loopback host.
    pub public_url: PublicUrl,
    /// The address and port to listen on. When it is not set: loopback only if `public_url` is a
    /// loopback address, on its port; otherwise every interface (`0.0.0.0`), on port 3002. The
    /// variable `PORT` replaces the port.
    #[serde(deserialize_with = "listen::deserialize")]
    pub listen: SocketAddr,
    /// The proxies in front of this server, as addresses or networks, for example `["127.0.0.1"]` or
    /// `["10.0.0.0/8"]`. Only from them `X-Forwarded-For` (or `Forwarded`) says whose request it is,
    /// for the limits per address, and `X-Forwarded-Host` which host was asked for. Addresses in
    /// documents, redirects and pages are always made from `public_url`.
    pub trusted_proxies: Vec<Network>,
    /// The directory for the SQLite database and the master key. Made at the first start.
    pub data_dir: PathBuf,
    /// The key that seals what the database keeps: 32 random bytes in base64. When neither it nor
    /// `master_key_file` is set, one is made in `master.key` in `data_dir` at the first start.
    pub master_key: Option<MasterKey>,
    /// A file that holds `master_key`.
    pub master_key_file: Option<PathBuf>,
    /// The product behind `/mcp`. `demo`: notes, kept by this server. `index-network`: mcp2's tools, on
    /// the Protocol API at `api.url`; mcp2's `PROTOCOL_API_URL` alone sets it too.
    pub app: App,
    /// Whether `GET /playground` shows the tools and widgets as hosts show them, to whoever signs in. When
    /// it is not set: only if `public_url` is a loopback address.
    pub playground: bool,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as
    /// `info,countersign_server=debug`.
    pub log: String,
    /// How it is logged: `text` for people, `json` for machines.
    pub log_format: LogFormat,
    /// The database.
    pub storage: Storage,
    /// Who signs users in, and for how long.
    pub login: Login,
    /// The product's own API, which tools call as the user.
    pub api: Api,
    /// What is issued, how it is signed, how long it lives.
    pub tokens: Tokens,
    /// Token exchange (RFC 8693): a client of `[[clients]]` with `token_exchange = true` gets, for an
    /// access token of this server, the token with which the product's API knows the same user.
    pub token_exchange: TokenExchange,
    /// How clients register themselves (RFC 7591).
    pub registration: Registration,
    /// Clients that are known by the document at their `client_id` URL.
    pub client_documents: ClientDocuments,
    /// What this server fetches from others.
    pub egress: Egress,
    /// OpenID Connect.
    pub openid: OpenId,
    /// What users can allow. Without any entry: the demo product's `notes:read` and `notes:write`, or
    /// Index Network's `read` and `write`.
    pub scopes: Vec<Scope>,
    /// Clients that you name yourself, beside those that register. They are known at the next start
    /// and gone when they are removed here.
    pub clients: Vec<Client>,
    /// How the pages look.
    pub brand: Brand,
    /// What one request, one address and one account may cost.
    pub limits: Limits,
    /// The MCP endpoint.
    pub mcp: Mcp,
    /// The tools of `app = "index-network"`.
    pub index_network: IndexNetwork,
    /// Widgets of your own, which hosts show with the results of tools. On a loopback `public_url` a change
    /// of their files is served at once, elsewhere at the next start.
    pub widgets: Vec<Widget>,
}

/// The product behind `/mcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum App {
    /// Notes, kept by this server.
    Demo,
    /// Index Network: mcp2's tools on its Protocol API, at `api.url`.
    #[serde(rename = "index-network")]
    IndexNetwork,
}

impl App {
    /// The permissions that its tools ask for.
    pub fn scopes(self) -> Vec<Scope> {
        match self {
            Self::Demo => scopes::demo(),
            Self::IndexNetwork => scopes::index_network(),
        }
    }
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: PublicUrl::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3002)),
            trusted_proxies: Vec::new(),
            data_dir: "./data".into(),
            master_key: None,
            master_key_file: None,
            app: App::Demo,
            playground: true,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            storage: Storage::default(),
            login: Login::default(),
            api: Api::default(),
            tokens: Tokens::default(),
            token_exchange: TokenExchange::default(),
            registration: Registration::default(),
            client_documents: ClientDocuments::default(),
            egress: Egress::default(),
            openid: OpenId::default(),
            scopes: App::Demo.scopes(),
            clients: Vec::new(),
            brand: Brand::default(),
            limits: Limits::default(),
            mcp: Mcp::default(),
            index_network: IndexNetwork::default(),
            widgets: Vec::new(),
        }
    }
}

impl Config {
    /// Reads and checks everything. `path` is the file to read; without one it is the file that
    /// `COUNTERSIGN_CONFIG` names, or else `./countersign.toml` if that exists.
    ///
    /// What is set in several places is taken from the first of: `COUNTERSIGN_*` variables, the file,
    /// mcp2's variables, the defaults.
    ///
    /// # Errors
    /// Every problem that was found, each with its place and the way out; never a secret's value. A
    /// problem that would only follow from another one is left out.
    pub fn load(path: Option<&Path>, environment: &impl Environment) -> Result<Self, ConfigErrors> {
        load::load(path, environment).map(|loaded| loaded.config)
    }

    /// Like [`load`](Self::load), for `countersign config check`: also what is set, where, and who
    /// will not reach the server so.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn check(
        path: Option<&Path>,
        environment: &impl Environment,
    ) -> Result<(Self, Report), ConfigErrors> {
        let loaded = load::load(path, environment)?;
        let report = report::report(&loaded);
        Ok((loaded.config, report))
    }

    /// What an operator should know although nothing is wrong, one sentence each without a full stop:
    /// for the log of every start, and part of what [`check`](Self::check) reports.
    pub fn notices(&self) -> Vec<String> {
        notices::notices(self)
    }

    /// The JSON schema (2020-12) of the file.
    pub fn schema() -> serde_json::Value {
        schema::generate()
    }

    /// Where the master key is made when none is configured.
    pub fn default_master_key_file(&self) -> PathBuf {
        self.data_dir.join("master.key")
    }

    /// The rules of each value by itself.
    pub(crate) fn check_values(&mut self, environment: &impl Environment, findings: &mut Findings) {
        if self.log.trim().is_empty() {
            findings.refuse(["log"], "empty: write a level, for example \"info\"");
        }
        self.login.check(findings);
        self.api.check(findings);
        self.tokens.check(findings);
        self.registration.check(findings);
        self.client_documents.check(findings);
        scopes::check(&self.scopes, findings);
        let policy = RedirectUriPolicy {
            private_schemes: self.registration.private_schemes.clone(),
        };
        clients::check(&self.clients, &policy, findings);
        self.brand.check(findings);
        self.brand.read_logo(environment, findings);
        self.limits.check(findings);
        self.mcp.check(findings);
        self.index_network.check(findings);
        widgets::check(&self.widgets, findings);
    }

    /// The rules between values, which mean something only when each value is good by itself.
    pub(crate) fn check_relations(&self, findings: &mut Findings) {
        IndexNetwork::relate(self.app, self.api.url.is_some(), findings);
        self.login.relate(findings);
        self.api
            .relate(self.login.provider, &self.public_url, findings);
        self.tokens.relate(findings);
        let audience_missing =
            self.api.token == ApiToken::Countersign && self.api.audience().is_none();
        self.token_exchange
            .relate(&self.clients, audience_missing, findings);
        let openid: &[&str] = if self.openid.enabled {
            &[OPENID, PROFILE]
        } else {
            &[]
        };
        let names = self.scopes.iter().map(|scope| scope.name.as_str());
        let names = names.chain(openid.iter().copied()).chain([OFFLINE_ACCESS]);
        let known: ScopeSet = names
            .filter_map(|name| ScopeToken::parse(name).ok())
            .collect();
        clients::relate(&self.clients, &known, findings);
    }
}
