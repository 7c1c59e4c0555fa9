//! The person at the login: shown, looked after, and gone one day.

use countersign_config::ApiToken;
use countersign_privy_simulator::Fault;
use countersign_testkit::{Authorization, Tokens};
use serde_json::json;

use super::on_both;

const CHECK: i64 = 15 * 60_000;

on_both! {
    async fn whoami_tells_who_the_person_is_at_the_login(server, ApiToken::Countersign) {
        let tokens = server.connect("ada@example.com").await;
        let answer = server.call_tool(&tokens.access, "whoami", json!({})).await.json();
        let whoami = &answer["result"]["structuredContent"];
        assert_eq!(whoami["upstream_subject"], server.privy.did("ada@example.com").unwrap());
        assert_eq!(whoami["email"], "ada@example.com");
        assert_eq!(whoami["linked_accounts"][0]["kind"], "email");
    }

    async fn who_was_deleted_loses_access(server, ApiToken::Countersign) {
        let authorization = Authorization::public(server).await;
        let tokens = server.connect_as(&authorization, "ada@example.com").await;
        server.privy.delete_user("ada@example.com").unwrap();
        // Not asked yet: the last look was a moment ago.
        let tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
        server.wait(CHECK);
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
        server.rejects(&tokens.access).await;
    }

    async fn who_was_disabled_here_loses_access(server, ApiToken::Countersign) {
        let authorization = Authorization::public(server).await;
        let tokens = server.connect_as(&authorization, "ada@example.com").await;
        server.disable(&server.privy.did("ada@example.com").unwrap()).await;
        server.rejects(&tokens.access).await;
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
    }

    async fn an_outage_of_privy_costs_nobody_access(server, ApiToken::Countersign) {
        let authorization = Authorization::public(server).await;
        let mut tokens = server.connect_as(&authorization, "ada@example.com").await;
        server.privy.fault(Fault { status: Some(500), times: 0, ..Fault::at("/v1/users/*") });
        server.privy.clear_log();
        server.wait(CHECK);
        for _ in 0..3 {
            tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
            server.accepts(&tokens.access).await;
        }
        // Asked once, then left alone for a minute.
        let did = server.privy.did("ada@example.com").unwrap();
        assert_eq!(server.privy.count("GET", &format!("/v1/users/{did}")), 1);
    }

    async fn a_person_is_asked_about_once_in_a_while(server, ApiToken::Countersign) {
        let authorization = Authorization::public(server).await;
        let mut tokens = server.connect_as(&authorization, "ada@example.com").await;
        server.privy.clear_log();
        for _ in 0..6 {
            server.wait(CHECK / 3);
            tokens = Tokens::of(&authorization.rotate(server, &tokens.refresh).await);
        }
        let did = server.privy.did("ada@example.com").unwrap();
        assert_eq!(server.privy.count("GET", &format!("/v1/users/{did}")), 2);
    }
}
