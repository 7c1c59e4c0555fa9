//! `[[clients]]`

use std::collections::BTreeSet;
use std::path::PathBuf;

use countersign_oauth::redirect_uri::{InvalidRedirectUri, RedirectUri, RedirectUriPolicy};
use countersign_oauth::scope::ScopeSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Secret;
use crate::findings::Findings;
use crate::key_path::KeyPath;

/// A client that the operator vouches for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its `client_id`, for example `chatgpt-connector`.
    pub id: String,
    /// What the consent page calls it.
    pub name: String,
    /// Where its users may be sent back to. Matched exactly, except for the port of a loopback address.
    pub redirect_uris: Vec<String>,
    /// Its `client_secret`, 22 characters or more. Without one it is a public client.
    pub secret: Option<Secret>,
    /// A file that holds `secret`.
    pub secret_file: Option<PathBuf>,
    /// The scopes it may ask for, separated by spaces. All of them when it is not set.
    pub scope: Option<String>,
    /// Whether it may exchange a user's access token for the token with which the product's API knows
    /// that user (RFC 8693). Only for a client with a secret.
    #[serde(default)]
    pub token_exchange: bool,
}

/// 128 random bits are 22 characters of base64.
const SHORTEST_SECRET: usize = 22;

pub(crate) fn check(clients: &[Client], policy: &RedirectUriPolicy, findings: &mut Findings) {
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (index, client) in clients.iter().enumerate() {
        let at = |key| KeyPath::from(["clients"]).index(index).key(key);
        check_id(at("id"), &client.id, findings);
        if !ids.insert(&client.id) {
            findings.refuse(
                at("id"),
                format!(
                    "a second client has the id \"{}\": rename or remove it",
                    client.id
                ),
            );
        }
        findings.shown_text(at("name"), &client.name, 200);
        if !names.insert(&client.name) {
            findings.refuse(at("name"), format!("a second client is called \"{}\", and users could not tell them apart: rename one", client.name));
        }
        check_redirect_uris(
            &at("redirect_uris"),
            &client.redirect_uris,
            policy,
            findings,
        );
        if let Some(secret) = &client.secret {
            let text = secret.expose();
            if text.len() < SHORTEST_SECRET || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                findings.refuse(at("secret"), "too easy to guess, or not plain ASCII: make one with `openssl rand -base64 32` and give it to the client");
            }
        }
        if client.token_exchange && client.secret.is_none() && client.secret_file.is_none() {
            findings.refuse(at("token_exchange"), "only a client that proves who it is may exchange tokens: give it a secret (`openssl rand -base64 32`), or remove the key");
        }
        match client.scope.as_deref().map(ScopeSet::parse) {
            Some(Err(_)) => findings.refuse(
                at("scope"),
                "not a list of scopes: write names separated by single spaces",
            ),
            Some(Ok(asked)) if asked.is_empty() => {
                findings.refuse(
                    at("scope"),
                    "names no scope: list some, or remove the key to allow all",
                );
            }
            _ => {}
        }
    }
}

fn check_id(at: KeyPath, id: &str, findings: &mut Findings) {
    // RFC 6749 appendix A.1 allows spaces; no client sends one on purpose.
    if id.is_empty() || id.len() > 128 || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        findings.refuse(at, "not a client id: write 1 to 128 printable ASCII characters without spaces, for example \"chatgpt-connector\"");
    } else if id.contains("://") {
        findings.refuse(at, "a URL as client id means a client id metadata document: choose a plain name, for example \"chatgpt-connector\"");
    }
}

fn check_redirect_uris(
    at: &KeyPath,
    uris: &[String],
    policy: &RedirectUriPolicy,
    findings: &mut Findings,
) {
    if uris.is_empty() {
        findings.refuse(
            at.clone(),
            "empty: write the address that the client's documentation names",
        );
    }
    for (index, uri) in uris.iter().enumerate() {
        match RedirectUri::parse(uri, policy) {
            Ok(_) => {}
            Err(InvalidRedirectUri::Scheme) => findings.refuse(
                at.index(index),
                "neither https nor loopback http: correct it, or add its scheme to private_schemes of [registration]",
            ),
            Err(error) => findings.refuse(at.index(index), format!("{error}: write it as the client sends it")),
        }
    }
}

/// Rules that need the other sections: a client may ask only for what exists.
pub(crate) fn relate(clients: &[Client], known: &ScopeSet, findings: &mut Findings) {
    for (index, client) in clients.iter().enumerate() {
        let asked = client
            .scope
            .as_deref()
            .and_then(|scope| ScopeSet::parse(scope).ok());
        let unknown = asked.unwrap_or_default().difference(known);
        if !unknown.is_empty() {
            findings.refuse(
                KeyPath::from(["clients"]).index(index).key("scope"),
                format!("unknown scope \"{unknown}\": the scopes are \"{known}\"; add it under [[scopes]] or remove it here"),
            );
        }
    }
}
