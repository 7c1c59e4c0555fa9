//! What a request says of itself: the host that it was sent to, and for whom it was forwarded. From
//! anybody it changes nothing; from a trusted proxy it says whose request it is, and no more.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_testkit::{Answer, Authorization, Browser, Database, TestServer};
use http::{Method, Request};
use serde_json::json;

use crate::discovery::documents;

const PROXY: &str = "10.0.0.1";
const STRANGER: &str = "203.0.113.1";

const FORGED: [(&str, &str); 8] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "gopher"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-for", "198.51.100.1"),
    ("x-real-ip", "198.51.100.1"),
    (
        "forwarded",
        "for=198.51.100.1;host=evil.example;proto=gopher",
    ),
];

/// A server behind proxies in 10.0.0.0/8.
async fn behind_a_proxy() -> TestServer {
    TestServer::configured(Database::sqlite(), |config| {
        config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        config.registration.per_address_per_hour = 2;
        config.limits.sign_in_attempts_per_account_per_hour = 1;
    })
    .await
}

fn from(peer: &str, mut request: Request<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().unwrap(), 50_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

async fn get(server: &TestServer, peer: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let request = TestServer::request(Method::GET, target).body(Body::empty());
    server.send(from(peer, request.unwrap(), headers)).await
}

/// The status of a registration.
async fn register(server: &TestServer, peer: &str, headers: &[(&str, &str)]) -> u16 {
    let metadata = json!({"client_name": "x", "redirect_uris": [Authorization::REDIRECT_URI]});
    let request = TestServer::request(Method::POST, "/register")
        .header("content-type", "application/json")
        .body(metadata.to_string().into())
        .unwrap();
    server.send(from(peer, request, headers)).await.code()
}

/// D4, F16, F17: nor if a trusted proxy says so.
#[tokio::test]
async fn forged_headers_change_no_document() {
    let server = behind_a_proxy().await;
    for target in documents() {
        let honest = server.get(target).await;
        assert_eq!(honest.code(), 200, "{target}");
        for peer in [STRANGER, PROXY] {
            let forged = get(&server, peer, target, &FORGED).await;
            assert_eq!(forged.body, honest.body, "{target} from {peer}");
            assert_eq!(forged.headers, honest.headers, "{target} from {peer}");
        }
    }
}

/// D4, L3: redirects, cookies, pages and challenges are made from the public URL.
#[tokio::test]
async fn forged_headers_change_no_redirect_cookie_page_or_challenge() {
    let server = behind_a_proxy().await;
    let client = server.public_client(Authorization::REDIRECT_URI).await;
    let request = || Authorization::of(&client, Authorization::REDIRECT_URI);
    for peer in [STRANGER, PROXY] {
        let refused = request().with("scope", "nope").target();
        let refused = get(&server, peer, &refused, &FORGED).await;
        assert_eq!(refused.sent("iss").as_deref(), Some(TestServer::URL));
        assert!(refused.location().starts_with(Authorization::REDIRECT_URI));

        let begun = get(&server, peer, &request().target(), &FORGED).await;
        assert!(begun.location().starts_with("/authorize/"), "{begun:?}");
        let cookie = begun.header("set-cookie");
        assert!(
            !cookie.contains("Domain") && !cookie.contains("Secure"),
            "{cookie}"
        );

        let home = get(&server, peer, "/", &FORGED).await;
        assert_eq!(home.body, server.get("/").await.body);

        let loopback = [("host", "127.0.0.1:8080"), ("x-forwarded-proto", "gopher")];
        let challenge = get(&server, peer, "/mcp", &loopback).await;
        assert_eq!(challenge.code(), 401);
        let honest = server.get("/mcp").await;
        assert_eq!(challenge.headers, honest.headers);
    }
}

/// D4, R20
#[tokio::test]
async fn a_stranger_cannot_claim_to_be_somebody_else() {
    let server = behind_a_proxy().await;
    let claim = |address| [("x-forwarded-for", address)];
    for (address, expected) in [
        ("198.51.100.1", 201),
        ("198.51.100.2", 201),
        ("198.51.100.3", 429),
    ] {
        let status = register(&server, STRANGER, &claim(address)).await;
        assert_eq!(status, expected, "{address}");
    }
    let forwarded = [("forwarded", "for=198.51.100.4")];
    assert_eq!(register(&server, STRANGER, &forwarded).await, 429);
    assert_eq!(
        register(&server, PROXY, &claim("198.51.100.3")).await,
        201,
        "nobody's quota was used"
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_limits_see_the_client() {
    let server = behind_a_proxy().await;
    let from_client = async |peer: &str, claimed: &str| {
        register(&server, peer, &[("x-forwarded-for", claimed)]).await
    };
    assert_eq!(from_client(PROXY, "198.51.100.1").await, 201);
    assert_eq!(from_client("::ffff:10.9.9.9", "198.51.100.1").await, 201);
    assert_eq!(from_client(PROXY, "198.51.100.1").await, 429);
    assert_eq!(
        from_client(PROXY, "198.51.100.7, 198.51.100.1, 10.0.0.2").await,
        429
    );
    assert_eq!(from_client(PROXY, "198.51.100.1, 198.51.100.2").await, 201);
    assert_eq!(
        from_client("198.51.100.1", "198.51.100.9").await,
        429,
        "the same client, directly"
    );

    let forwarded = [("forwarded", "for=198.51.100.1;proto=https")];
    assert_eq!(register(&server, PROXY, &forwarded).await, 429);

    // What nobody can read counts as the proxy's own.
    assert_eq!(from_client(PROXY, "unknown").await, 201);
    assert_eq!(register(&server, PROXY, &[]).await, 201);
    assert_eq!(from_client(PROXY, "a, b").await, 429);
}

/// T18
#[tokio::test]
async fn behind_a_trusted_proxy_wrong_passwords_count_for_their_client() {
    let server = behind_a_proxy().await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/account").await;
    let csrf = page.csrf("/account/sign-in");
    let attempt = async |client: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("username", "ada"),
            ("password", "wrong password"),
        ];
        let form = browser.form("/account/sign-in", &fields, &[]);
        let request = from(PROXY, form, &[("x-forwarded-for", client)]);
        server.send(request).await.code()
    };
    // Five tries of its own, and the one that all share.
    for _ in 0..6 {
        assert_eq!(attempt("198.51.100.1").await, 401);
    }
    assert_eq!(attempt("198.51.100.1").await, 429);
    assert_eq!(attempt("198.51.100.2").await, 401);
}

/// F06: a proxy that rewrites Host says what it was before; anybody else may say so in vain.
#[tokio::test]
async fn a_trusted_proxy_says_which_host_was_asked_for() {
    let server = behind_a_proxy().await;
    let asked = |host| {
        [
            ("host", "backend.internal:3002"),
            ("x-forwarded-host", host),
        ]
    };
    let status = async |peer: &str, host| get(&server, peer, "/mcp", &asked(host)).await.code();
    assert_eq!(status(PROXY, "localhost:3002").await, 401);
    assert_eq!(status(PROXY, "evil.example, localhost").await, 401);
    assert_eq!(status(PROXY, "evil.example").await, 403, "DNS rebinding");
    assert_eq!(status(PROXY, "localhost, evil.example").await, 403);
    assert_eq!(status(STRANGER, "localhost:3002").await, 403);
    let kept = [("x-forwarded-host", "evil.example")];
    assert_eq!(get(&server, STRANGER, "/mcp", &kept).await.code(), 401);

    // HTTP/2 names the host in the request target.
    let target = "http://backend.internal:3002/mcp";
    let asked = [("x-forwarded-host", "localhost:3002")];
    assert_eq!(get(&server, PROXY, target, &asked).await.code(), 401);
    assert_eq!(get(&server, STRANGER, target, &asked).await.code(), 403);
}

/// A browser without `Sec-Fetch-Site` is judged by its `Origin`, and that by the public URL.
#[tokio::test]
async fn our_own_forms_are_accepted_behind_a_proxy_that_rewrites_host() {
    let server = TestServer::start(Database::sqlite()).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/account").await;
    let csrf = page.csrf("/account/sign-in");
    let status = async |origin: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("username", "ada"),
            ("password", "wrong password"),
        ];
        let form = browser.form("/account/sign-in", &fields, &[("origin", origin)]);
        let request = from(STRANGER, form, &[("host", "backend.internal:3002")]);
        server.send(request).await.code()
    };
    assert_eq!(
        status(TestServer::URL).await,
        401,
        "only the password is wrong"
    );
    assert_eq!(status("https://evil.example").await, 403);
}
