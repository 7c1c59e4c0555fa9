use countersign_domain::{LinkedAccount, UpstreamProfile};
use countersign_identity::privy::UserError;
use countersign_testnet::Answer;
use serde_json::json;

use super::world::{APP, DID, USER, World, refused};

#[tokio::test]
async fn a_profile_is_read_with_the_apps_credentials() {
    let world = World::new().await;
    let user = json!({
        "id": DID, "created_at": 1, "is_guest": false,
        "linked_accounts": [{"type": "email", "address": "ada@example.com"}]
    });
    world.host.answer(USER, Answer::json(user.to_string()));
    assert_eq!(
        world.privy.user(DID).await,
        Ok(UpstreamProfile {
            email: Some("ada@example.com".into()),
            name: None,
            accounts: vec![LinkedAccount {
                kind: "email".into(),
                label: Some("ada@example.com".into()),
            }],
        })
    );
    let request = &world.host.requests()[0];
    // base64 of `clsimulator0000000000aaaa:app-s3cret`.
    assert_eq!(
        request.header("authorization"),
        Some("Basic Y2xzaW11bGF0b3IwMDAwMDAwMDAwYWFhYTphcHAtczNjcmV0")
    );
    assert_eq!(request.header("privy-app-id"), Some(APP));
}

#[tokio::test]
async fn only_privys_own_404_means_that_the_person_is_gone() {
    let world = World::new().await;
    let gone = json!({"error": "User not found"});
    world.host.answer(USER, refused(404, &gone));
    assert_eq!(world.privy.user(DID).await, Err(UserError::Gone));
    for (status, body) in [
        (404, "<html>nginx</html>"),
        (404, "{}"),
        (500, r#"{"error":"x"}"#),
        (503, r#"{"error":"User not found"}"#),
        (429, r#"{"error":"x"}"#),
        (403, r#"{"error":"x"}"#),
        (400, r#"{"error":"x"}"#),
        (200, "{}"),
        (200, r#"{"id":"did:privy:another"}"#),
        (302, ""),
    ] {
        world.host.answer(USER, Answer::json(body).status(status));
        let error = world.privy.user(DID).await.unwrap_err();
        assert!(
            matches!(error, UserError::Unavailable(_)),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn a_wrong_secret_is_not_the_persons_fault() {
    let world = World::new().await;
    let body = json!({"error": "Invalid app ID or app secret."});
    world.host.answer(USER, refused(401, &body));
    assert_eq!(
        world.privy.user(DID).await,
        Err(UserError::CredentialsRefused)
    );
}

#[tokio::test]
async fn what_is_no_identifier_is_not_asked_about() {
    let world = World::new().await;
    for did in [
        "",
        "usr_1",
        "did:privy:",
        "did:privy:../apps",
        "did:privy:a?b",
    ] {
        assert_eq!(world.privy.user(did).await, Err(UserError::NotADid));
    }
    assert!(world.host.requests().is_empty());
}
