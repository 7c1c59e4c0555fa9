//! `[client_documents]`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::findings::Findings;
use crate::key_path::KeyPath;

/// Clients that are known by the document at their `client_id` URL (client id metadata documents).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClientDocuments {
    /// Whether such clients are accepted. Without it they register, or have to be named here.
    pub enabled: bool,
    /// The only hosts whose documents are accepted, each by its exact name, for example
    /// `chatgpt.com`. Without any entry every host's are.
    pub allowed_hosts: Vec<String>,
    /// Hosts whose documents are not accepted, each by its exact name.
    pub denied_hosts: Vec<String>,
    /// The largest document in bytes, from 1,024 to 65,536.
    pub max_bytes: u32,
}

impl Default for ClientDocuments {
    fn default() -> Self {
        Self {
            enabled: true,
            allowed_hosts: Vec::new(),
            denied_hosts: Vec::new(),
            // What the draft recommends.
            max_bytes: 5 * 1024,
        }
    }
}

impl ClientDocuments {
    pub(crate) fn check(&self, findings: &mut Findings) {
        for (key, hosts) in [
            ("allowed_hosts", &self.allowed_hosts),
            ("denied_hosts", &self.denied_hosts),
        ] {
            for (index, host) in hosts.iter().enumerate() {
                // Compared as a string with the host of a URL, which has one spelling.
                let plain = url::Url::parse(&format!("https://{host}/"))
                    .is_ok_and(|url| url.host_str() == Some(host.as_str()) && url.port().is_none());
                if !plain {
                    findings.refuse(
                        KeyPath::from(["client_documents", key]).index(index),
                        "not the name of a host: write it in lower case, without scheme, port or path, for example \"chatgpt.com\"",
                    );
                }
            }
        }
        findings.within(
            ["client_documents", "max_bytes"],
            self.max_bytes,
            1024,
            64 * 1024,
        );
    }
}
