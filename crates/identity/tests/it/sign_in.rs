//! Signing in with a password: who may, how often, and at what cost.

use argon2::password_hash::PasswordHasher as _;
use argon2::{Argon2, Params};
use countersign_domain::Timestamp;
use countersign_identity::local::SignInError;
use countersign_storage::commands::{FindCredentials, SetPassword};

use crate::world::{MINUTE, PASSWORD, World, address, name};

#[tokio::test]
async fn the_right_password_signs_in_whatever_the_case_of_the_name() {
    let (world, ada) = World::with_ada().await;
    for typed in ["Ada", "ada", "ADA", " ada "] {
        let user = world
            .accounts
            .sign_in(typed, PASSWORD, address(1))
            .await
            .unwrap();
        assert_eq!(user.id, ada.id, "{typed:?}");
    }
}

#[tokio::test]
async fn everything_else_reads_the_same() {
    let (world, ada) = World::with_ada().await;
    world
        .accounts
        .add_user(name("Gone"), PASSWORD)
        .await
        .unwrap();
    world.accounts.disable(&name("Gone")).await.unwrap();
    let long = "x".repeat(100_000);
    for (username, password) in [
        (ada.username.as_str(), "wrong password"),
        (ada.username.as_str(), ""),
        (ada.username.as_str(), long.as_str()),
        ("Nobody", PASSWORD),
        ("Gone", PASSWORD),
        ("", PASSWORD),
        ("a\0da", PASSWORD),
        (long.as_str(), PASSWORD),
    ] {
        let error = world
            .accounts
            .sign_in(username, password, address(1))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "wrong user name or password");
        assert!(matches!(error, SignInError::WrongCredentials));
    }
}

#[tokio::test]
async fn an_enabled_account_signs_in_again() {
    let (world, ada) = World::with_ada().await;
    world.accounts.disable(&ada.username).await.unwrap();
    world.accounts.enable(&ada.username).await.unwrap();
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_outdated_hash_is_replaced_at_sign_in() {
    let (world, ada) = World::with_ada().await;
    let cheaper = Argon2::from(Params::new(8 * 1024, 3, 1, None).unwrap());
    let phc = cheaper
        .hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16])
        .unwrap()
        .to_string();
    let set = SetPassword {
        user_id: ada.id,
        phc,
        end_grants: false,
        now: Timestamp::from_millis(0),
    };
    world.store.execute(set).await.unwrap();
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
    let find = FindCredentials {
        username: name("ada"),
    };
    let phc = world.store.read(find).await.unwrap().unwrap().phc.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
}

/// Guesses until refused; answers how many guesses were looked at, and the wait.
async fn guess(world: &World, from: u16, guesses: usize) -> (usize, Option<u64>) {
    for looked_at in 0..guesses {
        match world
            .accounts
            .sign_in("ada", "wrong password", address(from))
            .await
        {
            Err(SignInError::WrongCredentials) => {}
            Err(SignInError::TooManyAttempts {
                retry_after_seconds,
            }) => {
                return (looked_at, Some(retry_after_seconds));
            }
            other => panic!("{other:?}"),
        }
    }
    (guesses, None)
}

#[tokio::test]
async fn l1_a_hundred_bad_passwords_are_refused_and_the_owner_is_not_locked_out() {
    let (world, _) = World::with_ada().await;
    let (looked_at, wait) = guess(&world, 1, 100).await;
    assert_eq!(looked_at, 65);
    let wait = wait.unwrap();
    assert!((1..=60).contains(&wait), "{wait}");

    // Refused from the attacker's address, even with the right password; not from the owner's.
    let same = world.accounts.sign_in("ada", PASSWORD, address(1)).await;
    assert!(matches!(same, Err(SignInError::TooManyAttempts { .. })));
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(2))
            .await
            .is_ok()
    );

    // Waiting as told is enough at the attacker's address, too.
    world.clock.advance(i64::try_from(wait).unwrap() * 1000);
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn l1_an_attacker_with_many_addresses_cannot_lock_the_owner_out() {
    let (world, _) = World::with_ada().await;
    for from in 10..14 {
        guess(&world, from, 100).await;
    }
    // The shared bucket is empty, and each new address has five guesses.
    assert_eq!(guess(&world, 14, 100).await.0, 5);
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(2))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn l1_the_wait_does_not_tell_whether_there_is_an_account() {
    let (world, _) = World::with_ada().await;
    let (looked_at, wait) = guess(&world, 1, 100).await;
    for nth in 0.. {
        match world
            .accounts
            .sign_in("nobody", "wrong password", address(2))
            .await
        {
            Err(SignInError::WrongCredentials) => {}
            Err(SignInError::TooManyAttempts {
                retry_after_seconds,
            }) => {
                assert_eq!((nth, Some(retry_after_seconds)), (looked_at, wait));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn one_address_cannot_try_every_account() {
    let world = World::new();
    let mut looked_at = 0;
    loop {
        let username = format!("user{looked_at}");
        match world
            .accounts
            .sign_in(&username, "wrong password", address(1))
            .await
        {
            Err(SignInError::WrongCredentials) => looked_at += 1,
            Err(SignInError::TooManyAttempts { .. }) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 100);
}

#[tokio::test]
async fn the_right_password_uses_no_attempt_up() {
    let (world, _) = World::with_ada().await;
    for _ in 0..60 {
        assert!(
            world
                .accounts
                .sign_in("ada", PASSWORD, address(1))
                .await
                .is_ok()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l2_a_thousand_parallel_sign_ins_are_bounded() {
    let (world, _) = World::with_ada().await;
    let mut guesses = tokio::task::JoinSet::new();
    for from in 100..1100 {
        let accounts = world.accounts.clone();
        guesses.spawn(async move {
            let username = format!("user{from}");
            accounts
                .sign_in(&username, "wrong password", address(from))
                .await
        });
    }
    let answers = guesses.join_all().await;
    let busy = answers
        .iter()
        .filter(|a| matches!(a, Err(SignInError::Busy)))
        .count();
    let checked = answers
        .iter()
        .filter(|a| matches!(a, Err(SignInError::WrongCredentials)))
        .count();
    assert_eq!(busy + checked, 1000);
    assert!(busy > 0, "{checked} were checked");
    assert!(checked >= 2);

    // What was turned away did not count as an attempt, and afterwards there is room again.
    assert!(
        world
            .accounts
            .sign_in("ada", PASSWORD, address(1))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_empty_bucket_fills_again_with_time() {
    let (world, _) = World::with_ada().await;
    guess(&world, 1, 100).await;
    world.clock.advance(10 * MINUTE);
    // Ten tokens of the shared bucket, one of the address's own.
    assert_eq!(guess(&world, 1, 100).await.0, 11);
}
