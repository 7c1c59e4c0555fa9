//! The key set (RFC 7517 section 5).

use std::collections::HashSet;

use countersign_jose::key::SigningKey;
use serde_json::Value;

use super::probe::{Document, Probe};

const JWKS: &str = "/.well-known/jwks.json";

/// Members of private and symmetric keys (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(super) async fn check(probe: &mut Probe<'_>, active: &SigningKey) {
    let Some((document, _)) = probe.document(JWKS).await else {
        return;
    };
    let keys = document.get("keys").and_then(Value::as_array);
    let keys: Vec<&Document> = keys
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .collect();
    let mut kids = HashSet::new();
    for key in &keys {
        let kid = text(key, "kid");
        if kid.is_empty() || !kids.insert(kid) {
            probe.problem(format!(
                "two keys in {JWKS} are called \"{kid}\", and verifiers take the wrong one: rotate \
                 with `countersign keys rotate`"
            ));
        }
        if let Some(member) = PRIVATE.iter().find(|member| key.contains_key(**member)) {
            probe.problem(format!(
                "the key \"{kid}\" in {JWKS} has the private member \"{member}\", so that everybody \
                 could sign: take the server off the network and replace the key"
            ));
        }
    }
    let (kid, algorithm) = (active.kid(), active.algorithm().name());
    if !keys
        .iter()
        .any(|key| text(key, "kid") == kid && text(key, "alg") == algorithm)
    {
        probe.problem(format!(
            "{JWKS} does not have the {algorithm} key \"{kid}\" that signs, so that no token could be \
             verified: restart the server, which reads its keys anew"
        ));
    }
}

fn text<'k>(key: &'k Document, member: &str) -> &'k str {
    key.get(member).and_then(Value::as_str).unwrap_or_default()
}
