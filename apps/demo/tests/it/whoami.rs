//! `whoami`.

use countersign_domain::{LinkedAccount, UpstreamProfile};
use serde_json::json;

use crate::fixture::Product;

#[tokio::test]
async fn names_account_client_and_scopes() {
    let product = Product::new().await;
    assert_eq!(
        product.call("ada", "whoami", json!({})).await.unwrap(),
        json!({
            "subject": product.user_id("ada").to_string(),
            "username": "ada",
            "client_id": "cli_1",
            "scopes": ["notes:read", "notes:write"],
        })
    );
}

#[tokio::test]
async fn a_token_of_mcp2_has_no_user_name() {
    let identity = Product::new()
        .await
        .call("mcp2", "whoami", json!({}))
        .await
        .unwrap();
    assert_eq!(identity["subject"], "did:privy:1");
    assert_eq!(identity["username"], json!(null));
}

#[tokio::test]
async fn a_deleted_account_is_said_to_be_gone() {
    let refusal = Product::new()
        .await
        .call("gone", "whoami", json!({}))
        .await
        .unwrap_err();
    assert_eq!(refusal, "The account no longer exists.");
}

#[tokio::test]
async fn names_the_person_at_the_products_login() {
    let product = Product::new().await;
    let account = |kind: &str, label: Option<&str>| LinkedAccount {
        kind: kind.to_owned(),
        label: label.map(str::to_owned),
    };
    let profile = UpstreamProfile {
        email: Some("eve@example.com".to_owned()),
        name: None,
        accounts: vec![
            account("email", Some("eve@example.com")),
            account("passkey", None),
        ],
    };
    product.hand_over("did:privy:eve", profile).await;
    let identity = product.call("eve", "whoami", json!({})).await.unwrap();
    assert_eq!(
        identity,
        json!({
            "subject": product.user_id("eve").to_string(),
            "username": "did:privy:eve",
            "upstream_subject": "did:privy:eve",
            "email": "eve@example.com",
            "linked_accounts": [
                { "kind": "email", "label": "eve@example.com" },
                { "kind": "passkey" },
            ],
            "client_id": "cli_1",
            "scopes": ["notes:read", "notes:write"],
        })
    );
}
