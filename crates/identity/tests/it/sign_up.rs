//! Making an account.

use countersign_domain::InvalidUsername;
use countersign_identity::local::{SignUpError, WeakPassword};

use crate::world::{PASSWORD, World, address, name};

#[tokio::test]
async fn a_new_account_signs_in() {
    let world = World::new();
    let user = world
        .accounts
        .sign_up(" Ada ", PASSWORD, address(1))
        .await
        .unwrap();
    assert_eq!(user.username.as_str(), "Ada");
    let signed_in = world
        .accounts
        .sign_in("ada", PASSWORD, address(1))
        .await
        .unwrap();
    assert_eq!(signed_in.id, user.id);
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case() {
    let (world, _) = World::with_ada().await;
    let answer = world.accounts.sign_up("ADA", PASSWORD, address(1)).await;
    assert!(matches!(answer, Err(SignUpError::NameTaken)));
    let answer = world.accounts.add_user(name("aDa"), PASSWORD).await;
    assert!(matches!(answer, Err(SignUpError::NameTaken)));
}

#[tokio::test]
async fn bad_names_and_passwords_are_named() {
    let world = World::new();
    let answer = world.accounts.sign_up("", PASSWORD, address(1)).await;
    assert!(matches!(
        answer,
        Err(SignUpError::InvalidName(InvalidUsername::Length))
    ));
    let answer = world.accounts.sign_up("Ada", "short", address(1)).await;
    assert!(matches!(
        answer,
        Err(SignUpError::WeakPassword(WeakPassword::TooShort))
    ));
    assert!(world.accounts.list(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_address_cannot_make_accounts_without_end() {
    let world = World::new();
    let mut made = 0;
    let wait = loop {
        match world
            .accounts
            .sign_up(&format!("user{made}"), PASSWORD, address(1))
            .await
        {
            Ok(_) => made += 1,
            Err(SignUpError::TooManyAttempts {
                retry_after_seconds,
            }) => break retry_after_seconds,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(made, 30);
    assert_eq!(wait, 60);
    assert!(
        world
            .accounts
            .sign_up("else", PASSWORD, address(2))
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_racers_gets_the_name() {
    let world = World::new();
    let mut racers = tokio::task::JoinSet::new();
    for from in 0..32 {
        let accounts = world.accounts.clone();
        racers.spawn(async move {
            accounts
                .sign_up("ada", PASSWORD, address(from))
                .await
                .is_ok()
        });
    }
    let made = racers
        .join_all()
        .await
        .into_iter()
        .filter(|made| *made)
        .count();
    assert_eq!(made, 1);
}
