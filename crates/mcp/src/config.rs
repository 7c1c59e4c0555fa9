//! What the endpoint has to be told.

use std::time::Duration;

use countersign_oauth::scope::ScopeSet;

use crate::InvalidRegistry;

/// Which requests need an access token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignIn {
    /// All of them.
    #[default]
    Always,
    /// Calls of tools that act for a person. Connecting, listing and open tools need none.
    WhenNeeded,
}

/// The settings of one MCP endpoint. Made by [`McpConfig::new`], then changed field by field.
#[derive(Clone, Debug)]
pub struct McpConfig {
    /// Scheme, host and port of the server as clients reach it, without a trailing slash. Host and
    /// Origin of every request are checked against it.
    pub public_url: String,
    /// The absolute address of the protected resource metadata (RFC 9728 section 5.1), named in
    /// every challenge.
    pub resource_metadata: String,
    /// What people see as the name of this server.
    pub resource_name: String,
    /// What a model is told about this server as a whole.
    pub instructions: Option<String>,
    /// The scopes that a challenge to a client without a token asks for: everything an ordinary
    /// user of the tools needs, so that consent is asked once.
    pub challenge_scope: ScopeSet,
    /// Which requests need an access token.
    pub sign_in: SignIn,
    /// Further web origins whose pages may call the endpoint, e.g. `https://inspector.example`.
    pub extra_origins: Vec<String>,
    /// The most bytes of one message.
    pub body_limit: usize,
    /// How long one tool call may take. Hosts give up after about 60 s; an answer in words before
    /// that helps the model, silence does not.
    pub tool_timeout: Duration,
}

impl McpConfig {
    /// Settings for the endpoint `<public_url>/mcp`: metadata at the path form of RFC 9728
    /// section 3.1, messages up to 1 MiB, tool calls up to 50 s.
    pub fn new(public_url: impl Into<String>, challenge_scope: ScopeSet) -> Self {
        let public_url = public_url.into();
        Self {
            resource_metadata: format!("{public_url}/.well-known/oauth-protected-resource/mcp"),
            public_url,
            resource_name: "countersign".to_owned(),
            instructions: None,
            challenge_scope,
            sign_in: SignIn::default(),
            extra_origins: Vec::new(),
            body_limit: 1024 * 1024,
            tool_timeout: Duration::from_secs(50),
        }
    }
}

/// Why an endpoint cannot be made from its settings.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMcpConfig {
    /// The public URL has no host, or is not `http` or `https`.
    #[error("{0:?} is not the address of a web server")]
    PublicUrl(String),
    /// An extra origin is more or less than scheme, host and port.
    #[error("{0:?} is not a web origin; write scheme, host and port, like https://app.example")]
    Origin(String),
    /// The descriptor of a tool is not JSON.
    #[error("the list of tools cannot be written")]
    ToolList(#[source] serde_json::Error),
    /// The tools and widgets that were to take the place of others do not fit together.
    #[error(transparent)]
    Registry(#[from] InvalidRegistry),
}
