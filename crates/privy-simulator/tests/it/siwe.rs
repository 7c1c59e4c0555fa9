//! Wallets.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::wallet::{Wallet, message};
use crate::world::{ORIGIN, World};

async fn nonce(world: &World, wallet: &Wallet) -> String {
    let body = json!({ "address": wallet.address });
    let answer = world
        .page("POST", "/api/v1/siwe/init")
        .json(body)
        .send()
        .await
        .ok();
    assert_eq!(answer["address"], wallet.address);
    assert_eq!(answer["expires_at"].as_str().unwrap().len(), 24);
    answer["nonce"].as_str().unwrap().to_owned()
}

fn body(message: &str, signature: &str) -> Value {
    json!({
        "message": message,
        "signature": signature,
        "chainId": "eip155:1",
        "walletClientType": "metamask",
        "connectorType": "injected",
        "mode": "login-or-sign-up",
    })
}

async fn authenticate(world: &World, message: &str, signature: &str) -> Answer {
    let request = world.page("POST", "/api/v1/siwe/authenticate");
    request.json(body(message, signature)).send().await
}

fn refused() -> (u16, String) {
    (422, "invalid_credentials".to_owned())
}

#[tokio::test]
async fn a_wallet_signs_in() {
    let world = World::start().await;
    let wallet = Wallet::new(7);
    let text = message(&wallet.address, ORIGIN, &nonce(&world, &wallet).await);
    let answer = authenticate(&world, &text, &wallet.sign(&text)).await.ok();
    let account = &answer["user"]["linked_accounts"][0];
    assert_eq!(account["type"], "wallet");
    assert_eq!(account["address"], wallet.address);
    assert_eq!(account["chain_type"], "ethereum");
    assert_eq!(account["wallet_client_type"], "metamask");
    assert_eq!(answer["is_new_user"], true);
}

#[tokio::test]
async fn a_nonce_is_good_once_and_for_its_address_and_not_for_long() {
    let world = World::start().await;
    let (wallet, other) = (Wallet::new(7), Wallet::new(8));
    let text = message(&wallet.address, ORIGIN, &nonce(&world, &wallet).await);
    let signature = wallet.sign(&text);
    authenticate(&world, &text, &signature).await.ok();
    assert_eq!(
        authenticate(&world, &text, &signature).await.refusal(),
        refused()
    );

    let text = message(&other.address, ORIGIN, &nonce(&world, &wallet).await);
    assert_eq!(
        authenticate(&world, &text, &other.sign(&text))
            .await
            .refusal(),
        refused()
    );

    let text = message(&wallet.address, ORIGIN, &nonce(&world, &wallet).await);
    world.pass(600);
    assert_eq!(
        authenticate(&world, &text, &wallet.sign(&text))
            .await
            .refusal(),
        refused()
    );
}

#[tokio::test]
async fn another_wallet_s_signature_and_one_over_another_text_are_refused() {
    let world = World::start().await;
    let (wallet, other) = (Wallet::new(7), Wallet::new(8));
    let text = message(&wallet.address, ORIGIN, &nonce(&world, &wallet).await);
    assert_eq!(
        authenticate(&world, &text, &other.sign(&text))
            .await
            .refusal(),
        refused()
    );
    let text = message(&wallet.address, ORIGIN, &nonce(&world, &wallet).await);
    let signature = wallet.sign(&format!("{text} "));
    assert_eq!(
        authenticate(&world, &text, &signature).await.refusal(),
        refused()
    );
}

#[tokio::test]
async fn a_message_of_another_page_chain_or_spelling_is_invalid_data() {
    let world = World::start().await;
    let wallet = Wallet::new(7);
    let nonce = nonce(&world, &wallet).await;
    let lower = wallet.address.to_lowercase();
    for text in [
        message(&wallet.address, "https://evil.example", &nonce),
        message(&lower, ORIGIN, &nonce),
        message(&wallet.address, ORIGIN, &nonce).replace("Chain ID: 1", "Chain ID: 2"),
        message(&wallet.address, ORIGIN, &nonce).replace("Version: 1", "Version: 2"),
        "Sign this".to_owned(),
    ] {
        let answer = authenticate(&world, &text, &wallet.sign(&text)).await;
        assert_eq!(answer.refusal(), (400, "invalid_data".to_owned()), "{text}");
    }
    // None of them spent the nonce.
    let text = message(&wallet.address, ORIGIN, &nonce);
    authenticate(&world, &text, &wallet.sign(&text)).await.ok();
}

#[tokio::test]
async fn wallets_are_off_unless_the_app_turns_them_on() {
    let world = World::start().await;
    world
        .patch(&json!({ "app": { "wallet_auth": false } }))
        .unwrap();
    let request = world.page("POST", "/api/v1/siwe/init");
    let answer = request
        .json(json!({ "address": Wallet::new(7).address }))
        .send()
        .await;
    assert_eq!(
        answer.refusal(),
        (403, "disallowed_login_method".to_owned())
    );
}
