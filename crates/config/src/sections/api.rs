//! `[api]`

use countersign_oauth::resource::ResourceRule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::findings::Findings;
use crate::sections::login::Provider;
use crate::{BaseUrl, Duration, PublicUrl};

/// The product's own API, which tools call as the user.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Where it is, for example `https://api.example.com`. mcp2's `PROTOCOL_API_URL` lands here.
    pub url: Option<BaseUrl>,
    /// The `aud` of the tokens that this server makes for it, an absolute URI. `url` without a slash
    /// at the end when it is not set.
    pub audience: Option<String>,
    /// The token that it gets. `countersign`: one of this server's, made for each call, which the API
    /// verifies with `/.well-known/jwks.json`. `device`: Privy's, renewed by this server through
    /// Privy's device authorization grant. `browser`: Privy's, as the browser brought it, until it
    /// expires. When it is not set: `browser` if mcp2's variables alone made Privy the login,
    /// otherwise `countersign`.
    pub token: ApiToken,
    /// How long one call may take: 1 second to 10 minutes. mcp2's `PROTOCOL_API_TIMEOUT_MS` lands
    /// here.
    pub timeout: Duration,
    /// The largest answer in bytes.
    pub max_bytes: usize,
    /// The path below `url` at which the API says who its caller is; the demo product asks it.
    pub profile: String,
}

/// Whose token the product's API gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApiToken {
    /// This server's, minted per call.
    Countersign,
    /// Privy's, kept and renewed by this server.
    Device,
    /// Privy's, as the browser handed it over.
    Browser,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Api {
    fn default() -> Self {
        Self {
            url: None,
            audience: None,
            token: ApiToken::Countersign,
            timeout: Duration::from_secs(30),
            max_bytes: 4 * MIB,
            profile: "/me".to_owned(),
        }
    }
}

impl Api {
    /// The `aud` of this server's tokens for the API; `None` when no API is configured.
    pub fn audience(&self) -> Option<&str> {
        self.audience
            .as_deref()
            .or_else(|| self.url.as_ref().map(BaseUrl::as_str))
    }

    pub(crate) fn check(&self, findings: &mut Findings) {
        if self
            .audience
            .as_deref()
            .is_some_and(|text| !is_absolute_uri(text))
        {
            findings.refuse(["api", "audience"], "not an absolute URI: write what the API expects as \"aud\", for example \"https://api.example.com\"");
        }
        findings.within(
            ["api", "timeout"],
            self.timeout,
            Duration::from_secs(1),
            Duration::from_mins(10),
        );
        findings.within(["api", "max_bytes"], self.max_bytes, KIB, 64 * MIB);
        if !is_plain_path(&self.profile) {
            findings.refuse(["api", "profile"], "not a path below api.url: begin it with one slash and write neither query nor fragment, for example \"/me\"");
        }
    }

    /// The rules between keys, for values that are each good by themselves.
    pub(crate) fn relate(
        &self,
        provider: Provider,
        public_url: &PublicUrl,
        findings: &mut Findings,
    ) {
        if self.token != ApiToken::Countersign && provider != Provider::Privy {
            findings.refuse(["api", "token"], "Privy's tokens are handed on only where Privy is the login: set login.provider = \"privy\", or remove the key");
        }
        let own = ResourceRule::for_origin(public_url.as_str(), "/mcp");
        let is_own = |audience| own.resolve(&[audience]).is_ok();
        if self.token == ApiToken::Countersign && self.audience().is_some_and(is_own) {
            let key = if self.audience.is_some() {
                "audience"
            } else {
                "url"
            };
            findings.refuse(["api", key], "this server's own address, so that a token for the API would open /mcp too: write into api.audience what the API itself expects as \"aud\"");
        }
    }
}

/// RFC 3986 section 4.3, which has no fragment. It is kept as written: verifiers compare strings.
fn is_absolute_uri(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && Url::parse(text).is_ok_and(|uri| uri.fragment().is_none())
}

fn is_plain_path(text: &str) -> bool {
    text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['?', '#', '\\'])
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}
