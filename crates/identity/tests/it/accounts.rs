//! What an operator does.

use countersign_identity::local::{SetPasswordError, SignInError, SignUpError, WeakPassword};
use countersign_storage::commands::AccountChange;

use crate::world::{PASSWORD, World, address, name};

#[tokio::test]
async fn accounts_are_listed_by_name_in_pages() {
    let world = World::new();
    for username in ["Carol", "ada", "Bob"] {
        world
            .accounts
            .add_user(name(username), PASSWORD)
            .await
            .unwrap();
    }
    let first = world.accounts.list(None, 2).await.unwrap();
    let names: Vec<&str> = first
        .iter()
        .map(|listed| listed.user.username.as_str())
        .collect();
    assert_eq!(names, ["ada", "Bob"]);
    let rest = world
        .accounts
        .list(Some(first[1].user.username.clone()), 2)
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].user.username.as_str(), "Carol");
}

#[tokio::test]
async fn disabling_and_enabling_say_whether_they_changed_anything() {
    let (world, _) = World::with_ada().await;
    let ada = name("ADA");
    let changed = AccountChange::Changed { grants: 0 };
    assert_eq!(
        world.accounts.enable(&ada).await.unwrap(),
        AccountChange::Unchanged
    );
    assert_eq!(world.accounts.disable(&ada).await.unwrap(), changed);
    assert_eq!(
        world.accounts.disable(&ada).await.unwrap(),
        AccountChange::Unchanged
    );
    assert!(
        !world
            .accounts
            .find(&ada)
            .await
            .unwrap()
            .unwrap()
            .is_active()
    );
    assert_eq!(world.accounts.enable(&ada).await.unwrap(), changed);
    assert_eq!(
        world.accounts.disable(&name("bob")).await.unwrap(),
        AccountChange::Unknown
    );
}

#[tokio::test]
async fn another_password_replaces_the_first() {
    let (world, ada) = World::with_ada().await;
    world
        .accounts
        .set_password(&ada.username, "a second passphrase")
        .await
        .unwrap();
    let old = world.accounts.sign_in("ada", PASSWORD, address(1)).await;
    assert!(matches!(old, Err(SignInError::WrongCredentials)));
    assert!(
        world
            .accounts
            .sign_in("ada", "a second passphrase", address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_operator_is_bound_by_the_password_rules() {
    let (world, ada) = World::with_ada().await;
    let answer = world.accounts.set_password(&ada.username, "1234567").await;
    assert!(matches!(
        answer,
        Err(SetPasswordError::WeakPassword(WeakPassword::TooShort))
    ));
    let answer = world.accounts.set_password(&name("nobody"), PASSWORD).await;
    assert!(matches!(answer, Err(SetPasswordError::UnknownUser)));
    let answer = world.accounts.add_user(name("lovelace"), "LOVELACE").await;
    assert!(matches!(
        answer,
        Err(SignUpError::WeakPassword(WeakPassword::Username))
    ));
}
