//! Whoever runs mcp2 can switch: its key is imported, and its tokens stay valid.

use countersign_config::Secret;
use countersign_domain::Clock as _;
use countersign_jose::algorithm::Algorithm;
use countersign_jose::key::SigningKey;
use countersign_testkit::{Database, TestServer};
use serde_json::json;

const PRIVATE: &str = include_str!("../../../jose/tests/fixtures/test-rsa-2048.pkcs8.pem");

fn token(key: &SigningKey, iat: i64, audience: &str) -> String {
    let claims = json!({
        "iss": TestServer::URL, "sub": "did:privy:ada", "aud": audience,
        "iat": iat, "exp": iat + 3600, "scope": "notes:read", "client_id": "chatgpt-connector",
    });
    key.sign("JWT", &claims).unwrap()
}

#[tokio::test]
async fn tokens_minted_before_the_import_stay_valid_and_later_ones_do_not() {
    let server = TestServer::configured(Database::sqlite(), |config| {
        config.tokens.import_private_key = Some(Secret::new(PRIVATE));
    })
    .await;
    let key = SigningKey::from_rsa_pem(PRIVATE)
        .unwrap()
        .with_kid("key-1".to_owned());
    let now = server.clock.now().as_seconds();
    let before = token(&key, now - 60, TestServer::URL);
    let answer = server.call_tool(&before, "whoami", json!({})).await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    assert!(answer.text().contains("did:privy:ada"));

    server
        .rejects(&token(&key, now + 60, TestServer::URL))
        .await;
    server
        .rejects(&token(&key, now - 60, "https://other.example"))
        .await;
    let foreign = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("key-1".to_owned());
    server
        .rejects(&token(&foreign, now - 60, TestServer::URL))
        .await;
    server.wait(3_600_000);
    server.rejects(&before).await;

    let keys = server.get("/.well-known/jwks.json").await;
    assert!(keys.text().contains("\"key-1\""));
}
