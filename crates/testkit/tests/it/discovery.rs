//! Discovery: the documents that clients find this server by.

use axum::body::Body;
use countersign_testkit::{Answer, Authorization, Database, TestServer, on_both};
use http::Method;

/// Where clients look for authorization server metadata, the specified address first.
const AUTHORIZATION_SERVER: [&str; 12] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration/mcp",
    "/mcp/.well-known/oauth-authorization-server",
    "/mcp/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/",
    "/.well-known/openid-configuration/",
    "/.well-known/oauth-authorization-server/mcp/",
    "/.well-known/openid-configuration/mcp/",
    "/mcp/.well-known/oauth-authorization-server/",
    "/mcp/.well-known/openid-configuration/",
];

/// Where they look for protected resource metadata.
const PROTECTED_RESOURCE: [&str; 6] = [
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-protected-resource",
    "/mcp/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp/",
    "/.well-known/oauth-protected-resource/",
    "/mcp/.well-known/oauth-protected-resource/",
];

const JWKS: &str = "/.well-known/jwks.json";

pub(crate) fn documents() -> impl Iterator<Item = &'static str> {
    let metadata = AUTHORIZATION_SERVER.into_iter().chain(PROTECTED_RESOURCE);
    metadata.chain([JWKS])
}

async fn with_headers(server: &TestServer, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = http::Request::builder().uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

async fn options(server: &TestServer, target: &str) -> Answer {
    let request = TestServer::request(Method::OPTIONS, target)
        .header("origin", "https://inspector.example")
        .header("access-control-request-method", "POST")
        .body(Body::empty())
        .unwrap();
    server.send(request).await
}

on_both! {
    /// D1
    async fn the_metadata_names_the_issuer_and_nothing_that_does_not_work(server) {
        let answer = server.get("/.well-known/oauth-authorization-server").await;
        assert_eq!(answer.header("content-type"), "application/json");
        insta::assert_json_snapshot!("authorization_server_metadata", answer.json());
        let openid = server.get("/.well-known/openid-configuration").await;
        assert_eq!(openid.json(), answer.json(), "both forms have one content");
    }

    /// D1
    async fn every_announced_address_is_there(server) {
        let document = server.get(AUTHORIZATION_SERVER[0]).await.json();
        let addresses: Vec<&str> = document
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
            .map(|(_, address)| address.as_str().unwrap())
            .collect();
        assert!(addresses.len() >= 6, "{addresses:?}");
        for address in addresses {
            let target = address.strip_prefix(TestServer::URL).unwrap();
            let (got, posted) = (server.get(target).await, server.post(target, &[]).await);
            assert!(got.code() != 404 && posted.code() != 404, "{address}");
        }
        for hidden in ["/par", "/device_authorization", "/.well-known/openid-federation", "/authorize/resume"] {
            assert!(matches!(server.get(hidden).await.code(), 400 | 404), "{hidden}");
        }
    }

    /// F13, F19: whichever address a client tries, it reads the same bytes.
    async fn every_address_variant_answers_alike(server) {
        for variants in [&AUTHORIZATION_SERVER[..], &PROTECTED_RESOURCE[..]] {
            let document = server.get(variants[0]).await;
            for target in variants {
                let variant = server.get(target).await;
                assert_eq!(variant.code(), 200, "{target}");
                assert_eq!(variant.body, document.body, "{target}");
                assert_eq!(variant.headers, document.headers, "{target}");
            }
        }
    }

    /// F22, F23, F25, F27
    async fn a_document_is_plain_json_whatever_a_client_sends_along(server) {
        for target in documents() {
            let plain = server.get(target).await;
            assert_eq!(plain.header("content-type"), "application/json", "{target}");
            assert_eq!(plain.header("cache-control"), "public, max-age=300", "{target}");
            for (name, value) in [
                ("mcp-protocol-version", "2024-11-05"),
                ("mcp-protocol-version", "2099-01-01"),
                ("accept-encoding", "identity"),
                ("accept-encoding", "gzip, br"),
                ("accept", "text/html"),
                ("authorization", "Bearer expired"),
            ] {
                let answer = with_headers(server, target, &[(name, value)]).await;
                assert_eq!((answer.code(), &answer.body), (200, &plain.body), "{target} {name}: {value}");
                assert_eq!(answer.header("content-encoding"), "", "{target}");
            }
            let request = TestServer::request(Method::HEAD, target).body(Body::empty()).unwrap();
            let head = server.send(request).await;
            assert_eq!((head.code(), head.text()), (200, ""), "{target}");
            assert_eq!(head.header("content-length"), plain.body.len().to_string(), "{target}");
        }
    }

    /// D2, F22: in JSON also for whoever accepts pages, and readable for a client in a browser.
    async fn unknown_documents_are_not_found(server) {
        for target in [
            "/.well-known/oauth-authorization-server/evil",
            "/.well-known/oauth-authorization-server/mcp/evil",
            "/.well-known/oauth-protected-resource/unknown",
            "/.well-known/openid-configuration/evil",
            "/.well-known/jwks.json/",
            "/.well-known/anything",
            "/mcp/.well-known/anything",
        ] {
            let accept = [("accept", "text/html"), ("origin", "https://inspector.example")];
            let answer = with_headers(server, target, &accept).await;
            assert_eq!((answer.code(), answer.error().as_str()), (404, "not_found"), "{target}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{target}");
            assert_eq!(server.post(target, &[]).await.code(), 404, "{target}");
        }
        assert_eq!(server.get("/.well-known/").await.code(), 404);
    }

    /// D3
    async fn the_resource_is_the_endpoint_itself(server) {
        let answer = server.get(PROTECTED_RESOURCE[0]).await;
        insta::assert_json_snapshot!("protected_resource_metadata", answer.json());
    }

    /// D5
    async fn the_key_set_is_public_only_and_cacheable(server) {
        let answer = server.get(JWKS).await;
        assert!(answer.header("cache-control").starts_with("public, max-age="));
        let document = answer.json();
        let keys = document["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2, "the active and the next one");
        assert_ne!(keys[0]["kid"], keys[1]["kid"]);
        for key in keys {
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(key.get(private).is_none(), "{private}");
            }
        }
    }

    /// D6
    async fn documents_are_only_read(server) {
        for target in documents() {
            let answer = server.post(target, &[]).await;
            assert_eq!(answer.code(), 405, "{target}");
            assert!(answer.header("allow").contains("GET"), "{target}");
        }
    }

    /// D7
    async fn programs_in_a_browser_may_call_and_pages_may_not_be_read(server) {
        let endpoints = ["/token", "/token/introspect", "/token/revoke", "/register", "/userinfo", "/mcp"];
        for target in documents().chain(endpoints) {
            let answer = options(server, target).await;
            assert_eq!(answer.code(), 204, "{target}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{target}");
            let exposed = answer.header("access-control-expose-headers").to_lowercase();
            assert!(exposed.contains("www-authenticate"), "{target}: {exposed}");
            let allowed = answer.header("access-control-allow-headers").to_lowercase();
            for header in ["authorization", "content-type", "mcp-protocol-version"] {
                assert!(allowed.contains(header), "{target}: {allowed}");
            }
        }
        for target in endpoints {
            let refused = server.post(target, &[]).await;
            assert!(refused.status.is_client_error(), "{target}");
            assert_eq!(refused.header("access-control-allow-origin"), "*", "{target}: an error that cannot be read");
            assert_eq!(refused.header("access-control-allow-credentials"), "", "{target}");
        }
        for target in ["/authorize", "/account", "/account/sign-in", "/"] {
            let answer = options(server, target).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{target}");
            let read = with_headers(server, target, &[("origin", "https://evil.example")]).await;
            assert_eq!(read.header("access-control-allow-origin"), "", "{target}");
        }
    }

    /// D9
    async fn the_challenge_leads_to_the_metadata(server) {
        let answer = server.post("/mcp", &[]).await;
        assert_eq!(answer.code(), 401);
        insta::assert_snapshot!("challenge_without_a_token", answer.header("www-authenticate"));
    }
}

/// D1
#[tokio::test]
async fn the_issuer_is_the_configured_address_byte_for_byte() {
    let issuer = "https://countersign.example:8443";
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.public_url = issuer.parse().unwrap();
    })
    .await;
    let document = server.get(AUTHORIZATION_SERVER[0]).await.json();
    assert_eq!(document["issuer"], issuer);
    assert_eq!(document["token_endpoint"], format!("{issuer}/token"));
    let resource = server.get("/.well-known/oauth-protected-resource").await;
    let resource = resource.json();
    assert_eq!(resource["resource"], format!("{issuer}/mcp"));
    assert_eq!(resource["authorization_servers"][0], issuer);
    let request = Authorization::public(&server).await.without("resource");
    let refused = request.with("prompt", "none").ask(&server).await;
    assert_eq!(refused.sent("iss").as_deref(), Some(issuer));
}

/// D1
#[tokio::test]
async fn openid_is_announced_only_where_it_works() {
    let server =
        TestServer::configured(Database::sqlite(), |config| config.openid.enabled = true).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    insta::assert_json_snapshot!("openid_provider_metadata", metadata);
    let without = TestServer::start(Database::sqlite()).await;
    assert_eq!(without.get("/userinfo").await.code(), 404);
}
