//! Authorization server metadata (RFC 8414 section 3.3): both forms, since clients try either first.

use serde_json::Value;

use super::address::{below, identical, texts};
use super::probe::Probe;

const FORMS: [&str; 2] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

/// What a client gives up without: its member, and the value that has to be listed.
const LISTED: [(&str, &str); 5] = [
    ("response_types_supported", "code"),
    ("grant_types_supported", "authorization_code"),
    ("grant_types_supported", "refresh_token"),
    ("code_challenge_methods_supported", "S256"),
    ("token_endpoint_auth_methods_supported", "none"),
];

const REQUIRED: [&str; 3] = ["authorization_endpoint", "token_endpoint", "jwks_uri"];

pub(super) async fn check(probe: &mut Probe<'_>) {
    let public_url = probe.public_url();
    for form in FORMS {
        let Some((document, _)) = probe.document(form).await else {
            continue;
        };
        let issuer = document.get("issuer").and_then(Value::as_str);
        identical(
            probe,
            &format!("issuer in {form}"),
            issuer.unwrap_or_default(),
            public_url,
        );
        for (member, value) in LISTED {
            if !texts(&document, member).contains(&value) {
                probe.problem(format!(
                    "{member} in {form} does not list \"{value}\", and clients refuse a server \
                     without: list it"
                ));
            }
        }
        for member in REQUIRED {
            if !document.contains_key(member) {
                probe.problem(format!("{form} has no {member}: add it"));
            }
        }
        below(probe, form, &document).await;
    }
}
