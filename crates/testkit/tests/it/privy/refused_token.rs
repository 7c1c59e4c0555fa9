//! The product's API refuses a token that should be good.

use countersign_config::ApiToken;
use countersign_privy_simulator::Fault;
use countersign_testkit::{Authorization, Database, PrivyServer, Tokens};

use super::{on_both, profile, with};
use crate::log;

const TOKEN: &str = "/api/oauth/v2/token";
const MINUTE: i64 = 60_000;

/// A connection that is a minute old, whose token the API takes no longer.
async fn refused(server: &PrivyServer) -> (Authorization, Tokens) {
    let authorization = Authorization::public(server).await;
    let tokens = server.connect_as(&authorization, "ada@example.com").await;
    server
        .api
        .refuse(&server.upstream_token(&tokens.access).await);
    server.wait(MINUTE);
    server.privy.clear_log();
    (authorization, tokens)
}

/// The statuses with which the API answered since the last time.
fn statuses(server: &PrivyServer) -> Vec<u16> {
    let calls = server.api.new_calls();
    calls.iter().map(|call| call.status).collect()
}

on_both! {
    async fn a_kept_session_is_renewed_once_and_the_call_repeated(server, ApiToken::Device) {
        let (_, tokens) = refused(server).await;
        let claims = profile::claims(&profile::call(server, &tokens.access).await);
        assert_eq!(claims["sub"], server.privy.did("ada@example.com").unwrap());
        assert_eq!(statuses(server), [401, 200]);
        assert_eq!(server.privy.count("POST", TOKEN), 1);
        profile::claims(&profile::call(server, &tokens.access).await);
        assert_eq!(statuses(server), [200]);
    }

    async fn a_hundred_refused_calls_renew_once(server, ApiToken::Device) {
        let (_, tokens) = refused(server).await;
        let answers = server.race(100, || profile::request(&tokens.access, &profile::message(1))).await;
        for answer in &answers {
            profile::claims(answer);
        }
        assert_eq!(server.privy.count("POST", TOKEN), 1);
    }

    async fn an_api_that_takes_no_token_costs_a_renewal_a_minute(server, ApiToken::Device) {
        let (authorization, tokens) = refused(server).await;
        server.api.fail(Some(401));
        for renewals in [1, 2] {
            for _ in 0..5 {
                profile::is_to_be_tried_again(&profile::call(server, &tokens.access).await);
            }
            // The first call had two attempts.
            assert_eq!(statuses(server), [401; 6]);
            assert_eq!(server.privy.count("POST", TOKEN), renewals);
            server.wait(MINUTE);
        }
        server.api.fail(None);
        profile::claims(&profile::call(server, &tokens.access).await);
        Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
    }

    async fn a_kept_session_that_is_dead_ends_the_grant(server, ApiToken::Device) {
        let (authorization, tokens) = refused(server).await;
        server.privy.revoke("ada@example.com").unwrap();
        profile::leads_to_a_sign_in(&profile::call(server, &tokens.access).await);
        server.rejects(&tokens.access).await;
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
        assert_eq!(statuses(server), [401]);
    }

    async fn an_outage_of_privy_ends_nothing(server, ApiToken::Device) {
        let (_, tokens) = refused(server).await;
        server.privy.fault(Fault::status(TOKEN, 503).times(2));
        for _ in 0..2 {
            profile::is_to_be_tried_again(&profile::call(server, &tokens.access).await);
        }
        // What was refused is not sent again in the same call.
        assert_eq!(statuses(server), [401, 401]);
        profile::claims(&profile::call(server, &tokens.access).await);
        assert_eq!(statuses(server), [401, 200]);
    }

    async fn a_lent_token_ends_the_grant(server, ApiToken::Browser) {
        let (authorization, tokens) = refused(server).await;
        profile::leads_to_a_sign_in(&profile::call(server, &tokens.access).await);
        server.rejects(&tokens.access).await;
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
        assert_eq!(statuses(server), [401]);
    }
}

/// An API that takes none of the tokens that it is sent, not even a new one.
async fn blames_the_operator(token: ApiToken) -> String {
    log::listen();
    let server = PrivyServer::start(Database::sqlite(), with(token)).await;
    let tokens = server.connect("ada@example.com").await;
    server.api.fail(Some(401));
    server.privy.clear_log();
    log::heard();
    // Nobody is asked to sign in: they would be here again in no time.
    profile::is_to_be_tried_again(&profile::call(&server, &tokens.access).await);
    let log = log::heard();
    assert_eq!(server.privy.requests().len(), 0);
    let calls = server.api.new_calls();
    assert_eq!(calls.len(), 1);
    let bearer = calls[0].bearer.as_deref().unwrap();
    let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
    for secret in [bearer, &tokens.access].map(signature) {
        assert!(!log.contains(&secret), "{log}");
    }
    server.api.fail(None);
    profile::claims(&profile::call(&server, &tokens.access).await);
    let error = log.lines().find(|line| line.contains("ERROR"));
    error.unwrap().to_owned()
}

#[tokio::test]
async fn a_minted_token_that_is_refused_is_explained_to_the_operator() {
    let error = blames_the_operator(ApiToken::Countersign).await;
    for part in [
        "`iss` against http://localhost:3002,",
        "`aud` against https://api.example,",
        "http://localhost:3002/.well-known/jwks.json",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_new_token_of_privy_that_is_refused_is_explained_to_the_operator() {
    for token in [ApiToken::Device, ApiToken::Browser] {
        let error = blames_the_operator(token).await;
        for part in ["api.url", "login.privy.app_id", "`aud`"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
