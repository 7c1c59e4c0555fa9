//! Nothing that somebody holds secretly is in the database.

use std::path::Path;

use countersign_storage::Store;

use crate::world::{MINUTE, World, address, name};

const PASSWORD: &str = "hunter-secret-phrase";
const TYPED_INTO_THE_WRONG_FIELD: &str = "password-as-a-name";

/// Whether any file of the database holds `secret`.
fn holds(directory: &Path, secret: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    })
}

#[tokio::test]
async fn o1_no_secret_reaches_the_database() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open_file(&directory.path().join("test.db")).unwrap();
    let world = World::on(store, "http://localhost:3002");
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
    world
        .accounts
        .sign_in("ada", PASSWORD, address(1))
        .await
        .unwrap();
    world
        .accounts
        .sign_in(TYPED_INTO_THE_WRONG_FIELD, "wrong", address(1))
        .await
        .unwrap_err();
    let (handle, _) = world
        .passkeys
        .start_authentication(address(1))
        .await
        .unwrap();

    for secret in [
        PASSWORD,
        token.expose(),
        handle.expose(),
        TYPED_INTO_THE_WRONG_FIELD,
    ] {
        assert!(!holds(directory.path(), secret), "{secret}");
    }
    assert!(
        holds(directory.path(), "$argon2id$"),
        "the files that were searched are the database"
    );
}

#[tokio::test]
async fn o1_errors_show_no_secret() {
    let world = World::new();
    let wrong = world
        .accounts
        .sign_in("ada", PASSWORD, address(1))
        .await
        .unwrap_err();
    let weak = world
        .accounts
        .sign_up(PASSWORD, PASSWORD, address(1))
        .await
        .unwrap_err();
    assert!(!format!("{wrong:?} {wrong} {weak:?} {weak}").contains("hunter"));
}
