//! `prompt` (OpenID Connect Core §3.1.2.1).

use serde::{Deserialize, Serialize};

/// Which pages the client asks for. The default asks for nothing: pages are shown as needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown; what would need one is an error. Excludes the other two.
    pub none: bool,
    /// The person must sign in, even with a browser session.
    pub login: bool,
    /// The consent page must be shown, even if it was answered before.
    pub consent: bool,
}

impl Prompt {
    /// Reads the space-delimited list; `None` if `none` stands beside something else. Unknown
    /// values are ignored, as the specification leaves open.
    pub(super) fn parse(list: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for value in list.split(' ') {
            match value {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                // Accounts are switched on the consent page.
                "consent" | "select_account" => prompt.consent = true,
                _ => {}
            }
        }
        let contradictory =
            prompt.none && list.split(' ').any(|value| !matches!(value, "none" | ""));
        (!contradictory).then_some(prompt)
    }
}
