//! Refresh tokens: F1 to F16 of the catalogue.

use countersign_domain::{
    ClientId, Clock as _, EndReason, EventKind, PlainRefreshToken, RefreshTokenState, Username,
};
use countersign_storage::commands::{
    DisableUser, FindRefreshToken, FindUser, ListEvents, RevokeClient,
};
use countersign_testkit::{Authorization, TestServer, Tokens, on_both};

const SECOND: i64 = 1_000;
const DAY: i64 = 24 * 60 * 60 * SECOND;
/// Past the grace of 60 seconds.
const LATER: i64 = 61 * SECOND;

async fn connected(server: &TestServer) -> (Authorization, Tokens) {
    let request = Authorization::public(server).await;
    let tokens = request.tokens(server, "ada").await;
    (request, tokens)
}

/// Asserts that a refused request has rotated nothing. Presenting the token again would not show
/// it: inside the grace a rotated one is answered too.
async fn is_still_the_leaf(server: &TestServer, refresh_token: &str) {
    let hash = PlainRefreshToken::parse(refresh_token).unwrap().hash();
    let found = server.server.store().read(FindRefreshToken { hash }).await;
    assert_eq!(found.unwrap().unwrap().token.state, RefreshTokenState::Leaf);
}

on_both! {
    /// F1
    async fn a_refresh_token_is_replaced(server) {
        let (request, first) = connected(server).await;
        let answer = request.rotate(server, &first.refresh).await;
        let body = answer.json();
        assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3600)));
        assert_eq!(body["scope"], "notes:read notes:write", "F88");
        let second = Tokens::of(&answer);
        assert_ne!(second.refresh, first.refresh);
        server.accepts(&second.access).await;
    }

    /// F2
    async fn a_replay_after_the_grace_ends_the_family(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.accepts(&second.access).await;
        server.wait(LATER);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&second.access).await;
        server.rejects(&first.access).await;
        request.rotate(server, &second.refresh).await.refuses(400, "invalid_grant");
        let events = server.server.store().read(ListEvents { before: None, limit: 1 }).await.unwrap();
        assert_eq!((events[0].kind, events[0].detail.as_str()), (EventKind::GrantEnded, EndReason::RefreshTokenReplayed.as_str()));
    }

    /// Design decision 6: an answer that never arrived is given again, however late.
    async fn a_late_retry_gets_the_successor_that_nobody_used(server) {
        let (request, first) = connected(server).await;
        let lost = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.wait(10 * LATER);
        let again = Tokens::of(&request.rotate(server, &first.refresh).await);
        assert_eq!(again.refresh, lost.refresh);
        server.accepts(&again.access).await;
    }

    /// F3
    async fn a_retry_inside_the_grace_gets_the_same_successor(server) {
        let (request, first) = connected(server).await;
        let one = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.wait(30 * SECOND);
        let two = Tokens::of(&request.rotate(server, &first.refresh).await);
        assert_eq!(one.refresh, two.refresh);
        assert_eq!(request.rotate(server, &two.refresh).await.code(), 200);
    }

    /// F4
    async fn of_32_parallel_refreshes_none_fails_and_one_leaf_lives(server) {
        let (request, first) = connected(server).await;
        let fields = request.rotation(&first.refresh);
        let answers = server.race(32, || TestServer::form("/token", &fields)).await;
        let leaves: std::collections::BTreeSet<String> =
            answers.iter().map(|answer| Tokens::of(answer).refresh).collect();
        assert_eq!(leaves.len(), 1, "{leaves:?}");
        for answer in &answers {
            server.accepts(&Tokens::of(answer).access).await;
        }
        let leaf = leaves.first().unwrap();
        assert_eq!(request.rotate(server, leaf).await.code(), 200);
    }

    /// F72 of clients.md: eight windows share a store, and one of them is faster twice.
    async fn a_window_that_comes_last_gets_the_live_leaf(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        let third = Tokens::of(&request.rotate(server, &second.refresh).await);
        server.accepts(&third.access).await;
        server.wait(59 * SECOND);
        let last = Tokens::of(&request.rotate(server, &first.refresh).await);
        assert_eq!(last.refresh, third.refresh);
        assert_eq!(request.rotate(server, &last.refresh).await.code(), 200);
    }

    /// F5
    async fn a_grandparent_ends_the_family_after_the_grace(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        let third = Tokens::of(&request.rotate(server, &second.refresh).await);
        server.wait(LATER);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        request.rotate(server, &third.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&third.access).await;
    }

    /// F6
    async fn a_retry_inside_the_grace_is_answered_though_the_successor_is_in_use(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.accepts(&second.access).await;
        server.wait(59 * SECOND);
        let again = Tokens::of(&request.rotate(server, &first.refresh).await);
        assert_eq!(again.refresh, second.refresh);
        server.wait(2 * SECOND);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&again.access).await;
    }

    /// F7
    async fn another_clients_refresh_token_is_refused_and_lives_on(server) {
        let (request, first) = connected(server).await;
        let other = Authorization::public(server).await;
        other.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        is_still_the_leaf(server, &first.refresh).await;
        server.accepts(&first.access).await;
        assert_eq!(request.rotate(server, &first.refresh).await.code(), 200);
    }

    /// F8
    async fn the_scope_can_be_narrowed_for_one_token_and_never_widened(server) {
        let request = Authorization::public(server).await;
        let first = request.tokens(server, "ada").await;
        for wider in ["notes:read notes:write admin", "admin"] {
            let mut fields = request.rotation(&first.refresh);
            fields.push(("scope", wider));
            server.post("/token", &fields).await.refuses(400, "invalid_scope");
        }
        is_still_the_leaf(server, &first.refresh).await;
        let mut fields = request.rotation(&first.refresh);
        fields.push(("scope", "notes:read"));
        let narrowed = server.post("/token", &fields).await;
        assert_eq!(narrowed.json()["scope"], "notes:read");
        let second = Tokens::of(&narrowed);
        assert_eq!(server.call_tool(&second.access, "add_note", serde_json::json!({"text": "x"})).await.code(), 403);
        let whole = request.rotate(server, &second.refresh).await;
        assert_eq!(whole.json()["scope"], "notes:read notes:write");
    }

    /// F9, F84
    async fn the_resource_is_inherited_and_never_another(server) {
        let (request, first) = connected(server).await;
        let mut fields = request.rotation(&first.refresh);
        fields.push(("resource", "https://evil.example/mcp"));
        server.post("/token", &fields).await.refuses(400, "invalid_target");
        is_still_the_leaf(server, &first.refresh).await;
        let mut fields = request.rotation(&first.refresh);
        fields.push(("resource", "http://localhost:3002/mcp"));
        let second = Tokens::of(&server.post("/token", &fields).await);
        let third = Tokens::of(&request.rotate(server, &second.refresh).await);
        server.accepts(&third.access).await;
    }

    /// F10, F16
    async fn an_idle_refresh_token_dies_and_stays_dead(server) {
        let (request, first) = connected(server).await;
        server.wait(30 * DAY);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        server.wait(-2 * DAY);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
    }

    /// F10
    async fn a_grant_ends_however_often_it_is_refreshed(server) {
        let (request, mut tokens) = connected(server).await;
        for _ in 0..18 {
            server.wait(20 * DAY);
            tokens = Tokens::of(&request.rotate(server, &tokens.refresh).await);
        }
        server.wait(6 * DAY);
        request.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
    }

    /// F11
    async fn a_disabled_account_loses_everything_at_once(server) {
        let (request, first) = connected(server).await;
        let name = Username::parse("ada").unwrap();
        let user = server.server.store().read(FindUser::ByName(name)).await.unwrap().unwrap();
        server.server.store().execute(DisableUser { id: user.id, now: server.clock.now() }).await.unwrap();
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&first.access).await;
    }

    /// F11
    async fn a_changed_password_ends_what_was_connected(server) {
        let (request, first) = connected(server).await;
        let name = Username::parse("ada").unwrap();
        server.server.accounts().set_password(&name, "another long password").await.unwrap();
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&first.access).await;
    }

    /// F11
    async fn a_deleted_client_loses_everything_at_once(server) {
        let (request, first) = connected(server).await;
        let id = ClientId::new(request.client_id.clone());
        server.server.store().execute(RevokeClient { id, now: server.clock.now() }).await.unwrap();
        request.rotate(server, &first.refresh).await.refuses(401, "invalid_client");
        server.rejects(&first.access).await;
    }

    /// F16
    async fn a_clock_that_goes_back_revives_no_rotated_token(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.accepts(&second.access).await;
        Tokens::of(&request.rotate(server, &second.refresh).await);
        server.wait(-60 * 60 * SECOND);
        request.rotate(server, &first.refresh).await.refuses(400, "invalid_grant");
    }

    /// F14: what another replica rotated stays rotated; nothing is only in memory.
    async fn a_rotated_token_is_dead_at_every_replica(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.accepts(&second.access).await;
        server.wait(LATER);
        let fields = request.rotation(&first.refresh);
        let elsewhere = server.send_to(1, TestServer::form("/token", &fields)).await;
        elsewhere.refuses(400, "invalid_grant");
        server.rejects(&second.access).await;
    }

    /// F14
    async fn a_restart_revives_nothing_and_loses_nothing(server) {
        let (request, first) = connected(server).await;
        let second = Tokens::of(&request.rotate(server, &first.refresh).await);
        server.accepts(&second.access).await;
        let third = Tokens::of(&request.rotate(server, &second.refresh).await);
        let restarted = server.restarted().await;
        restarted.accepts(&third.access).await;
        let retried = Tokens::of(&request.rotate(&restarted, &second.refresh).await);
        assert_eq!(retried.refresh, third.refresh, "F3 holds across a restart");
        restarted.wait(LATER);
        request.rotate(&restarted, &second.refresh).await.refuses(400, "invalid_grant");
        restarted.rejects(&third.access).await;
        request.rotate(&restarted, &third.refresh).await.refuses(400, "invalid_grant");
    }

    /// F15: one kind of token is not taken for another.
    async fn an_access_token_is_no_refresh_token_and_the_other_way_round(server) {
        let (request, Tokens { access, refresh }) = connected(server).await;
        request.rotate(server, &access).await.refuses(400, "invalid_grant");
        server.rejects(&refresh).await;
        is_still_the_leaf(server, &refresh).await;
        server.accepts(&access).await;
    }

    /// An access token dies on time and not before; 30 s of clock difference are forgiven.
    async fn an_access_token_expires(server) {
        let (_, first) = connected(server).await;
        server.wait(3_600 * SECOND);
        server.accepts(&first.access).await;
        server.wait(31 * SECOND);
        server.rejects(&first.access).await;
    }

    /// Step-up names everything that is needed at once.
    async fn a_tool_beyond_the_scope_asks_for_all_of_it(server) {
        let request = Authorization::public(server).await.with("scope", "notes:read");
        let tokens = request.tokens(server, "ada").await;
        let answer = server.call_tool(&tokens.access, "add_note", serde_json::json!({"text": "x"})).await;
        assert_eq!(answer.code(), 403);
        insta::assert_snapshot!("challenge_for_more_scope", answer.header("www-authenticate"));
    }
}
