//! Discovery: the documents that clients find this server by.

use axum::body::Body;
use countersign_testkit::{Answer, Database, TestServer, on_both};
use http::Method;

const DOCUMENTS: [&str; 10] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration/mcp",
    "/mcp/.well-known/oauth-authorization-server",
    "/mcp/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/mcp/.well-known/oauth-protected-resource",
    "/.well-known/jwks.json",
];

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

    /// D2
    async fn unknown_documents_are_not_found(server) {
        for target in [
            "/.well-known/oauth-authorization-server/evil",
            "/.well-known/oauth-protected-resource/unknown",
            "/.well-known/openid-configuration/evil",
            "/.well-known/",
            "/.well-known/anything",
            "/mcp/.well-known/anything",
        ] {
            assert_eq!(server.get(target).await.code(), 404, "{target}");
        }
    }

    /// D3
    async fn the_resource_is_the_endpoint_itself(server) {
        let answer = server.get("/.well-known/oauth-protected-resource/mcp").await;
        insta::assert_json_snapshot!("protected_resource_metadata", answer.json());
        for target in ["/.well-known/oauth-protected-resource", "/mcp/.well-known/oauth-protected-resource"] {
            assert_eq!(server.get(target).await.json(), answer.json(), "{target}");
        }
    }

    /// D4
    async fn a_forged_host_changes_no_document(server) {
        for target in DOCUMENTS {
            let honest = server.get(target).await;
            assert_eq!(honest.code(), 200, "{target}");
            let forged = with_headers(server, target, &[
                ("host", "evil.example"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "http"),
                ("forwarded", "host=evil.example;proto=http"),
            ])
            .await;
            assert_eq!(forged.body, honest.body, "{target}");
        }
    }

    /// D5
    async fn the_key_set_is_public_only_and_cacheable(server) {
        let answer = server.get("/.well-known/jwks.json").await;
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
        for target in DOCUMENTS {
            let answer = server.post(target, &[]).await;
            assert_eq!(answer.code(), 405, "{target}");
            assert!(answer.header("allow").contains("GET"), "{target}");
        }
    }

    /// D7
    async fn programs_in_a_browser_may_call_and_pages_may_not_be_read(server) {
        let endpoints = ["/token", "/register", "/token/revoke", "/mcp"];
        for target in DOCUMENTS.iter().chain(&endpoints) {
            let answer = options(server, target).await;
            assert_eq!(answer.code(), 204, "{target}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{target}");
            let exposed = answer.header("access-control-expose-headers").to_lowercase();
            assert!(exposed.contains("www-authenticate"), "{target}: {exposed}");
        }
        for target in ["/authorize", "/account", "/account/sign-in", "/"] {
            let answer = options(server, target).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{target}");
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
async fn openid_is_announced_only_where_it_works() {
    let server =
        TestServer::configured(Database::sqlite(), |config| config.openid.enabled = true).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    insta::assert_json_snapshot!("openid_provider_metadata", metadata);
    let without = TestServer::start(Database::sqlite()).await;
    assert_eq!(without.get("/userinfo").await.code(), 404);
}
