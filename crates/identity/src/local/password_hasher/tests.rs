use super::*;
use countersign_domain::SystemEntropy;

/// A PHC string of `password` under parameters of another age.
fn outdated(password: &str) -> String {
    let params = Params::new(8 * 1024, 3, 1, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &[7; SALT_LEN])
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn accepts_only_the_password_it_hashed() {
    let hasher = PasswordHasher::new(2);
    let phc = hasher.hash("correct horse", &SystemEntropy).await.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    assert_eq!(
        hasher.verify("correct horse", Some(&phc)).await,
        Ok(Verdict::Right)
    );
    assert_eq!(
        hasher.verify("Correct horse", Some(&phc)).await,
        Ok(Verdict::Wrong)
    );
    assert_eq!(hasher.verify("", Some(&phc)).await, Ok(Verdict::Wrong));
}

#[tokio::test]
async fn salts_every_hash() {
    let hasher = PasswordHasher::new(2);
    let one = hasher.hash("correct horse", &SystemEntropy).await.unwrap();
    let two = hasher.hash("correct horse", &SystemEntropy).await.unwrap();
    assert_ne!(one, two);
}

#[tokio::test]
async fn refuses_everything_where_there_is_no_password() {
    let hasher = PasswordHasher::new(1);
    assert_eq!(
        hasher.verify("correct horse", None).await,
        Ok(Verdict::Wrong)
    );
}

#[tokio::test]
async fn asks_for_a_new_hash_when_parameters_are_outdated() {
    let hasher = PasswordHasher::new(1);
    let phc = outdated("correct horse");
    let verdict = hasher.verify("correct horse", Some(&phc)).await;
    assert_eq!(verdict, Ok(Verdict::RightButOutdated));
    assert_eq!(
        hasher.verify("another", Some(&phc)).await,
        Ok(Verdict::Wrong)
    );
}

#[tokio::test]
async fn a_malformed_hash_is_no_verdict() {
    let hasher = PasswordHasher::new(1);
    for phc in [
        "",
        "plain",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA",
        "$scrypt$ln=1$YWJj$YWJj",
    ] {
        let verdict = hasher.verify("correct horse", Some(phc)).await;
        assert!(
            matches!(verdict, Err(HashingError::Malformed) | Ok(Verdict::Wrong)),
            "{phc}"
        );
        assert_ne!(verdict, Ok(Verdict::Right), "{phc}");
    }
}

#[tokio::test]
async fn refuses_at_once_when_the_queue_is_full() {
    let hasher = PasswordHasher::new(1);
    let all = u32::try_from(1 + WAITING_PER_SLOT).unwrap();
    let occupied = Arc::clone(&hasher.places)
        .try_acquire_many_owned(all)
        .unwrap();
    assert_eq!(
        hasher.verify("correct horse", None).await,
        Err(HashingError::Busy)
    );
    drop(occupied);
    assert_eq!(
        hasher.verify("correct horse", None).await,
        Ok(Verdict::Wrong)
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_frees_no_slot_early() {
    let hasher = PasswordHasher::new(1);
    let started = Arc::new(std::sync::Barrier::new(2));
    let finish = Arc::new(std::sync::Barrier::new(2));
    let (there, end) = (Arc::clone(&started), Arc::clone(&finish));
    let sharing = hasher.clone();
    let caller = tokio::spawn(async move {
        sharing
            .run(move || {
                there.wait();
                end.wait();
                Ok(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || started.wait())
        .await
        .unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.slots.available_permits(), 0);
    tokio::task::spawn_blocking(move || finish.wait())
        .await
        .unwrap();
    assert_eq!(
        hasher.verify("correct horse", None).await,
        Ok(Verdict::Wrong)
    );
}
