//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use countersign_server::AuthorizationServer;
use countersign_ui::Brand;
use ipnet::IpNet;
use serde::Serialize;

use crate::News;

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

/// What the playground shows beside what it learns through MCP.
#[derive(Clone, Debug)]
pub struct Playground {
    /// Every widget.
    pub widgets: Vec<PlaygroundWidget>,
    /// What its open pages are told.
    pub news: News,
}

/// A widget, and how a host would let it run.
#[derive(Clone, Debug)]
pub struct PlaygroundWidget {
    /// Its name, part of an address.
    pub name: String,
    /// The `Content-Security-Policy` of a document that shows it.
    pub policy: String,
    /// What would let it reach more.
    pub allow: Allow,
}

/// What would let a widget reach an origin, by what it wants there.
#[derive(Clone, Debug, Serialize)]
pub struct Allow {
    /// For requests.
    pub connect: AllowLine,
    /// For images, fonts, styles and scripts.
    pub resource: AllowLine,
    /// For frames.
    pub frame: AllowLine,
}

/// Something to write, and where.
#[derive(Clone, Debug, Serialize)]
pub struct AllowLine {
    /// Where it is written, in words: a file of the configuration, or the app's code.
    pub file: String,
    /// What is written, with `{origin}` where the origin goes.
    pub line: String,
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
    /// What the playground shows; `None` where it is off.
    pub playground: Option<Playground>,
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
