//! `whoami`.

use serde_json::json;

use crate::fixture::Product;

#[tokio::test]
async fn names_account_client_and_scopes() {
    let product = Product::new().await;
    assert_eq!(
        product.call("ada", "whoami", json!({})).await.unwrap(),
        json!({
            "subject": product.subject("ada"),
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
