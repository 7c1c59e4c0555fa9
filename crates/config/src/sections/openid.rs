//! `[openid]`

use schemars::JsonSchema;
use serde::Deserialize;

/// OpenID Connect.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OpenId {
    /// Whether clients may ask for the scope `openid` and read `/userinfo`.
    pub enabled: bool,
}
