//! Passkeys, with a software authenticator on the other side.

use countersign_domain::{PlainPasskeyCeremony, SystemEntropy, User};
use countersign_identity::local::{PasskeyError, Passkeys};
use countersign_storage::Store;
use serde_json::Value;

use crate::authenticator::Authenticator;
use crate::world::{MINUTE, PASSWORD, World, address, name};

async fn register(world: &World, user: &User, device: &mut Authenticator) {
    let (handle, options) = world.passkeys.start_registration(user).await.unwrap();
    let credential = device.create(&options);
    world
        .passkeys
        .finish_registration(handle.expose(), user, &credential, "Laptop")
        .await
        .unwrap();
}

async fn sign_in(passkeys: &Passkeys, device: &Authenticator) -> Result<User, PasskeyError> {
    let (handle, options) = passkeys.start_authentication(address(1)).await.unwrap();
    passkeys
        .finish_authentication(handle.expose(), &device.get(&options))
        .await
}

/// Ada with a passkey on her laptop.
async fn ada_with_passkey() -> (World, User, Authenticator) {
    let (world, ada) = World::with_ada().await;
    let mut device = Authenticator::new();
    register(&world, &ada, &mut device).await;
    (world, ada, device)
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in() {
    let (world, ada, device) = ada_with_passkey().await;
    assert_eq!(sign_in(&world.passkeys, &device).await.unwrap().id, ada.id);
    let list = world.passkeys.list(ada.id).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].name, "Laptop");
    assert!(list[0].last_used_at.is_some());
}

#[tokio::test]
async fn asks_for_a_discoverable_credential_and_user_verification() {
    let (world, ada) = World::with_ada().await;
    let (_, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let options: Value = serde_json::from_str(&options).unwrap();
    let selection = &options["publicKey"]["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["requireResidentKey"], true);
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(options["publicKey"]["rp"]["id"], "localhost");

    let (_, options) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    let options: Value = serde_json::from_str(&options).unwrap();
    assert_eq!(options["publicKey"]["userVerification"], "required");
    assert_eq!(
        options["publicKey"]["allowCredentials"],
        Value::Array(Vec::new())
    );
    assert_eq!(options.get("mediation"), None);
}

#[tokio::test]
async fn tells_the_authenticator_which_passkeys_exist() {
    let (world, ada, _) = ada_with_passkey().await;
    let (_, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let options: Value = serde_json::from_str(&options).unwrap();
    let known = world.passkeys.list(ada.id).await.unwrap()[0].id.to_string();
    assert_eq!(options["publicKey"]["excludeCredentials"][0]["id"], known);
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let (world, _, device) = ada_with_passkey().await;
    let (handle, options) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    let credential = device.get(&options);
    let finish = || {
        world
            .passkeys
            .finish_authentication(handle.expose(), &credential)
    };
    assert!(finish().await.is_ok());
    assert!(matches!(finish().await, Err(PasskeyError::Expired)));
}

#[tokio::test]
async fn a_wrong_answer_uses_the_challenge_up() {
    let (world, _, device) = ada_with_passkey().await;
    let (handle, options) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    let wrong = world
        .passkeys
        .finish_authentication(handle.expose(), "{}")
        .await;
    assert!(matches!(wrong, Err(PasskeyError::Rejected)));
    let right = world
        .passkeys
        .finish_authentication(handle.expose(), &device.get(&options))
        .await;
    assert!(matches!(right, Err(PasskeyError::Expired)));
}

#[tokio::test]
async fn an_assertion_for_another_challenge_is_refused() {
    let (world, _, device) = ada_with_passkey().await;
    let (_, options) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    let (other, _) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    let answer = world
        .passkeys
        .finish_authentication(other.expose(), &device.get(&options))
        .await;
    assert!(matches!(answer, Err(PasskeyError::Rejected)));
}

#[tokio::test]
async fn a_ceremony_expires() {
    let (world, _, device) = ada_with_passkey().await;
    let (handle, options) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();
    world.clock.advance(5 * MINUTE);
    let late = world
        .passkeys
        .finish_authentication(handle.expose(), &device.get(&options))
        .await;
    assert!(matches!(late, Err(PasskeyError::Expired)));
}

#[tokio::test]
async fn an_unknown_handle_finishes_nothing() {
    let (world, ada, mut device) = ada_with_passkey().await;
    let (_, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let credential = device.create(&options);
    let unknown = PlainPasskeyCeremony::generate(&SystemEntropy);
    for handle in [unknown.expose(), "", "cs_pc_short", "\0"] {
        let answer = world
            .passkeys
            .finish_registration(handle, &ada, &credential, "Laptop")
            .await;
        assert!(matches!(answer, Err(PasskeyError::Expired)), "{handle:?}");
    }
}

#[tokio::test]
async fn a_registration_belongs_to_the_person_who_began_it() {
    let (world, ada) = World::with_ada().await;
    let eve = world
        .accounts
        .add_user(name("Eve"), PASSWORD)
        .await
        .unwrap();
    let (handle, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let credential = Authenticator::new().create(&options);
    let answer = world
        .passkeys
        .finish_registration(handle.expose(), &eve, &credential, "Mine")
        .await;
    assert!(matches!(answer, Err(PasskeyError::Expired)));
    assert!(world.passkeys.list(eve.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_registration_is_no_sign_in() {
    let (world, ada, device) = ada_with_passkey().await;
    let (handle, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let options = options.replace("\"rp\"", "\"rpId\":\"localhost\",\"rp\"");
    let answer = world
        .passkeys
        .finish_authentication(handle.expose(), &device.get(&options))
        .await;
    assert!(matches!(answer, Err(PasskeyError::Expired)));
}

#[tokio::test]
async fn a_signature_counter_must_advance() {
    let (world, _, mut device) = ada_with_passkey().await;
    device.counter = 5;
    assert!(sign_in(&world.passkeys, &device).await.is_ok());
    for regressed in [5, 4, 0] {
        device.counter = regressed;
        let answer = sign_in(&world.passkeys, &device).await;
        assert!(matches!(answer, Err(PasskeyError::Rejected)), "{regressed}");
    }
    device.counter = 6;
    assert!(sign_in(&world.passkeys, &device).await.is_ok());
}

#[tokio::test]
async fn a_passkey_without_a_counter_signs_in_again_and_again() {
    let (world, _, device) = ada_with_passkey().await;
    for _ in 0..3 {
        assert!(sign_in(&world.passkeys, &device).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_copies_of_an_authenticator_cannot_use_one_counter_at_once() {
    let (world, _, mut device) = ada_with_passkey().await;
    device.counter = 1;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (handle, options) = world
            .passkeys
            .start_authentication(address(1))
            .await
            .unwrap();
        let (passkeys, credential) = (world.passkeys.clone(), device.get(&options));
        racers.spawn(async move {
            passkeys
                .finish_authentication(handle.expose(), &credential)
                .await
                .is_ok()
        });
    }
    let signed_in = racers
        .join_all()
        .await
        .into_iter()
        .filter(|signed_in| *signed_in)
        .count();
    assert_eq!(signed_in, 1);
}

#[tokio::test]
async fn user_verification_is_required() {
    let (world, ada, mut device) = ada_with_passkey().await;
    device.verifies_user = false;
    assert!(matches!(
        sign_in(&world.passkeys, &device).await,
        Err(PasskeyError::Rejected)
    ));

    let mut lax = Authenticator::new();
    lax.verifies_user = false;
    let (handle, options) = world.passkeys.start_registration(&ada).await.unwrap();
    let credential = lax.create(&options);
    let answer = world
        .passkeys
        .finish_registration(handle.expose(), &ada, &credential, "Lax")
        .await;
    assert!(matches!(answer, Err(PasskeyError::Rejected)));
}

#[tokio::test]
async fn another_origin_is_refused() {
    let (world, _, mut device) = ada_with_passkey().await;
    for origin in [
        "https://evil.example",
        "http://localhost:3003",
        "https://localhost:3002",
    ] {
        origin.clone_into(&mut device.origin);
        let answer = sign_in(&world.passkeys, &device).await;
        assert!(matches!(answer, Err(PasskeyError::Rejected)), "{origin}");
    }
}

#[tokio::test]
async fn another_key_or_another_owner_is_refused() {
    let (world, _, device) = ada_with_passkey().await;
    let eve = world
        .accounts
        .add_user(name("Eve"), PASSWORD)
        .await
        .unwrap();

    let mut forged = Authenticator::new();
    forged.credential_id.clone_from(&device.credential_id);
    forged.user_handle.clone_from(&device.user_handle);
    assert!(matches!(
        sign_in(&world.passkeys, &forged).await,
        Err(PasskeyError::Rejected)
    ));

    let mut device = device;
    device.user_handle = eve.id.to_bytes().to_vec();
    assert!(matches!(
        sign_in(&world.passkeys, &device).await,
        Err(PasskeyError::Rejected)
    ));
}

#[tokio::test]
async fn a_credential_is_registered_once() {
    let (world, _, mut device) = ada_with_passkey().await;
    let eve = world
        .accounts
        .add_user(name("Eve"), PASSWORD)
        .await
        .unwrap();
    let (handle, options) = world.passkeys.start_registration(&eve).await.unwrap();
    let credential = device.create(&options);
    let answer = world
        .passkeys
        .finish_registration(handle.expose(), &eve, &credential, "Mine")
        .await;
    assert!(matches!(answer, Err(PasskeyError::AlreadyRegistered)));
}

#[tokio::test]
async fn a_disabled_account_has_no_passkey_sign_in() {
    let (world, ada, device) = ada_with_passkey().await;
    world.accounts.disable(&ada.username).await.unwrap();
    assert!(matches!(
        sign_in(&world.passkeys, &device).await,
        Err(PasskeyError::Rejected)
    ));
    world.accounts.enable(&ada.username).await.unwrap();
    assert!(sign_in(&world.passkeys, &device).await.is_ok());
}

#[tokio::test]
async fn only_the_owner_removes_a_passkey() {
    let (world, ada, device) = ada_with_passkey().await;
    let eve = world
        .accounts
        .add_user(name("Eve"), PASSWORD)
        .await
        .unwrap();
    let id = world.passkeys.list(ada.id).await.unwrap()[0].id.clone();
    assert_eq!(id.to_string().parse(), Ok(id.clone()));
    assert!(!world.passkeys.remove(eve.id, id.clone()).await.unwrap());
    assert!(sign_in(&world.passkeys, &device).await.is_ok());
    assert!(world.passkeys.remove(ada.id, id).await.unwrap());
    assert!(matches!(
        sign_in(&world.passkeys, &device).await,
        Err(PasskeyError::Rejected)
    ));
}

#[tokio::test]
async fn garbage_is_refused_without_a_fault() {
    let (world, ada) = World::with_ada().await;
    for garbage in [
        "",
        "null",
        "[]",
        "{\"id\":1}",
        "\u{0}",
        &"[".repeat(100_000),
    ] {
        let (handle, _) = world
            .passkeys
            .start_authentication(address(1))
            .await
            .unwrap();
        let answer = world
            .passkeys
            .finish_authentication(handle.expose(), garbage)
            .await;
        assert!(matches!(answer, Err(PasskeyError::Rejected)));
        let (handle, _) = world.passkeys.start_registration(&ada).await.unwrap();
        let answer = world
            .passkeys
            .finish_registration(handle.expose(), &ada, garbage, "x")
            .await;
        assert!(matches!(answer, Err(PasskeyError::Rejected)));
    }
}

#[tokio::test]
async fn an_address_that_is_no_domain_has_no_passkeys() {
    for url in [
        "http://127.0.0.1:3002",
        "http://[::1]:3002",
        "https://203.0.113.7",
    ] {
        let world = World::on(Store::in_memory().unwrap(), url);
        assert!(!world.passkeys.available(), "{url}");
        let answer = world.passkeys.start_authentication(address(1)).await;
        assert!(matches!(answer, Err(PasskeyError::NotAvailable)));
    }
    assert!(World::new().passkeys.available());
}

#[tokio::test]
async fn ceremonies_of_one_address_are_limited() {
    let world = World::new();
    let mut refused = None;
    for _ in 0..200 {
        if let Err(error) = world.passkeys.start_authentication(address(1)).await {
            refused = Some(error);
            break;
        }
    }
    assert!(matches!(
        refused,
        Some(PasskeyError::TooManyAttempts {
            retry_after_seconds: 1..=60
        })
    ));
    assert!(
        world
            .passkeys
            .start_authentication(address(2))
            .await
            .is_ok()
    );
}
