//! A token of this server for the product's API.

use countersign_config::ApiToken;
use countersign_jose::access_token::{self, Expected};
use countersign_jose::jwk::JwkSet;
use countersign_jose::key::VerifyingKey;
use countersign_testkit::TestServer;

use super::on_both;

on_both! {
    async fn the_api_verifies_it_with_the_published_keys(server, ApiToken::Countersign) {
        let tokens = server.connect("ada@example.com").await;
        let upstream = server.upstream_token(&tokens.access).await;
        let keys = server.get("/.well-known/jwks.json").await;
        let keys: JwkSet = serde_json::from_value(keys.json()).unwrap();
        let expected = Expected {
            issuer: TestServer::URL,
            audience: "https://api.example",
            now_seconds: server.privy.clock().now(),
            leeway_seconds: 0,
        };
        let find = |kid: &str| keys.find(kid).and_then(|jwk| VerifyingKey::from_jwk(jwk).ok());
        let claims = access_token::verify(&upstream, find, &expected).unwrap();
        assert_eq!(claims.sub, server.privy.did("ada@example.com").unwrap());
        assert_eq!(claims.exp - claims.iat, 300);

        // It is for the API alone, and each call gets its own.
        server.rejects(&upstream).await;
        assert_ne!(server.upstream_token(&tokens.access).await, upstream);
    }

    async fn privy_is_not_asked_for_it(server, ApiToken::Countersign) {
        let tokens = server.connect("ada@example.com").await;
        server.privy.clear_log();
        server.upstream_token(&tokens.access).await;
        assert_eq!(server.privy.requests().len(), 0);
    }
}
