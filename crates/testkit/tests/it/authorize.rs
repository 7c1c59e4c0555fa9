//! The authorization request: A1 to A17, A34 to A38 of the catalogue.

use countersign_testkit::{Authorization, Browser, TestServer, on_both};
use http::Method;

/// Asserts a refusal that the client gets to read, with its state and exactly one `iss`.
#[track_caller]
fn redirected(answer: &countersign_testkit::Answer, error: &str, case: &str) {
    assert_eq!(answer.code(), 303, "{case}: {}", answer.text());
    assert!(
        answer.location().starts_with(Authorization::REDIRECT_URI),
        "{case}: {}",
        answer.location()
    );
    assert_eq!(answer.sent("error").as_deref(), Some(error), "{case}");
    assert_eq!(
        answer.sent("iss").as_deref(),
        Some(TestServer::URL),
        "{case}"
    );
    assert_eq!(answer.sent("code"), None, "{case}");
}

on_both! {
    /// A1
    async fn an_unknown_client_gets_a_page(server) {
        Authorization::of("nobody", Authorization::REDIRECT_URI).ask(server).await.is_page(400);
    }

    /// A2
    async fn an_unregistered_redirect_uri_gets_a_page(server) {
        let request = Authorization::public(server).await;
        request.with("redirect_uri", "https://evil.example/").ask(server).await.is_page(400);
    }

    /// A3
    async fn nothing_is_sent_to_an_unregistered_redirect_uri_whatever_else_is_wrong(server) {
        let request = Authorization::public(server).await.with("redirect_uri", "https://evil.example/");
        for (name, value) in [("response_type", "token"), ("code_challenge_method", "plain"), ("scope", "nope"), ("resource", "https://evil.example/")] {
            request.clone().with(name, value).ask(server).await.is_page(400);
        }
    }

    /// A4
    async fn redirect_uris_match_exactly(server) {
        let request = Authorization::public(server).await;
        for variant in [
            "https://client.example/callback/", "https://client.example/callbackx", "https://client.example/",
            "https://client.example/Callback", "https://client.example//callback", "https://client.example/callback?x=1",
            "https://client.example/%63allback", "https://client.example%2fcallback", "https://client.example:443/callback",
            "https://user@client.example/callback", "https://client.example/x/../callback", "https://client.example./callback",
            "HTTPS://client.example/callback", "https://CLIENT.example/callback", "http://client.example/callback",
            "https://client.example/callback#", "https://client.example.evil.example/callback",
        ] {
            let answer = request.clone().with("redirect_uri", variant).ask(server).await;
            assert_eq!((answer.code(), answer.header("location")), (400, ""), "{variant}");
        }
    }

    /// A5
    async fn only_the_port_of_a_loopback_redirect_uri_is_free(server) {
        let client_id = server.public_client("http://127.0.0.1:1234/cb").await;
        for port in ["http://127.0.0.1:1234/cb", "http://127.0.0.1:54321/cb", "http://127.0.0.1/cb"] {
            let answer = Authorization::of(&client_id, port).ask(server).await;
            assert!(answer.location().starts_with("/authorize/"), "{port}");
        }
        for other in [
            "http://127.0.0.1:1234/other", "http://127.0.0.1.evil.example:1234/cb", "http://localhost@evil.example/cb",
            "http://localhost:1234/cb", "http://[::1]:1234/cb", "https://127.0.0.1:1234/cb", "http://127.0.0.2:1234/cb",
        ] {
            let answer = Authorization::of(&client_id, other).ask(server).await;
            assert_eq!((answer.code(), answer.header("location")), (400, ""), "{other}");
        }
    }

    /// A6
    async fn the_redirect_uri_is_required_even_with_one_registered(server) {
        Authorization::public(server).await.without("redirect_uri").ask(server).await.is_page(400);
    }

    /// A7
    async fn the_response_type_is_a_code(server) {
        let request = Authorization::public(server).await;
        redirected(&request.clone().without("response_type").ask(server).await, "invalid_request", "none");
        for other in ["token", "id_token", "code token", "code id_token", "none"] {
            let answer = request.clone().with("response_type", other).ask(server).await;
            redirected(&answer, "unsupported_response_type", other);
        }
    }

    /// A8
    async fn rejects_plain_pkce(server) {
        let request = Authorization::public(server).await;
        let cases = [
            ("no challenge", request.clone().without("code_challenge")),
            ("plain", request.clone().with("code_challenge_method", "plain")),
            ("no method", request.clone().without("code_challenge_method")),
            ("S512", request.clone().with("code_challenge_method", "S512")),
            ("s256", request.clone().with("code_challenge_method", "s256")),
            ("42 characters", request.clone().with("code_challenge", &"a".repeat(42))),
            ("44 characters", request.clone().with("code_challenge", &"a".repeat(44))),
            ("not base64url", request.clone().with("code_challenge", &"+".repeat(43))),
            ("neither", request.clone().without("code_challenge").without("code_challenge_method")),
        ];
        for (case, request) in cases {
            redirected(&request.ask(server).await, "invalid_request", case);
        }
    }

    /// A9
    async fn parameters_stand_once(server) {
        let request = Authorization::public(server).await;
        request.clone().and("client_id", "x").ask(server).await.is_page(400);
        request.clone().and("redirect_uri", "https://evil.example/").ask(server).await.is_page(400);
        for name in ["response_type", "scope", "state", "code_challenge", "code_challenge_method", "nonce", "prompt"] {
            let answer = request.clone().with(name, "code").and(name, "code").ask(server).await;
            redirected(&answer, "invalid_request", name);
        }
    }

    /// A10
    async fn tokens_are_only_for_this_resource(server) {
        let request = Authorization::public(server).await;
        for foreign in ["https://evil.example/mcp", "/mcp", "mcp", "http://localhost:3002/mcp#x", "http://localhost:3002/other", "http://localhost:3003/mcp"] {
            let answer = request.clone().with("resource", foreign).ask(server).await;
            redirected(&answer, "invalid_target", foreign);
        }
        let several = request.clone().and("resource", "https://evil.example/").ask(server).await;
        redirected(&several, "invalid_target", "several");
        for fine in ["http://localhost:3002/mcp", "http://localhost:3002/mcp/", "http://localhost:3002", "HTTP://LOCALHOST:3002/mcp"] {
            let answer = request.clone().with("resource", fine).ask(server).await;
            assert!(answer.location().starts_with("/authorize/"), "{fine}: {}", answer.location());
        }
        let omitted = request.without("resource").ask(server).await;
        assert!(omitted.location().starts_with("/authorize/"));
    }

    /// A11
    async fn unknown_scopes_are_dropped_and_none_is_added(server) {
        let request = Authorization::public(server).await;
        for bad in ["nope", "admin superuser", "notes:read \"quoted\"", "notes:read\\"] {
            redirected(&request.clone().with("scope", bad).ask(server).await, "invalid_scope", bad);
        }
        let narrow = request.clone().with("scope", "notes:read nope");
        let code = narrow.code(server, "ada").await;
        assert_eq!(narrow.redeem(server, &code).await.json()["scope"], "notes:read");
        let default = request.without("scope");
        let code = default.code(server, "ben").await;
        assert_eq!(default.redeem(server, &code).await.json()["scope"], "notes:read notes:write");
    }

    /// A12
    async fn request_objects_are_refused_and_never_fetched(server) {
        let request = Authorization::public(server).await;
        redirected(&request.clone().with("request", "e30.e30.").ask(server).await, "request_not_supported", "request");
        let by_reference = request.with("request_uri", "https://client.example/request").ask(server).await;
        redirected(&by_reference, "request_uri_not_supported", "request_uri");
    }

    /// A13
    async fn answers_only_in_the_query(server) {
        let request = Authorization::public(server).await;
        for mode in ["web_message", "form_post", "fragment", "magic"] {
            redirected(&request.clone().with("response_mode", mode).ask(server).await, "invalid_request", mode);
        }
        let query = request.with("response_mode", "query").ask(server).await;
        assert!(query.location().starts_with("/authorize/"));
    }

    /// A14
    async fn the_state_comes_back_as_it_was(server) {
        let request = Authorization::public(server).await.with("scope", "nope");
        for state in ["a b", "a+b&c=d", "\r\nset-cookie: x=y", "\"quoted\"", "ünï→", &"x".repeat(4096)] {
            let answer = request.clone().with("state", state).ask(server).await;
            assert_eq!(answer.sent("state").as_deref(), Some(state));
            assert_eq!(answer.header("set-cookie"), "");
        }
        let answer = request.clone().without("state").ask(server).await;
        assert_eq!(answer.sent("state"), None);
        let long = request.with("state", &"x".repeat(9 * 1024)).ask(server).await;
        long.is_page(414);
    }

    /// A14: also where the state has waited in the database.
    async fn the_state_comes_back_with_the_code(server) {
        for (number, state) in ["a+b&c=d%20", "\r\nlocation: https://evil.example/", "\"'<>\\", "ünï→\u{1f511}", &"y".repeat(4096)].into_iter().enumerate() {
            let request = Authorization::public(server).await.with("state", state);
            let mut browser = Browser::new(server);
            let interaction = browser.begin(&request.target()).await;
            browser.sign_up(&interaction, &format!("ada {number}")).await;
            let answer = browser.approve(&interaction).await;
            assert_eq!(answer.sent("state").as_deref(), Some(state));
            assert!(answer.location().bytes().all(|byte| byte.is_ascii_graphic()), "{}", answer.location());
        }
    }

    /// A15
    async fn prompt_none_shows_no_page(server) {
        let request = Authorization::public(server).await;
        let silent = request.clone().with("prompt", "none");
        redirected(&silent.ask(server).await, "login_required", "nobody is signed in");
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        browser.approve(&interaction).await;
        redirected(&browser.open(&silent.target()).await, "consent_required", "no consent is remembered");
    }

    /// A15: `prompt=login` asks for a fresh proof also where somebody is signed in.
    async fn prompt_login_asks_again(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let first = browser.begin(&request.target()).await;
        browser.sign_up(&first, "ada").await;
        server.wait(1000);
        let again = browser.begin(&request.with("prompt", "login").target()).await;
        assert!(browser.open(&again).await.text().contains("name=\"password\""));
        server.wait(1000);
        assert_eq!(browser.sign_in(&again, "ada").await.location(), again);
        assert!(browser.open(&again).await.text().contains("value=\"approve\""));
    }

    /// A16
    async fn every_answer_carries_the_issuer_once(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let answer = browser.approve(&interaction).await;
        assert_eq!(answer.sent("iss").as_deref(), Some(TestServer::URL));
        assert_eq!(answer.sent("state").as_deref(), Some("the state"));
        assert!(answer.sent("code").is_some());
    }

    /// A34
    async fn a_posted_request_is_the_same_request(server) {
        let request = Authorization::public(server).await;
        let fields: Vec<(&str, &str)> =
            request.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = server.post("/authorize", &fields).await;
        assert!(answer.location().starts_with("/authorize/"));
        let json = TestServer::request(Method::POST, "/authorize")
            .header("content-type", "application/json")
            .body("{}".into())
            .unwrap();
        server.send(json).await.is_page(415);
    }

    /// A36
    async fn echoed_parameters_are_inert(server) {
        let attack = "\"><script>alert(1)</script>";
        for name in ["client_id", "redirect_uri", "scope", "state"] {
            let answer = Authorization::of("nobody", "x").with(name, attack).ask(server).await;
            assert!(!answer.text().contains("<script>alert"), "{name}");
        }
        let request = Authorization::public(server).await.with("login_hint", attack);
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        assert!(!browser.open(&interaction).await.text().contains("<script>alert"));
        for step in ["sign-in", "sign-up"] {
            let page = if step == "sign-in" { interaction.clone() } else { format!("{interaction}/sign-up") };
            let fields = [("username", attack), ("password", "x")];
            let answer = browser.submit(&page, &format!("{interaction}/{step}"), &fields).await;
            assert!(answer.text().contains("&#34;&#62;&#60;script&#62;"), "{step}: {}", answer.text());
            assert!(!answer.text().contains("<script>alert"), "{step}");
        }
    }

    /// A35: there are no pushed requests, and nothing that looks like one is taken for one.
    async fn a_pushed_request_does_not_exist(server) {
        assert_eq!(server.post("/par", &[]).await.code(), 404);
        let request = Authorization::public(server).await;
        let pushed = request.with("request_uri", "urn:ietf:params:oauth:request_uri:x").ask(server).await;
        redirected(&pushed, "request_uri_not_supported", "a pushed request");
    }

    /// A37
    async fn an_abandoned_request_ends_after_ten_minutes(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        server.wait(10 * 60 * 1000 - 1);
        assert_eq!(browser.open(&interaction).await.code(), 200);
        server.wait(1);
        browser.open(&interaction).await.is_page(400);
        assert!(server.server.delete_expired().await.unwrap() > 0);
    }

    /// Malformed queries are refused as a page, not with a fault.
    async fn malformed_queries_are_refused(server) {
        for query in ["%", "%zz=1", "a=%ff", "a=%00", &"a=1&".repeat(200)] {
            let answer = server.get(&format!("/authorize?{query}")).await;
            assert_eq!(answer.code(), 400, "{query}");
        }
    }
}
