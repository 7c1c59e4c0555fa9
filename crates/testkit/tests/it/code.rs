//! PKCE and the authorization code: P1 to P5 and K1 to K12 of the catalogue.

use std::pin::pin;
use std::task::Poll;

use countersign_domain::{ClientId, Clock as _, Username};
use countersign_storage::commands::{DisableUser, FindUser, RevokeClient};
use countersign_testkit::{Authorization, Browser, Database, TestServer, Tokens, on_both};
use serde_json::json;

const SECOND: i64 = 1_000;

async fn with_code(server: &TestServer) -> (Authorization, String) {
    let request = Authorization::public(server).await;
    let code = request.code(server, "ada").await;
    (request, code)
}

fn replaced<'a>(
    fields: &[(&'a str, &'a str)],
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(known, old)| (*known, if *known == name { value } else { old }))
        .collect()
}

fn without<'a>(fields: &[(&'a str, &'a str)], name: &str) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .filter(|(known, _)| *known != name)
        .copied()
        .collect()
}

/// What a request comes to that is looked after so many times and then dropped.
async fn polled<T>(request: impl Future<Output = T>, times: u32) -> Option<T> {
    let mut request = pin!(request);
    for _ in 0..times {
        if let Poll::Ready(outcome) = futures::poll!(request.as_mut()) {
            return Some(outcome);
        }
        tokio::task::yield_now().await;
    }
    None
}

on_both! {
    /// P1, P5
    async fn a_wrong_verifier_redeems_nothing(server) {
        let (request, code) = with_code(server).await;
        let challenge = &request.parameters.iter().find(|(name, _)| name == "code_challenge").unwrap().1;
        for verifier in ["another-verifier-of-more-than-forty-three-characters", challenge.as_str()] {
            let fields = request.redemption(&code);
            let answer = server.post("/token", &replaced(&fields, "code_verifier", verifier)).await;
            answer.refuses(400, "invalid_grant");
        }
        assert_eq!(request.redeem(server, &code).await.code(), 200, "K2: nothing was consumed");
    }

    /// P2
    async fn the_verifier_is_required(server) {
        let (request, code) = with_code(server).await;
        let fields = request.redemption(&code);
        server.post("/token", &without(&fields, "code_verifier")).await.refuses(400, "invalid_request");
        server.post("/token", &replaced(&fields, "code_verifier", "")).await.refuses(400, "invalid_request");
    }

    /// P3
    async fn a_malformed_verifier_is_refused(server) {
        let (request, code) = with_code(server).await;
        for verifier in [&"a".repeat(42), &"a".repeat(129), &" ".repeat(50), &"ä".repeat(43), "{\"a\":1}"] {
            let fields = request.redemption(&code);
            let answer = server.post("/token", &replaced(&fields, "code_verifier", verifier)).await;
            answer.refuses(400, "invalid_request");
        }
    }

    /// K1
    async fn a_replayed_code_ends_its_grant(server) {
        let (request, code) = with_code(server).await;
        let tokens = Tokens::of(&request.redeem(server, &code).await);
        server.accepts(&tokens.access).await;
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
        server.accepts(&tokens.access).await;
        server.wait(10 * SECOND + 1);
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
        server.rejects(&tokens.access).await;
        request.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
    }

    /// K2
    async fn a_replay_by_somebody_else_touches_nothing(server) {
        let (request, code) = with_code(server).await;
        let tokens = Tokens::of(&request.redeem(server, &code).await);
        server.wait(20 * SECOND);
        let other = server.public_client(Authorization::REDIRECT_URI).await;
        let fields = request.redemption(&code);
        server.post("/token", &replaced(&fields, "client_id", &other)).await.refuses(400, "invalid_grant");
        let wrong = "another-verifier-of-more-than-forty-three-characters";
        server.post("/token", &replaced(&fields, "code_verifier", wrong)).await.refuses(400, "invalid_grant");
        server.accepts(&tokens.access).await;
    }

    /// K3
    async fn of_64_redemptions_one_wins_and_keeps_its_tokens(server) {
        let (request, code) = with_code(server).await;
        let fields = request.redemption(&code);
        let answers = server.race(64, || TestServer::form("/token", &fields)).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.code() == 200);
        assert_eq!((won.len(), lost.len()), (1, 63));
        for answer in lost {
            answer.refuses(400, "invalid_grant");
        }
        let tokens = Tokens::of(won[0]);
        server.accepts(&tokens.access).await;
        assert_eq!(request.rotate(server, &tokens.refresh).await.code(), 200);
    }

    /// K4
    async fn a_code_lives_a_minute(server) {
        let (request, code) = with_code(server).await;
        server.wait(60 * SECOND - 1);
        assert_eq!(request.redeem(server, &code).await.code(), 200);
        let code = request.code(server, "ben").await;
        server.wait(60 * SECOND);
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
        server.wait(-30 * SECOND);
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
    }

    /// K5
    async fn another_clients_code_is_refused_and_not_consumed(server) {
        let (request, code) = with_code(server).await;
        let other = server.public_client(Authorization::REDIRECT_URI).await;
        let fields = request.redemption(&code);
        server.post("/token", &replaced(&fields, "client_id", &other)).await.refuses(400, "invalid_grant");
        assert_eq!(request.redeem(server, &code).await.code(), 200);
    }

    /// K6
    async fn another_redirect_uri_is_refused_and_not_consumed(server) {
        let (request, code) = with_code(server).await;
        let fields = request.redemption(&code);
        let other = replaced(&fields, "redirect_uri", "https://client.example/callback/");
        server.post("/token", &other).await.refuses(400, "invalid_grant");
        assert_eq!(server.post("/token", &without(&fields, "redirect_uri")).await.code(), 200);
    }

    /// K7
    async fn another_resource_is_refused_and_not_consumed(server) {
        let (request, code) = with_code(server).await;
        let mut fields = request.redemption(&code);
        fields.push(("resource", "https://evil.example/mcp"));
        server.post("/token", &fields).await.refuses(400, "invalid_target");
        fields.pop();
        fields.push(("resource", "http://localhost:3002/mcp"));
        assert_eq!(server.post("/token", &fields).await.code(), 200);
    }

    /// K8
    async fn a_damaged_code_is_refused(server) {
        let (request, code) = with_code(server).await;
        let flipped = format!("{}{}", &code[..code.len() - 1], if code.ends_with('A') { "B" } else { "A" });
        for damaged in ["x", &code[1..], &code[..code.len() - 1], &flipped, &format!("{code}x"), &"x".repeat(60_000)] {
            request.redeem(server, damaged).await.refuses(400, "invalid_grant");
        }
        request.redeem(server, &format!("{code}\0")).await.refuses(400, "invalid_request");
        request.redeem(server, &"x".repeat(1024 * 1024)).await.refuses(413, "invalid_request");
        assert_eq!(request.redeem(server, &code).await.code(), 200);
    }

    /// K9
    async fn a_code_of_a_revoked_client_is_dead(server) {
        let (request, code) = with_code(server).await;
        let id = ClientId::new(request.client_id.clone());
        server.server.store().execute(RevokeClient { id, now: server.clock.now() }).await.unwrap();
        request.redeem(server, &code).await.refuses(401, "invalid_client");
    }

    /// K9
    async fn a_code_of_a_disabled_account_is_dead(server) {
        let (request, code) = with_code(server).await;
        let name = Username::parse("ada").unwrap();
        let user = server.server.store().read(FindUser::ByName(name)).await.unwrap().unwrap();
        server.server.store().execute(DisableUser { id: user.id, now: server.clock.now() }).await.unwrap();
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
    }

    /// K9
    async fn a_code_of_a_disconnected_app_is_dead(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&request.target()).await;
        browser.sign_up(&interaction, "ada").await;
        let code = browser.approve(&interaction).await.sent("code").unwrap();
        let page = browser.open("/account").await;
        let (_, rest) = page.text().split_once("name=\"grant\" value=\"").unwrap();
        let grant = rest.split('"').next().unwrap();
        browser.submit("/account", "/account/disconnect", &[("grant", grant)]).await;
        request.redeem(server, &code).await.refuses(400, "invalid_grant");
    }

    /// K10: the request is dropped at ever later moments.
    async fn a_client_that_goes_away_leaves_no_half_state(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let mut cut_off = 0;
        for round in 0..12 {
            let interaction = browser.begin(&request.target()).await;
            if round == 0 {
                browser.sign_up(&interaction, "ada").await;
            }
            let code = browser.approve(&interaction).await.sent("code").unwrap();
            if polled(request.redeem(server, &code), 1 << round).await.is_none() {
                cut_off += 1;
            }
            let again = request.redeem(server, &code).await;
            if again.code() == 200 {
                let tokens = Tokens::of(&again);
                server.accepts(&tokens.access).await;
                assert_eq!(request.rotate(server, &tokens.refresh).await.code(), 200);
            } else {
                again.refuses(400, "invalid_grant");
            }
        }
        assert!(cut_off > 0, "every request was done at once");
    }

    /// K12
    async fn only_the_newest_twenty_codes_wait(server) {
        let request = Authorization::public(server).await;
        let mut browser = Browser::new(server);
        let mut codes = Vec::new();
        for number in 0..21 {
            let interaction = browser.begin(&request.target()).await;
            if number == 0 {
                browser.sign_up(&interaction, "ada").await;
            }
            server.wait(1);
            codes.push(browser.approve(&interaction).await.sent("code").unwrap());
        }
        request.redeem(server, &codes[0]).await.refuses(400, "invalid_grant");
        assert_eq!(request.redeem(server, &codes[1]).await.code(), 200);
        assert_eq!(request.redeem(server, &codes[20]).await.code(), 200);
    }

    /// T16
    async fn a_wider_scope_at_the_exchange_is_refused(server) {
        let request = Authorization::public(server).await.with("scope", "notes:read");
        let code = request.code(server, "ada").await;
        let mut fields = request.redemption(&code);
        fields.push(("scope", "notes:read notes:write"));
        server.post("/token", &fields).await.refuses(400, "invalid_scope");
        assert_eq!(request.redeem(server, &code).await.code(), 200);
    }

    /// The token is for this resource, this person and this client, and says so (RFC 9068).
    async fn an_access_token_says_what_it_is_for(server) {
        let (request, code) = with_code(server).await;
        let answer = request.redeem(server, &code).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.json();
        assert_eq!((&body["token_type"], &body["expires_in"], &body["scope"]), (&json!("Bearer"), &json!(3600), &json!("notes:read notes:write")));
        let claims = claims(body["access_token"].as_str().unwrap());
        assert_eq!(claims["iss"], TestServer::URL);
        assert_eq!(claims["aud"], "http://localhost:3002/mcp");
        assert_eq!(claims["client_id"], request.client_id.as_str());
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        for claim in ["sub", "jti", "grant_id"] {
            assert!(claims[claim].as_str().unwrap().len() > 30, "{claim}");
        }
    }
}

/// K11
#[tokio::test]
async fn no_secret_is_at_rest() {
    let server = TestServer::start(Database::sqlite()).await;
    let request = Authorization::public(&server).await;
    let (id, secret) = server
        .confidential_client(Authorization::REDIRECT_URI, "client_secret_basic")
        .await;
    let mut browser = Browser::new(&server);
    let interaction = browser.begin(&request.target()).await;
    browser.sign_up(&interaction, "ada").await;
    let code = browser.approve(&interaction).await.sent("code").unwrap();
    let first = Tokens::of(&request.redeem(&server, &code).await);
    let second = Tokens::of(&request.rotate(&server, &first.refresh).await);
    // Before somebody consents, a registration is nowhere.
    let confidential = Authorization::of(&id, Authorization::REDIRECT_URI);
    confidential.code(&server, "bob").await;
    let stored = server.stored();
    let holds = |text: &str| {
        stored
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(
        holds(&request.client_id) && holds(&id),
        "this is where it would be"
    );
    let cookies = ["countersign", "countersign-browser"].map(|name| browser.cookie(name).unwrap());
    for text in [
        &code,
        &first.refresh,
        &second.refresh,
        &first.access,
        &second.access,
        &secret,
    ] {
        assert!(!holds(text), "{text}");
    }
    for text in cookies
        .into_iter()
        .chain(["a long enough password", &request.verifier])
    {
        assert!(!holds(text), "{text}");
    }
}

/// The claims of a token, unverified.
fn claims(token: &str) -> serde_json::Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
