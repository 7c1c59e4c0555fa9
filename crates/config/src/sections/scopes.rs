//! `[[scopes]]`

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::key_path::KeyPath;

/// A permission that users grant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The name on the wire (RFC 6749 section 3.3), for example `notes:read`.
    pub name: String,
    /// What it allows, in the user's words, as the consent page says it.
    pub description: String,
    /// Whether a client that asks for no scope gets it.
    #[serde(default = "yes")]
    pub default: bool,
    /// Whether the user may untick it on the consent page.
    #[serde(default = "yes")]
    pub optional: bool,
}

fn yes() -> bool {
    true
}

impl Scope {
    fn new(name: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            default: true,
            optional: true,
        }
    }
}

/// The demo product's scopes.
pub(crate) fn demo() -> Vec<Scope> {
    vec![
        Scope::new("notes:read", "Read your notes and your account name"),
        Scope::new("notes:write", "Add notes in your name"),
    ]
}

/// Index Network's scopes, in mcp2's words.
pub(crate) fn index_network() -> Vec<Scope> {
    vec![
        Scope::new(
            "read",
            "Search your intents and the people you are connected with",
        ),
        Scope::new(
            "write",
            "Make intents and ask people to connect, in your name",
        ),
    ]
}

/// Names with a meaning in OpenID Connect (Core section 5.4 and 11), which only that may give them.
const RESERVED: [&str; 6] = [
    "openid",
    "offline_access",
    "profile",
    "email",
    "address",
    "phone",
];

pub(crate) fn check(scopes: &[Scope], findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (index, scope) in scopes.iter().enumerate() {
        let at = |key| KeyPath::from(["scopes"]).index(index).key(key);
        if countersign_oauth::scope::Scope::parse(&scope.name).is_err() {
            findings.refuse(at("name"), "not a scope name: write printable ASCII without spaces, quotes and backslashes, for example \"notes:read\"");
        } else if RESERVED.contains(&scope.name.as_str()) {
            findings.refuse(at("name"), format!("\"{}\" belongs to OpenID Connect: choose a name of your own, for example \"notes:read\"", scope.name));
        } else if !seen.insert(&scope.name) {
            findings.refuse(
                at("name"),
                format!(
                    "a second scope is called \"{}\": rename or remove it",
                    scope.name
                ),
            );
        }
        findings.shown_text(at("description"), &scope.description, 200);
    }
    if scopes.len() > MAX {
        findings.refuse(
            ["scopes"],
            format!("more than {MAX} scopes: nobody reads such a consent page; merge some"),
        );
    }
    // Several clients (Codex among them) register and ask without a scope.
    if !scopes.iter().any(|scope| scope.default) {
        findings.refuse(["scopes"], "no scope is in the default set, so a client that asks for none gets nothing: leave `default` away on at least one");
    }
}

/// Half of what a parsed scope set may hold, so that OpenID Connect's own fit beside them.
const MAX: usize = 64;
