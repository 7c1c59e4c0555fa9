//! `[token_exchange]`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Client;
use crate::findings::Findings;
use crate::key_path::KeyPath;

/// Token exchange (RFC 8693): a client of `[[clients]]` with `token_exchange = true` gets, for an
/// access token of this server, the token with which the product's API knows the same user.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenExchange {
    /// Whether these clients may also ask in mcp2's way, at `/token/privy/access-token`. Meant for the
    /// time of a move from mcp2: each start warns of it.
    pub mcp2_endpoint: bool,
}

impl TokenExchange {
    /// The rules that need the other sections. `audience` says whether this server's own token for
    /// the API is what is handed out and nobody said for which API.
    pub(crate) fn relate(
        &self,
        clients: &[Client],
        audience_missing: bool,
        findings: &mut Findings,
    ) {
        let exchanging = |client: &Client| client.token_exchange;
        if self.mcp2_endpoint && !clients.iter().any(exchanging) {
            findings.refuse(["token_exchange", "mcp2_endpoint"], "no client may use it: give one of [[clients]] a secret and token_exchange = true, or remove the key");
        }
        if audience_missing && let Some(index) = clients.iter().position(exchanging) {
            findings.refuse(KeyPath::from(["clients"]).index(index).key("token_exchange"), "there is no API to exchange tokens for: set api.url, or api.audience alone if the tools do not call it");
        }
    }
}
