//! The addresses in a document against the public URL.

use serde_json::Value;

use super::probe::{Document, Probe};

/// What may lead elsewhere: pages for people, which no client compares with anything.
const FOR_PEOPLE: [&str; 6] = [
    "op_policy_uri",
    "op_tos_uri",
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
    "service_documentation",
];

/// An identifier has to be exactly this string.
pub(super) fn identical(probe: &mut Probe<'_>, at: &str, found: &str, expected: &str) {
    if found != expected {
        let why = difference(found, expected);
        probe.problem(format!(
            "{at} is \"{found}\", {why}: it has to be \"{expected}\", made from public_url; set that \
             to the address which clients are given"
        ));
    }
}

/// Every other address in a document has to be below the public URL, and answer.
pub(super) async fn below(probe: &mut Probe<'_>, document: &str, members: &Document) {
    let public_url = probe.public_url();
    for (member, value) in members {
        let Some(address) = value.as_str().filter(|text| text.contains("://")) else {
            continue;
        };
        if FOR_PEOPLE.contains(&member.as_str()) || member == "issuer" || member == "resource" {
            continue;
        }
        let at = format!("{member} in {document}");
        match address.strip_prefix(public_url) {
            Some(path) if path.starts_with('/') && !path.ends_with('/') => {
                probe.reachable(&at, path).await;
            }
            _ => {
                let why = difference(address, public_url);
                probe.problem(format!(
                    "{at} is \"{address}\", {why}: it has to begin with \"{public_url}/\" and end \
                     without a slash; set public_url to the address which clients are given"
                ));
            }
        }
    }
}

/// The texts of a list; none if it is no list.
pub(super) fn texts<'d>(document: &'d Document, member: &str) -> Vec<&'d str> {
    let list = document.get(member).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// What a client stumbles over.
fn difference(found: &str, expected: &str) -> &'static str {
    let scheme = |address: &str| address.split("://").next().map(str::to_owned);
    if found.is_empty() {
        "which is nothing"
    } else if found.ends_with('/') {
        "with a slash at its end, and clients compare byte for byte"
    } else if scheme(found) != scheme(expected) {
        "with another scheme, and clients do not go from https to http"
    } else if found
        .strip_prefix(expected)
        .is_some_and(|rest| rest.starts_with('/'))
    {
        "with a path, and clients would look for the documents of another server"
    } else {
        "on another origin, and clients follow no document that leads away from its server"
    }
}
