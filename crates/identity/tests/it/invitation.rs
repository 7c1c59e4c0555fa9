//! Invitation links: single use, bounded in time, for new accounts and existing ones.

use countersign_domain::{PlainInvitation, SystemEntropy};
use countersign_identity::local::{InvitationError, InviteError, SignInError, WeakPassword};

use crate::world::{MINUTE, PASSWORD, World, address, name};

const ANOTHER: &str = "a second passphrase";

#[tokio::test]
async fn an_invitation_makes_the_account() {
    let world = World::new();
    let token = world
        .accounts
        .invite(name("Ada"), 10 * MINUTE)
        .await
        .unwrap();
    let invitation = world
        .accounts
        .find_invitation(&token)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(invitation.username.as_str(), "Ada");
    let user = world
        .accounts
        .redeem_invitation(&token, PASSWORD)
        .await
        .unwrap();
    assert_eq!(user.username.as_str(), "Ada");
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_invitation_gives_an_existing_account_another_password() {
    let (world, ada) = World::with_ada().await;
    let token = world
        .accounts
        .invite(name("ada"), 10 * MINUTE)
        .await
        .unwrap();
    let user = world
        .accounts
        .redeem_invitation(&token, ANOTHER)
        .await
        .unwrap();
    assert_eq!(user.id, ada.id);
    let old = world.accounts.sign_in("ada", PASSWORD, address(1)).await;
    assert!(matches!(old, Err(SignInError::WrongCredentials)));
    assert!(
        world
            .accounts
            .sign_in("ada", ANOTHER, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_invitation_works_once_and_not_after_its_time() {
    let world = World::new();
    let token = world
        .accounts
        .invite(name("Ada"), 10 * MINUTE)
        .await
        .unwrap();
    world
        .accounts
        .redeem_invitation(&token, PASSWORD)
        .await
        .unwrap();
    let again = world.accounts.redeem_invitation(&token, ANOTHER).await;
    assert!(matches!(again, Err(InvitationError::Unusable)));

    let token = world
        .accounts
        .invite(name("Eve"), 10 * MINUTE)
        .await
        .unwrap();
    world.clock.advance(10 * MINUTE);
    assert!(
        world
            .accounts
            .find_invitation(&token)
            .await
            .unwrap()
            .is_none()
    );
    let late = world.accounts.redeem_invitation(&token, PASSWORD).await;
    assert!(matches!(late, Err(InvitationError::Unusable)));

    let unknown = PlainInvitation::generate(&SystemEntropy);
    let answer = world.accounts.redeem_invitation(&unknown, PASSWORD).await;
    assert!(matches!(answer, Err(InvitationError::Unusable)));
}

#[tokio::test]
async fn a_weak_password_leaves_the_invitation_usable() {
    let world = World::new();
    let token = world
        .accounts
        .invite(name("Ada"), 10 * MINUTE)
        .await
        .unwrap();
    let weak = world.accounts.redeem_invitation(&token, "password").await;
    assert!(matches!(
        weak,
        Err(InvitationError::WeakPassword(WeakPassword::Common))
    ));
    assert!(
        world
            .accounts
            .redeem_invitation(&token, PASSWORD)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_name_taken_meanwhile_is_not_taken_over() {
    let world = World::new();
    let token = world
        .accounts
        .invite(name("Ada"), 10 * MINUTE)
        .await
        .unwrap();
    world.accounts.add_user(name("ada"), ANOTHER).await.unwrap();
    let answer = world.accounts.redeem_invitation(&token, PASSWORD).await;
    assert!(matches!(answer, Err(InvitationError::NameTaken)));
    assert!(
        world
            .accounts
            .sign_in("ada", ANOTHER, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_disabled_account_is_not_invited_back() {
    let (world, ada) = World::with_ada().await;
    let token = world
        .accounts
        .invite(name("ada"), 10 * MINUTE)
        .await
        .unwrap();
    world.accounts.disable(&ada.username).await.unwrap();
    assert!(
        world
            .accounts
            .find_invitation(&token)
            .await
            .unwrap()
            .is_none()
    );
    let answer = world.accounts.redeem_invitation(&token, ANOTHER).await;
    assert!(matches!(answer, Err(InvitationError::Unusable)));
    let answer = world.accounts.invite(name("ada"), 10 * MINUTE).await;
    assert!(matches!(answer, Err(InviteError::Disabled)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l3_one_of_many_racers_redeems_an_invitation() {
    let world = World::new();
    let token = world
        .accounts
        .invite(name("Ada"), 10 * MINUTE)
        .await
        .unwrap();
    let mut racers = tokio::task::JoinSet::new();
    for n in 0..32 {
        let accounts = world.accounts.clone();
        let token = PlainInvitation::parse(token.expose()).unwrap();
        racers.spawn(async move {
            let password = format!("passphrase number {n}");
            accounts
                .redeem_invitation(&token, &password)
                .await
                .is_ok()
                .then_some(password)
        });
    }
    let winners: Vec<String> = racers.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert!(
        world
            .accounts
            .sign_in("ada", &winners[0], address(1))
            .await
            .is_ok()
    );
}
