//! `[mcp]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::findings::Findings;
use crate::key_path::KeyPath;

/// Which requests at `/mcp` need an access token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// All of them.
    #[default]
    Always,
    /// Calls of tools that act for a person.
    WhenNeeded,
}

/// The MCP endpoint.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mcp {
    /// Origins of browser clients that may call `/mcp`, beside `public_url` itself, for example
    /// `https://inspector.example.com`.
    pub allowed_origins: Vec<String>,
    /// The name of the protected resource (`resource_name`, RFC 9728 section 2). The name of `[brand]`
    /// when it is not set.
    pub resource_name: Option<String>,
    /// What the model is told about this server when it connects.
    pub instructions: Option<String>,
    /// When a client is asked to sign its user in. `always`: at the first request, so that a client
    /// signs in when it connects. `when_needed`: at the first call of a tool that acts for a person;
    /// connecting, listing the tools and the tools that need nobody are then open to everyone.
    pub sign_in: SignIn,
}

impl Mcp {
    pub(crate) fn check(&self, findings: &mut Findings) {
        for (index, origin) in self.allowed_origins.iter().enumerate() {
            // A browser sends its origin in one spelling, and it is compared as a string.
            let canonical = Url::parse(origin)
                .ok()
                .map(|url| url.origin())
                .filter(url::Origin::is_tuple);
            let canonical = canonical.map(|origin| origin.ascii_serialization());
            let at = KeyPath::from(["mcp", "allowed_origins"]).index(index);
            match canonical {
                Some(canonical) if canonical == *origin => {}
                Some(canonical) => findings.refuse(at, format!("not as a browser sends it: write \"{canonical}\"")),
                None => findings.refuse(at, "not an origin: write scheme, host and port, for example \"https://inspector.example.com\" or \"http://localhost:6274\""),
            }
        }
        if let Some(name) = &self.resource_name {
            findings.shown_text(["mcp", "resource_name"], name, 200);
        }
        if self
            .instructions
            .as_ref()
            .is_some_and(|text| text.len() > LONGEST_INSTRUCTIONS)
        {
            findings.refuse(
                ["mcp", "instructions"],
                "longer than 8 KiB, and every conversation carries it: shorten it",
            );
        }
    }
}

const LONGEST_INSTRUCTIONS: usize = 8 * 1024;
