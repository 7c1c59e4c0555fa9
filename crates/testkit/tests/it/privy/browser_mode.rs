//! The login's token as the browser handed it over.

use countersign_config::ApiToken;
use countersign_testkit::{Authorization, Tokens};

use super::on_both;

const MINUTE: i64 = 60_000;

on_both! {
    async fn the_api_gets_what_the_browser_brought(server, ApiToken::Browser) {
        let tokens = server.connect("ada@example.com").await;
        let answer = server.exchange(&tokens.access).await;
        let upstream = answer.json()["access_token"].as_str().unwrap().to_owned();
        assert!(server.server.server.privy().unwrap().verify(&upstream).await.is_ok());
        assert_eq!(answer.json()["expires_in"], 3600);
    }

    async fn nothing_of_ours_outlives_it(server, ApiToken::Browser) {
        server.privy.configure(|settings| settings.access_token_ttl = 1800);
        let authorization = Authorization::public(server).await;
        let tokens = server.connect_as(&authorization, "ada@example.com").await;
        server.wait(10 * MINUTE);
        let answer = authorization.rotate(server, &tokens.refresh).await;
        assert_eq!(answer.json()["expires_in"], 19 * 60);
        let tokens = Tokens::of(&answer);
        server.wait(19 * MINUTE - 1_000);
        server.upstream_token(&tokens.access).await;

        server.wait(1_000 + 30_000);
        server.rejects(&tokens.access).await;
        authorization.rotate(server, &tokens.refresh).await.refuses(400, "invalid_grant");
    }

    async fn it_is_never_lent_past_its_expiry(server, ApiToken::Browser) {
        server.privy.configure(|settings| settings.access_token_ttl = 600);
        let tokens = server.connect("ada@example.com").await;
        // Our own token is forgiven half a minute, the login's is not.
        server.wait(9 * MINUTE + 1_000);
        server.exchange(&tokens.access).await.refuses(400, "invalid_grant");
        server.rejects(&tokens.access).await;
    }
}
