//! The token endpoint: T1 to T19 of the catalogue.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_config::Client;
use countersign_testkit::{Answer, Authorization, Database, TestServer, on_both};
use http::Method;

async fn send(
    server: &TestServer,
    content_type: Option<&str>,
    authorization: Option<&str>,
    body: impl Into<Body>,
) -> Answer {
    let mut request = TestServer::request(Method::POST, "/token");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    server.send(request.body(body.into()).unwrap()).await
}

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

on_both! {
    /// T1
    async fn tokens_are_posted(server) {
        let answer = server.get("/token?grant_type=authorization_code").await;
        assert_eq!((answer.code(), answer.header("allow")), (405, "POST"));
    }

    /// T2
    async fn only_forms_are_read(server) {
        for content_type in [Some("application/json"), Some("multipart/form-data; boundary=x"), None, Some("application/json, application/x-www-form-urlencoded"), Some("text/plain")] {
            let answer = send(server, content_type, None, "{\"grant_type\":\"authorization_code\"}").await;
            answer.refuses(400, "invalid_request");
        }
        let charset = send(server, Some("application/x-www-form-urlencoded; charset=UTF-8"), None, "grant_type=nope&client_id=x").await;
        charset.refuses(400, "unsupported_grant_type");
    }

    /// T3
    async fn no_parameter_stands_twice(server) {
        let request = Authorization::public(server).await;
        let code = request.code(server, "ada").await;
        for name in ["grant_type", "code", "client_id", "redirect_uri", "code_verifier"] {
            let mut fields = request.redemption(&code);
            let value = fields.iter().find(|(known, _)| *known == name).unwrap().1;
            fields.push((name, value));
            server.post("/token", &fields).await.refuses(400, "invalid_request");
        }
        // F65: equal resources are one.
        let mut fields = request.redemption(&code);
        fields.push(("resource", "http://localhost:3002/mcp"));
        fields.push(("resource", "http://localhost:3002/mcp"));
        assert_eq!(server.post("/token", &fields).await.code(), 200);
    }

    /// T4
    async fn the_query_is_not_read(server) {
        let request = Authorization::public(server).await;
        let code = request.code(server, "ada").await;
        let query: Vec<String> = request.redemption(&code).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = server.post(&format!("/token?{}", query.join("&")), &[]).await;
        answer.refuses(400, "invalid_request");
        assert_eq!(request.redeem(server, &code).await.code(), 200);
    }

    /// T5
    async fn the_grant_type_is_one_that_the_client_registered(server) {
        server.post("/token", &[("client_id", "x")]).await.refuses(400, "invalid_request");
        for grant_type in ["password", "client_credentials", "implicit", "magic"] {
            server.post("/token", &[("grant_type", grant_type), ("client_id", "x")]).await.refuses(400, "unsupported_grant_type");
        }
        let answer = server.register(&serde_json::json!({
            "redirect_uris": [Authorization::REDIRECT_URI],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"],
        })).await;
        let client_id = answer.json()["client_id"].as_str().unwrap().to_owned();
        let request = Authorization::of(&client_id, Authorization::REDIRECT_URI);
        let tokens = request.tokens(server, "ada").await;
        assert_eq!(tokens.refresh, "", "it did not register to refresh");
        request.rotate(server, "cs_rt_x").await.refuses(400, "unauthorized_client");
    }

    /// T6
    async fn an_unknown_client_is_told_to_register(server) {
        let request = Authorization::of("cli_gone", Authorization::REDIRECT_URI);
        let answer = request.rotate(server, "cs_rt_x").await;
        answer.refuses(401, "invalid_client");
        assert_eq!(answer.header("www-authenticate"), "", "no password prompt in a browser");
        let without = server.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", "x")]).await;
        without.refuses(401, "invalid_client");
    }

    /// T7, T10
    async fn bad_basic_credentials_are_challenged(server) {
        let (id, secret) = server.confidential_client(Authorization::REDIRECT_URI, "client_secret_basic").await;
        let body = "grant_type=refresh_token&refresh_token=cs_rt_x";
        for header in [
            basic(&id, "wrong"), basic("nobody", "x"), "Basic ???".to_owned(), "Basic".to_owned(), "Basic ".to_owned(),
            format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':', 0xff])), format!("Basic {}", STANDARD.encode("no colon")),
            format!("Basic {}", STANDARD.encode("%zz:x")),
        ] {
            let answer = send(server, FORM, Some(&header), body).await;
            answer.refuses(401, "invalid_client");
            assert!(answer.header("www-authenticate").starts_with("Basic "), "{header}");
        }
        // T10: the scheme has no case, and both parts are form-encoded (RFC 6749 section 2.3.1).
        let encoded = format!("basic {}", STANDARD.encode(format!("{}:{secret}", id.replace('_', "%5F"))));
        send(server, FORM, Some(&encoded), body).await.refuses(400, "invalid_grant");
    }

    /// T8, T11
    async fn credentials_are_sent_in_one_way(server) {
        let (id, secret) = server.confidential_client(Authorization::REDIRECT_URI, "client_secret_basic").await;
        let header = basic(&id, &secret);
        let both = format!("grant_type=refresh_token&refresh_token=x&client_id={id}&client_secret={secret}");
        send(server, FORM, Some(&header), both).await.refuses(400, "invalid_request");
        let other = "grant_type=refresh_token&refresh_token=x&client_id=another";
        send(server, FORM, Some(&header), other).await.refuses(400, "invalid_request");
    }

    /// T9
    async fn the_registered_method_cannot_be_downgraded(server) {
        for (method, others) in [("client_secret_basic", ["none", "post"]), ("client_secret_post", ["none", "basic"])] {
            let (id, secret) = server.confidential_client(Authorization::REDIRECT_URI, method).await;
            let request = Authorization::of(&id, Authorization::REDIRECT_URI);
            let code = request.code(server, &format!("ada {method}")).await;
            let fields = request.redemption(&code);
            for other in others {
                let answer = match other {
                    "none" => server.post("/token", &fields).await,
                    "post" => {
                        let mut fields = fields.clone();
                        fields.push(("client_secret", &secret));
                        server.post("/token", &fields).await
                    }
                    _ => with_basic(server, &fields, &basic(&id, &secret)).await,
                };
                answer.refuses(401, "invalid_client");
            }
            let right = if method == "client_secret_basic" {
                with_basic(server, &fields, &basic(&id, &secret)).await
            } else {
                let mut fields = fields.clone();
                fields.push(("client_secret", &secret));
                server.post("/token", &fields).await
            };
            assert_eq!(right.code(), 200, "the code was not consumed: {}", right.text());
        }
    }

    /// T9: nor is a secret taken from a client that has none.
    async fn a_public_client_sends_no_secret(server) {
        let request = Authorization::public(server).await;
        let code = request.code(server, "ada").await;
        let mut fields = request.redemption(&code);
        fields.push(("client_secret", "x"));
        server.post("/token", &fields).await.refuses(401, "invalid_client");
        let basic = with_basic(server, &request.redemption(&code), &basic(&request.client_id, "")).await;
        basic.refuses(401, "invalid_client");
        assert_eq!(request.redeem(server, &code).await.code(), 200);
    }

    /// T12: nobody can register for `private_key_jwt`, so no assertion is ever right.
    async fn assertions_are_refused(server) {
        let (id, _) = server.confidential_client(Authorization::REDIRECT_URI, "client_secret_basic").await;
        let request = Authorization::of(&id, Authorization::REDIRECT_URI);
        let code = request.code(server, "ada").await;
        for assertion in ["eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "x"] {
            let mut fields = request.redemption(&code);
            fields.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            fields.push(("client_assertion", assertion));
            server.post("/token", &fields).await.refuses(401, "invalid_client");
        }
    }

    /// T13
    async fn malformed_bodies_are_refused(server) {
        let many = "a=1&".repeat(10_000);
        for body in ["code[a]=1", "%", "grant_type=%zz", "grant_type=%ff", "grant_type=%00", many.as_str(), "grant_type=authorization_code&client_id=x&code={\"a\":1}"] {
            let answer = send(server, FORM, None, body.to_owned()).await;
            assert_eq!(answer.code(), 400, "{body}");
            assert!(!answer.error().is_empty(), "{body}");
        }
        let bytes = send(server, FORM, None, vec![0xff_u8, 0x00, b'=']).await;
        bytes.refuses(400, "invalid_request");
    }

    /// T14
    async fn a_large_body_is_refused(server) {
        send(server, FORM, None, "a".repeat(65 * 1024)).await.refuses(413, "invalid_request");
    }

    /// T15
    async fn no_answer_is_kept(server) {
        let request = Authorization::public(server).await;
        let code = request.code(server, "ada").await;
        let answer = request.redeem(server, &code).await;
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        insta::assert_snapshot!("invalid_grant", request.redeem(server, "nonsense").await.text());
    }

    /// T19
    async fn a_client_that_registered_to_refresh_gets_a_refresh_token(server) {
        let request = Authorization::public(server).await.with("scope", "notes:read");
        let tokens = request.tokens(server, "ada").await;
        assert!(tokens.refresh.starts_with("cs_rt_"));
    }
}

async fn with_basic(server: &TestServer, fields: &[(&str, &str)], header: &str) -> Answer {
    let mut request = TestServer::form("/token", fields);
    request
        .headers_mut()
        .insert("authorization", header.parse().unwrap());
    server.send(request).await
}

/// T17, A38: a database that does not answer costs nobody their grant.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_the_database_is_503_and_never_invalid_grant() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let redirect_uri = "https://api.example/callback";
    let server = TestServer::configured(database, |config| {
        config.clients.push(Client {
            id: "named".to_owned(),
            name: "Named".to_owned(),
            redirect_uris: vec![redirect_uri.to_owned()],
            secret: None,
            secret_file: None,
            scope: None,
            token_exchange: false,
        });
    })
    .await;
    let request = Authorization::of("named", redirect_uri);
    let tokens = request.tokens(&server, "ada").await;
    let code = request.code(&server, "ben").await;
    server.break_down().await;
    for answer in [
        request.rotate(&server, &tokens.refresh).await,
        request.redeem(&server, &code).await,
    ] {
        answer.refuses(503, "temporarily_unavailable");
        assert!(!answer.header("retry-after").is_empty());
    }
    let call = server
        .call_tool(&tokens.access, "whoami", serde_json::json!({}))
        .await;
    assert_eq!(
        call.code(),
        503,
        "a 401 would make the client throw its tokens away"
    );
    assert!(!call.header("retry-after").is_empty());
    let ask = request.ask(&server).await;
    assert_eq!(
        ask.sent("error").as_deref(),
        Some("temporarily_unavailable")
    );
    assert_eq!(server.get("/ready").await.code(), 503);
    assert_eq!(server.get("/health").await.code(), 200);
    assert_eq!(server.get("/.well-known/jwks.json").await.code(), 200);
}
