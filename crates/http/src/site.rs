//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use countersign_server::AuthorizationServer;
use countersign_ui::Brand;
use ipnet::IpNet;

/// A tool, as the home page lists it.
#[derive(Clone, Debug)]
pub struct OfferedTool {
    /// Its name on the wire.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// What it does.
    pub description: String,
    /// The scopes it needs, separated by spaces; `None` if any token will do.
    pub scope: Option<String>,
}

/// What the handlers share.
#[derive(Clone)]
pub struct Site {
    /// The use cases.
    pub server: AuthorizationServer,
    /// Whose server this is.
    pub brand: Brand,
    /// The tools that the MCP endpoint lists.
    pub tools: Vec<OfferedTool>,
    /// Whether the home page shows the operator how to go on.
    pub operator_guide: bool,
    /// The proxies that are believed about whom they forward for.
    pub trusted_proxies: Vec<IpNet>,
    /// Largest form or JSON body in bytes; MCP has its own limit.
    pub body_limit: usize,
    /// How long a request may take before it is given up; MCP has its own limit.
    pub request_timeout: Duration,
}

pub(crate) type Shared = axum::extract::State<Arc<Site>>;

impl Site {
    /// Whether cookies can be `Secure`: on plain http, which only a loopback address may use,
    /// not every browser would send them back.
    pub(crate) fn is_https(&self) -> bool {
        self.server.settings().issuer.starts_with("https://")
    }
}
