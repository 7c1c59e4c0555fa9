//! Dynamic client registration (RFC 7591): R1 to R20 of the catalogue.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use countersign_testkit::{Authorization, Database, TestServer, on_both};
use http::Method;
use serde_json::{Value, json};

fn with(name: &str, value: Value) -> Value {
    let mut metadata = json!({
        "client_name": "Test client",
        "redirect_uris": ["https://client.example/callback"],
        "token_endpoint_auth_method": "none",
    });
    metadata[name] = value;
    metadata
}

/// Too long to be its own identifier, so that it takes a row.
fn long() -> (String, Value) {
    let redirect_uri = format!("https://client.example/{}", "x".repeat(1000));
    let metadata = with("redirect_uris", json!([redirect_uri]));
    (redirect_uri, metadata)
}

async fn refused(server: &TestServer, name: &str, values: Vec<Value>, error: &str) {
    for value in values {
        let answer = server.register(&with(name, value.clone())).await;
        assert_eq!(
            (answer.code(), answer.error().as_str()),
            (400, error),
            "{name} = {value}"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

fn uris(values: &[&str]) -> Vec<Value> {
    values.iter().map(|value| json!([value])).collect()
}

on_both! {
    /// R1
    async fn needs_redirect_uris(server) {
        let none = server.register(&json!({"client_name": "x"})).await;
        none.refuses(400, "invalid_redirect_uri");
        let values = vec![json!([]), json!("https://client.example/"), json!({}), json!(7), json!([7])];
        refused(server, "redirect_uris", values, "invalid_redirect_uri").await;
    }

    /// R2
    async fn refuses_redirect_uris_that_run_code(server) {
        let values = uris(&[
            "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)",
            "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://client.example/x",
            "java\nscript:alert(1)", "\u{1}javascript:alert(1)", "javascript\u{0}:alert(1)", "JAVASCRIPT\u{a0}:alert(1)",
            "DATA:text/html,x", "VBScript:x", "FILE:///etc/passwd", "filesystem:https://client.example/x", "about:blank",
            "view-source:https://client.example/", "javascript://client.example/%0aalert(1)", "urn:ietf:wg:oauth:2.0:oob",
        ]);
        refused(server, "redirect_uris", values, "invalid_redirect_uri").await;
    }

    /// R3
    async fn takes_plain_http_only_on_loopback(server) {
        let values = uris(&["http://client.example/cb", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://10.0.0.1/cb"]);
        refused(server, "redirect_uris", values, "invalid_redirect_uri").await;
        for uri in ["http://127.0.0.1:7777/cb", "http://[::1]/cb", "http://localhost/cb", "http://127.0.0.1/"] {
            let answer = server.register(&with("redirect_uris", json!([uri]))).await;
            assert_eq!(answer.code(), 201, "{uri}: {}", answer.text());
        }
    }

    /// R4
    async fn refuses_redirect_uris_that_two_parsers_read_differently(server) {
        let values = uris(&[
            "https://client.example/cb#", "https://client.example/cb#x", "https://user@client.example/cb",
            "https://user:secret@client.example/cb", "https://*.example/cb", "https://client.example/a/../cb",
            "https://client.example/./cb", "https://client.example\\@evil.example/cb", "https://client.example/cb\r\nx: y",
            "https://clïent.example/cb", "https:///cb", "//client.example/cb", "client.example/cb",
        ]);
        refused(server, "redirect_uris", values, "invalid_redirect_uri").await;
    }

    /// R5
    async fn has_limits(server) {
        let many: Vec<String> = (0..11).map(|n| format!("https://client.example/{n}")).collect();
        refused(server, "redirect_uris", vec![json!(many)], "invalid_client_metadata").await;
        let ten: Vec<String> = many.into_iter().take(10).collect();
        assert_eq!(server.register(&with("redirect_uris", json!(ten))).await.code(), 201);
        refused(server, "client_name", vec![json!("x".repeat(201))], "invalid_client_metadata").await;
        assert_eq!(server.register(&with("client_name", json!("x".repeat(200)))).await.code(), 201);
        let long = format!("https://client.example/{}", "x".repeat(2048));
        refused(server, "redirect_uris", vec![json!([long])], "invalid_client_metadata").await;
        let huge = server.register_raw(format!("{{\"x\":\"{}\"}}", "y".repeat(65 * 1024))).await;
        huge.refuses(413, "invalid_client_metadata");
    }

    /// R6
    async fn refuses_grant_types_that_skip_the_person(server) {
        for grant_type in ["password", "implicit", "client_credentials"] {
            let values = vec![json!([grant_type]), json!(["authorization_code", grant_type])];
            refused(server, "grant_types", values, "invalid_client_metadata").await;
        }
    }

    /// R6: what VS Code and others list beside the code is dropped, and the answer says so.
    async fn drops_grant_types_it_does_not_know(server) {
        let asked = json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"]);
        let answer = server.register(&with("grant_types", asked)).await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        assert_eq!(answer.json()["grant_types"], json!(["authorization_code", "refresh_token"]));
    }

    /// R7
    async fn refuses_wrong_types_with_400(server) {
        for name in ["client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "contacts", "client_uri", "jwks"] {
            for value in [json!(7), json!({"a": {"b": [1]}}), json!([[[]]])] {
                let answer = server.register(&with(name, value.clone())).await;
                assert_eq!(answer.code(), 400, "{name} = {value}: {}", answer.text());
            }
        }
        let answer = server.register(&with("grant_types", json!("authorization_code"))).await;
        assert_eq!(answer.code(), 400);
    }

    /// R8
    async fn refuses_response_types_without_a_code(server) {
        let values = vec![json!(["token"]), json!(["id_token"]), json!(["code token"]), json!(["code", "token"])];
        refused(server, "response_types", values, "invalid_client_metadata").await;
        let mut metadata = with("response_types", json!(["code"]));
        metadata["grant_types"] = json!(["refresh_token"]);
        server.register(&metadata).await.refuses(400, "invalid_client_metadata");
    }

    /// R9
    async fn honours_the_asked_authentication_method_or_refuses(server) {
        let values = vec![json!("client_secret_jwt"), json!("private_key_jwt"), json!("tls_client_auth"), json!("magic"), json!("")];
        refused(server, "token_endpoint_auth_method", values, "invalid_client_metadata").await;
        for method in ["client_secret_basic", "client_secret_post"] {
            let answer = server.register(&with("token_endpoint_auth_method", json!(method))).await;
            assert_eq!(answer.code(), 201);
            let answer = answer.json();
            assert_eq!(answer["token_endpoint_auth_method"], method);
            assert!(answer["client_secret"].as_str().unwrap().len() >= 43);
            assert_eq!(answer["client_secret_expires_at"], 0);
        }
        let public = server.register(&with("token_endpoint_auth_method", json!("none"))).await.json();
        assert!(public.get("client_secret").is_none(), "no secret that the client would have to send");
        let unsaid = server.register(&json!({"redirect_uris": [Authorization::REDIRECT_URI]})).await.json();
        assert_eq!(unsaid["token_endpoint_auth_method"], "client_secret_basic", "RFC 7591 section 2");
        assert!(unsaid["client_secret"].is_string());
    }

    /// R10
    async fn takes_only_https_addresses(server) {
        for name in ["logo_uri", "client_uri", "policy_uri", "tos_uri", "jwks_uri"] {
            let values = vec![json!("http://client.example/"), json!("javascript:alert(1)"), json!("data:x")];
            refused(server, name, values, "invalid_client_metadata").await;
        }
    }

    /// R11
    async fn hostile_names_are_inert_on_the_consent_page(server) {
        for (number, name) in ["<script>alert(1)</script>", "Chat\u{202e}TPG", "Chat\u{200b}GPT", "a\"><img src=x onerror=alert(1)>", "Chat\u{0}GPT", "ChatGPT"].into_iter().enumerate() {
            let answer = server.register(&with("client_name", json!(name))).await;
            assert_eq!(answer.code(), 201, "{name:?}: {}", answer.text());
            let client_id = answer.json()["client_id"].as_str().unwrap().to_owned();
            let request = Authorization::of(&client_id, "https://client.example/callback");
            let mut browser = countersign_testkit::Browser::new(server);
            let interaction = browser.begin(&request.target()).await;
            browser.sign_up(&interaction, &format!("ada {number}")).await;
            let page = browser.open(&interaction).await;
            let text = page.text();
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
            assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{0}']), "{text}");
            assert!(text.contains("Unverified") && text.contains("client.example"), "{text}");
        }
    }

    /// R12
    async fn scopes_outside_the_catalogue_are_dropped(server) {
        let answer = server.register(&with("scope", json!("notes:read admin superuser"))).await;
        assert_eq!((answer.code(), answer.json()["scope"].clone()), (201, json!("notes:read")));
        let client_id = answer.json()["client_id"].as_str().unwrap().to_owned();
        let request = Authorization::of(&client_id, Authorization::REDIRECT_URI);
        for never in ["admin", "superuser", "notes:write"] {
            let refused = request.clone().with("scope", never).ask(server).await;
            assert_eq!(refused.sent("error").as_deref(), Some("invalid_scope"), "{never}");
        }
        let code = request.with("scope", "admin notes:read notes:write").code(server, "ada").await;
        let granted = Authorization::of(&client_id, Authorization::REDIRECT_URI).redeem(server, &code).await;
        assert_eq!(granted.json()["scope"], "notes:read");
    }

    /// R13
    async fn the_client_does_not_choose_its_own_identifier(server) {
        let mut metadata = with("client_id", json!("mine"));
        metadata["client_secret"] = json!("mine too");
        let answer = server.register(&metadata).await.json();
        assert_ne!(answer["client_id"], "mine");
        assert!(answer["client_id"].as_str().unwrap().len() >= 22, "128 bits at least");
        assert!(answer.get("client_secret").is_none());
    }

    /// R14
    async fn refuses_what_is_no_json_as_json(server) {
        for body in ["", "{", "[]", "null", "redirect_uris=https%3A%2F%2Fclient.example"] {
            let answer = server.register_raw(body).await;
            assert_eq!(answer.code(), 400, "{body}");
            assert_eq!(answer.header("content-type"), "application/json", "{body}");
        }
        let form = server.post("/register", &[("redirect_uris", "https://client.example/")]).await;
        form.refuses(400, "invalid_client_metadata");
    }

    /// R15
    async fn refuses_members_that_are_there_twice(server) {
        let body = r#"{"redirect_uris":["https://client.example/"],"redirect_uris":["https://evil.example/"]}"#;
        server.register_raw(body).await.refuses(400, "invalid_client_metadata");
        let nested = r#"{"redirect_uris":["https://client.example/"],"jwks":{"keys":[],"keys":[]}}"#;
        server.register_raw(nested).await.refuses(400, "invalid_client_metadata");
    }

    /// R16
    async fn refuses_an_unsigned_software_statement(server) {
        // {"alg":"none"} . {} .
        let values = vec![json!("eyJhbGciOiJub25lIn0.e30.")];
        refused(server, "software_statement", values, "invalid_software_statement").await;
    }

    /// R17
    async fn refuses_private_and_doubled_keys(server) {
        let private = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}]});
        let symmetric = json!({"keys": [{"kty": "oct", "k": "AAAA"}]});
        refused(server, "jwks", vec![private, symmetric], "invalid_client_metadata").await;
        let mut both = with("jwks", json!({"keys": []}));
        both["jwks_uri"] = json!("https://client.example/jwks.json");
        server.register(&both).await.refuses(400, "invalid_client_metadata");
    }

    /// R19
    async fn announces_no_management_it_does_not_offer(server) {
        let answer = server.register(&with("client_name", json!("x"))).await.json();
        assert!(answer.get("registration_client_uri").is_none());
        assert!(answer.get("registration_access_token").is_none());
    }

    /// F36: without a scope the client gets the whole catalogue, so that it can ask for it later.
    async fn without_a_scope_the_catalogue_is_registered(server) {
        let answer = server.register(&with("client_name", json!("x"))).await.json();
        assert_eq!(answer["scope"], "notes:read notes:write offline_access");
        for member in ["client_id_issued_at", "redirect_uris", "grant_types", "response_types", "token_endpoint_auth_method"] {
            assert!(answer.get(member).is_some(), "{member}");
        }
    }

    /// R20
    async fn never_used_clients_are_forgotten_and_used_ones_are_not(server) {
        let (redirect_uri, metadata) = long();
        let unused = server.register(&metadata).await.json();
        let unused = unused["client_id"].as_str().unwrap();
        assert_eq!(Authorization::of(unused, &redirect_uri).ask(server).await.code(), 303);
        let used = Authorization::public(server).await;
        let tokens = used.tokens(server, "ada").await;
        server.wait(25 * 60 * 60 * 1000);
        server.server.delete_expired().await.unwrap();
        Authorization::of(unused, &redirect_uri).ask(server).await.is_page(400);
        assert_eq!(used.rotate(server, &tokens.refresh).await.code(), 200);
    }
}

/// R18
#[tokio::test]
async fn registration_that_is_off_is_not_there() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.registration.enabled = false;
    })
    .await;
    assert_eq!(
        server
            .register(&with("client_name", json!("x")))
            .await
            .code(),
        404
    );
    let metadata = server
        .get("/.well-known/oauth-authorization-server")
        .await
        .json();
    assert!(metadata.get("registration_endpoint").is_none());
}

/// R20
#[tokio::test]
async fn registrations_from_one_address_have_a_quota() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.registration.per_address_per_hour = 3;
    })
    .await;
    for _ in 0..3 {
        assert_eq!(
            server
                .register(&with("client_name", json!("x")))
                .await
                .code(),
            201
        );
    }
    let refused = server.register(&with("client_name", json!("x"))).await;
    assert_eq!(refused.code(), 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    server.wait(21 * 60 * 1000);
    assert_eq!(
        server
            .register(&with("client_name", json!("x")))
            .await
            .code(),
        201
    );
}

/// R20: an address is what the connection says, and one /64 of IPv6 is one address.
#[tokio::test]
async fn a_forged_address_buys_no_quota() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.registration.per_address_per_hour = 1;
    })
    .await;
    let register = async |peer: &str, claimed: &str| {
        let mut request = TestServer::request(Method::POST, "/register")
            .header("content-type", "application/json")
            .header("x-forwarded-for", claimed)
            .header("forwarded", format!("for={claimed}"))
            .header("x-real-ip", claimed)
            .body(with("client_name", json!("x")).to_string().into())
            .unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 50_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        server.send(request).await.code()
    };
    assert_eq!(register("203.0.113.1", "198.51.100.1").await, 201);
    assert_eq!(register("203.0.113.1", "198.51.100.2").await, 429);
    assert_eq!(register("203.0.113.2", "198.51.100.1").await, 201);
    assert_eq!(register("::ffff:203.0.113.2", "198.51.100.3").await, 429);
    assert_eq!(register("2001:db8::1", "198.51.100.1").await, 201);
    assert_eq!(register("2001:db8::ffff:2", "198.51.100.1").await, 429);
    assert_eq!(register("2001:db8:0:1::1", "198.51.100.1").await, 201);
}

/// R20
#[tokio::test]
async fn never_used_registrations_have_a_cap_on_the_whole() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.registration.total_unused = 2;
    })
    .await;
    for _ in 0..2 {
        assert_eq!(server.register(&long().1).await.code(), 201);
    }
    let refused = server.register(&long().1).await;
    assert_eq!(refused.code(), 429);
    assert!(!refused.header("retry-after").is_empty());
    let sealed = server.register(&with("client_name", json!("x"))).await;
    assert_eq!(sealed.code(), 201, "what takes no row is not held up");
}

/// R14
#[tokio::test]
async fn a_registration_is_posted() {
    let server = TestServer::start(Database::sqlite()).await;
    let request = TestServer::request(Method::GET, "/register")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(server.send(request).await.code(), 405);
}
