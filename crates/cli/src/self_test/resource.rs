//! The protected resource: from the refusal at `/mcp` to its metadata (RFC 9728 section 5), the way
//! that every client takes first.

use axum::body::Body;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use super::address::{below, identical, texts};
use super::probe::Probe;

const MCP: &str = "/mcp";
const PATH_FORM: &str = "/.well-known/oauth-protected-resource/mcp";
const ROOT_FORM: &str = "/.well-known/oauth-protected-resource";

/// Needs a token also where sign-in waits until it is needed.
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"self-test","arguments":{}}}"#;

pub(super) async fn check(probe: &mut Probe<'_>) {
    let public_url = probe.public_url();
    let metadata = metadata(probe).await;
    for (case, authorization) in [
        ("without a token", None),
        ("with a foreign token", Some("Bearer self-test")),
    ] {
        let at = format!("the challenge {case} at {MCP}");
        let Some(challenge) = challenge(probe, &at, authorization).await else {
            continue;
        };
        identical(
            probe,
            &format!("resource_metadata in {at}"),
            parameter(&challenge, "resource_metadata"),
            &format!("{public_url}{PATH_FORM}"),
        );
        for scope in parameter(&challenge, "scope").split_whitespace() {
            if !metadata.iter().any(|supported| supported == scope) {
                probe.problem(format!(
                    "{at} asks for the scope \"{scope}\", which {PATH_FORM} does not list: list it \
                     under [[scopes]]"
                ));
            }
        }
    }
}

/// The challenge of one refusal.
async fn challenge(
    probe: &mut Probe<'_>,
    at: &str,
    authorization: Option<&'static str>,
) -> Option<String> {
    let mut request = probe.request(MCP).map(|_| Body::from(CALL));
    *request.method_mut() = Method::POST;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let both = HeaderValue::from_static("application/json, text/event-stream");
    headers.insert(ACCEPT, both);
    if let Some(authorization) = authorization {
        headers.insert(AUTHORIZATION, HeaderValue::from_static(authorization));
    }
    let answer = probe.send(request).await;
    let challenge = answer.headers.get(WWW_AUTHENTICATE);
    let challenge = challenge.and_then(|value| value.to_str().ok());
    match challenge.filter(|challenge| challenge.starts_with("Bearer ")) {
        Some(challenge) if answer.status == StatusCode::UNAUTHORIZED => Some(challenge.to_owned()),
        _ => {
            probe.problem(format!(
                "{at} is missing: the answer is {} and has to be 401 with WWW-Authenticate: Bearer, \
                 from which clients learn that there is a sign-in; let nothing answer in its place",
                answer.status.as_u16()
            ));
            None
        }
    }
}

/// Checks the metadata; answers the scopes that it lists.
async fn metadata(probe: &mut Probe<'_>) -> Vec<String> {
    let public_url = probe.public_url();
    let Some((document, body)) = probe.document(PATH_FORM).await else {
        return Vec::new();
    };
    let resource = document.get("resource").and_then(Value::as_str);
    identical(
        probe,
        &format!("resource in {PATH_FORM}"),
        resource.unwrap_or_default(),
        &format!("{public_url}{MCP}"),
    );
    match texts(&document, "authorization_servers")[..] {
        [only] => identical(
            probe,
            &format!("authorization_servers[0] in {PATH_FORM}"),
            only,
            public_url,
        ),
        _ => probe.problem(format!(
            "authorization_servers in {PATH_FORM} does not have one entry, and clients use the first \
             alone: let it be [\"{public_url}\"]"
        )),
    }
    below(probe, PATH_FORM, &document).await;
    if let Some((_, root)) = probe.document(ROOT_FORM).await
        && root != body
    {
        probe.problem(format!(
            "{ROOT_FORM} and {PATH_FORM} differ, and clients read either: let both be one document"
        ));
    }
    let scopes = texts(&document, "scopes_supported");
    scopes.into_iter().map(str::to_owned).collect()
}

/// A parameter of a challenge; empty if it is absent. Read as simply as clients do.
fn parameter<'c>(challenge: &'c str, name: &str) -> &'c str {
    challenge
        .trim_start_matches("Bearer ")
        .split(", ")
        .filter_map(|pair| pair.split_once('='))
        .find(|(found, _)| *found == name)
        .map_or("", |(_, value)| value.trim_matches('"'))
}
