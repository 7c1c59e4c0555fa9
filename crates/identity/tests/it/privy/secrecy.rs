//! No message and no `Debug` output holds a secret.

use countersign_identity::privy::{PrivySecret, RefreshError};
use countersign_testnet::Answer;
use serde_json::json;

use super::world::{DID, SECRET, TOKEN, USER, World, refused};

#[tokio::test]
async fn errors_do_not_quote_tokens_secrets_or_answers() {
    let world = World::published().await;
    let mut shown = Vec::new();
    let token = format!("{}s3cret", world.token());
    let refusal = world.privy.verify(&token).await.unwrap_err();
    shown.push(format!("{refusal} {refusal:?}"));
    for answer in [
        refused(400, &json!({"error": "no s3cret", "code": "s3cret"})),
        Answer::json("s3cret"),
        Answer::json("s3cret").status(500),
        Answer::json("{}").status(418),
    ] {
        world.host.answer(TOKEN, answer.clone());
        world.host.answer(USER, answer);
        let refresh = PrivySecret::new("s3cret".into());
        let error: RefreshError = world.privy.refresh(&refresh).await.err().unwrap();
        shown.push(format!("{error} {error:?}"));
        let error = world.privy.user(DID).await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    world.host.hang_up().await;
    assert!(SECRET.contains("s3cret"));
    for message in shown {
        assert!(!message.contains("s3cret"), "{message}");
    }
}
