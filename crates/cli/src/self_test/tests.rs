use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use countersign_config::{Config, MasterKey, SignIn, SigningAlg};
use countersign_domain::{SystemClock, SystemEntropy};
use countersign_storage::Store;

use super::*;
use crate::assemble::assemble;

const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";
const RESOURCE: &str = "/.well-known/oauth-protected-resource/mcp";
const JWKS: &str = "/.well-known/jwks.json";

async fn server(configure: impl FnOnce(&mut Config)) -> (Assembly, PublicUrl) {
    let mut config = Config {
        public_url: "https://notes.example".parse().unwrap(),
        master_key: Some(MasterKey::from_bytes([7; 32])),
        ..Config::default()
    };
    // An RSA key takes seconds to find in a debug build.
    config.tokens.signing_alg = SigningAlg::Es256;
    configure(&mut config);
    let store = Store::in_memory().unwrap();
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let assembly = assemble(&config, store, clock, entropy).await.unwrap();
    (assembly, config.public_url)
}

/// The same with a text replaced in what one address answers, body and headers.
fn tampered(router: &Router, path: &'static str, from: &'static str, to: &'static str) -> Router {
    let tamper = move |request: Request, next: Next| async move {
        let here = request.uri().path() == path;
        let response = next.run(request).await;
        if !here {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = str::from_utf8(&body).unwrap();
        let mut found = body.contains(from);
        for value in parts.headers.values_mut() {
            let text = value.to_str().unwrap().to_owned();
            found |= text.contains(from);
            *value = HeaderValue::try_from(text.replace(from, to)).unwrap();
        }
        assert!(found, "{path} has no {from}: {body}");
        parts.headers.remove(CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(body.replace(from, to)))
    };
    router.clone().layer(from_fn(tamper))
}

/// Breaks one answer after the other, and expects these words for each.
async fn each_is_refused(breaks: &[(&'static str, &'static str, &'static str, &str)]) {
    let (mut assembly, public_url) = server(|_| {}).await;
    let sound = assembly.router.clone();
    for (path, from, to, expected) in breaks {
        assembly.router = tampered(&sound, path, from, to);
        let refused = run(&assembly, &public_url).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{to} at {path}: {refused}");
    }
}

#[tokio::test]
async fn a_sound_server_passes() {
    let configurations: [fn(&mut Config); 6] = [
        |_| {},
        |config| config.public_url = PublicUrl::on_localhost(3002),
        |config| config.public_url = "https://notes.example:8443".parse().unwrap(),
        |config| config.openid.enabled = true,
        |config| config.mcp.sign_in = SignIn::WhenNeeded,
        |config| {
            config.registration.enabled = false;
            config.tokens.signing_alg = SigningAlg::EdDsa;
        },
    ];
    for configure in configurations {
        let (assembly, public_url) = server(configure).await;
        run(&assembly, &public_url).await.unwrap();
        // And with the next key published, as in a server that runs.
        let now = assembly.server.now();
        assembly.server.keys().publish_next(now).await.unwrap();
        run(&assembly, &public_url).await.unwrap();
    }
}

/// F18, F19, F16
#[tokio::test]
async fn an_issuer_that_is_not_the_public_url_is_refused() {
    let issuer = "\"issuer\":\"https://notes.example\"";
    for form in [AUTHORIZATION_SERVER, OPENID] {
        each_is_refused(&[
            (
                form,
                issuer,
                "\"issuer\":\"https://notes.example/\"",
                "with a slash at its end",
            ),
            (
                form,
                issuer,
                "\"issuer\":\"http://notes.example\"",
                "with another scheme",
            ),
            (
                form,
                issuer,
                "\"issuer\":\"https://notes.example/tenant\"",
                "with a path",
            ),
            (
                form,
                issuer,
                "\"issuer\":\"https://evil.example\"",
                "on another origin",
            ),
            (form, issuer, "\"issuer\":null", "which is nothing"),
        ])
        .await;
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    each_is_refused(&[(
        AUTHORIZATION_SERVER,
        "\"issuer\":\"https://notes.example\"",
        "\"issuer\":\"https://notes.example/\"",
        "issuer in /.well-known/oauth-authorization-server is \"https://notes.example/\", with a slash \
         at its end, and clients compare byte for byte: it has to be \"https://notes.example\", made \
         from public_url; set that to the address which clients are given",
    )])
    .await;
}

/// F16
#[tokio::test]
async fn an_endpoint_that_leads_astray_is_refused() {
    let token = "https://notes.example/token\"";
    each_is_refused(&[
        (
            OPENID,
            token,
            "http://notes.example/token\"",
            "with another scheme",
        ),
        (
            OPENID,
            token,
            "https://notes.example/token/\"",
            "with a slash at its end",
        ),
        (
            OPENID,
            token,
            "https://notes.example.evil/token\"",
            "on another origin",
        ),
        (
            OPENID,
            token,
            "https://notes.example/nowhere\"",
            "leads to /nowhere, which answers 404",
        ),
        (
            OPENID,
            "token_endpoint\":",
            "renamed\":",
            "has no token_endpoint",
        ),
    ])
    .await;
}

/// F20, F22
#[tokio::test]
async fn a_document_that_clients_cannot_use_is_refused() {
    let no_document = "answers 200 and Some(\"text/html\")";
    each_is_refused(&[
        (
            AUTHORIZATION_SERVER,
            "S256",
            "plain",
            "does not list \"S256\"",
        ),
        (OPENID, "\"code\"", "\"token\"", "does not list \"code\""),
        (
            OPENID,
            "refresh_token",
            "password",
            "does not list \"refresh_token\"",
        ),
        (OPENID, "application/json", "text/html", no_document),
        (RESOURCE, "application/json", "text/html", no_document),
        (JWKS, "{\"keys\"", "<html>", "is not a JSON object"),
    ])
    .await;
}

/// F13, F14, F21
#[tokio::test]
async fn resource_metadata_that_clients_reject_is_refused() {
    let servers = "[\"https://notes.example\"]";
    let two = "[\"https://notes.example\",\"https://other.example\"]";
    each_is_refused(&[
        (
            RESOURCE,
            "example/mcp\"",
            "example/mcp/\"",
            "resource in /.well-known/oauth-protected-resource/mcp is",
        ),
        (
            RESOURCE,
            "example/mcp\"",
            "example\"",
            "it has to be \"https://notes.example/mcp\"",
        ),
        (
            RESOURCE,
            servers,
            "[\"https://notes.example/\"]",
            "authorization_servers[0]",
        ),
        (RESOURCE, servers, two, "does not have one entry"),
        (RESOURCE, "header", "query", "clients read either"),
    ])
    .await;
}

/// F10, F11
#[tokio::test]
async fn a_challenge_that_leads_nowhere_is_refused() {
    each_is_refused(&[
        (
            "/mcp",
            "https://notes.example/",
            "http://10.0.0.1/",
            "resource_metadata in the challenge",
        ),
        (
            "/mcp",
            "https://notes.example/.well",
            "/.well",
            "resource_metadata in the challenge",
        ),
        (
            "/mcp",
            "notes:read",
            "notes:delete",
            "asks for the scope \"notes:delete\"",
        ),
        (
            "/mcp",
            "Bearer",
            "Basic",
            "the challenge without a token at /mcp is missing",
        ),
    ])
    .await;
}

/// D5
#[tokio::test]
async fn a_key_set_that_verifies_nothing_or_gives_all_away_is_refused() {
    each_is_refused(&[
        (
            JWKS,
            "\"kty\"",
            "\"d\":\"secret\",\"kty\"",
            "has the private member \"d\"",
        ),
        (JWKS, "ES256", "RS256", "does not have the ES256 key"),
        (JWKS, "\"kid\"", "\"id\"", "are called \"\""),
    ])
    .await;
}
