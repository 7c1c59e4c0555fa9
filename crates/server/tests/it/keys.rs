//! Signing keys: published before they sign and after, on a real store.

use countersign_domain::{KeyState, Milliseconds, Timestamp};
use countersign_jose::algorithm::Algorithm;
use countersign_jose::seal::MasterKey;
use countersign_server::keys::{KeyRing, KeysError, Mcp2Key};
use countersign_storage::Store;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const SECOND: Milliseconds = 1_000;
const MINUTE: Milliseconds = 60 * SECOND;
const HOUR: Milliseconds = 60 * MINUTE;
const DAY: Milliseconds = 24 * HOUR;

const MCP2_PRIVATE: &str = include_str!("../../../jose/tests/fixtures/test-rsa-2048.pkcs8.pem");
const MCP2_PUBLIC: &str = include_str!("../../../jose/tests/fixtures/test-rsa-2048.spki.pem");
/// The public half of a pair whose private half was thrown away.
const FOREIGN_PUBLIC: &str = include_str!("../fixtures/foreign-rsa.spki.pem");

fn master() -> MasterKey {
    MasterKey::generate().unwrap()
}

fn same(key: &MasterKey) -> MasterKey {
    MasterKey::from_base64(&key.to_base64()).unwrap()
}

/// Opens the ring as a server does that has been up for a moment.
async fn open(store: &Store, master: &MasterKey, now: Timestamp) -> Result<KeyRing, KeysError> {
    let ring = KeyRing::open(store.clone(), same(master), Algorithm::Es256, None, now).await?;
    ring.publish_next(now).await?;
    Ok(ring)
}

fn states(ring: &KeyRing) -> Vec<&'static str> {
    let keys = ring.current();
    keys.records()
        .iter()
        .map(|record| record.state.as_str())
        .collect()
}

#[tokio::test]
async fn the_first_start_publishes_a_key_that_signs_and_the_next_one() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let ring = open(&store, &master, NOW).await.unwrap();
    let mut found = states(&ring);
    found.sort_unstable();
    assert_eq!(found, ["active", "next"]);
    let jwks = String::from_utf8(ring.current().jwks().to_vec()).unwrap();
    assert_eq!(jwks.matches("\"kid\"").count(), 2);
    assert!(!jwks.contains("\"d\""), "{jwks}");
}

#[tokio::test]
async fn a_restart_keeps_the_keys() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let before = open(&store, &master, NOW)
        .await
        .unwrap()
        .current()
        .active()
        .kid()
        .to_owned();
    let after = open(&store, &master, NOW).await.unwrap();
    assert_eq!(after.current().active().kid(), before);
}

#[tokio::test]
async fn another_master_key_is_refused_and_nothing_is_wiped() {
    let (store, right) = (Store::in_memory().unwrap(), master());
    open(&store, &right, NOW).await.unwrap();
    let refused = open(&store, &master(), NOW).await;
    assert!(matches!(refused, Err(KeysError::WrongMasterKey { .. })));
    assert!(open(&store, &right, NOW).await.is_ok());
}

#[tokio::test]
async fn a_key_signs_only_after_verifiers_had_time_to_see_it() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let ring = open(&store, &master, NOW).await.unwrap();
    let early = ring.rotate(NOW.plus(MINUTE), 5 * MINUTE, HOUR).await;
    assert!(matches!(
        early,
        Err(KeysError::TooEarly {
            published_seconds: 60,
            wait_seconds: 240
        })
    ));
    ring.rotate(NOW.plus(5 * MINUTE), 5 * MINUTE, HOUR)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_retired_key_verifies_until_its_last_token_is_gone() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let ring = open(&store, &master, NOW).await.unwrap();
    let old = ring.current().active().kid().to_owned();
    let rotated = NOW.plus(DAY);
    ring.rotate(rotated, 5 * MINUTE, HOUR).await.unwrap();
    assert_ne!(ring.current().active().kid(), old);
    assert!(ring.current().verifying(&old).is_some());
    ring.reload(rotated.plus(HOUR)).await.unwrap();
    assert!(ring.current().verifying(&old).is_some());
    ring.reload(rotated.plus(3 * HOUR)).await.unwrap();
    assert!(ring.current().verifying(&old).is_none());
}

#[tokio::test]
async fn the_schedule_counts_from_when_a_key_began_to_sign() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let ring = open(&store, &master, NOW).await.unwrap();
    let due = |now| ring.rotate_when_due(now, 90 * DAY, 5 * MINUTE, HOUR);
    assert!(!due(NOW.plus(89 * DAY)).await.unwrap());
    assert!(due(NOW.plus(90 * DAY)).await.unwrap());
    // The key that took over was published 90 days ago, but has only just begun.
    assert!(!due(NOW.plus(91 * DAY)).await.unwrap());
    assert!(due(NOW.plus(180 * DAY)).await.unwrap());
}

#[tokio::test]
async fn another_replica_learns_of_a_rotation() {
    let (store, master) = (Store::in_memory().unwrap(), master());
    let one = open(&store, &master, NOW).await.unwrap();
    let other = open(&store, &master, NOW).await.unwrap();
    one.rotate(NOW.plus(DAY), 5 * MINUTE, HOUR).await.unwrap();
    let signing = one.current().active().kid().to_owned();
    assert!(
        other.current().verifying(&signing).is_some(),
        "it was published before it signed"
    );
    other.reload(NOW.plus(DAY)).await.unwrap();
    assert_eq!(other.current().active().kid(), signing);
}

async fn open_with_mcp2(store: &Store, algorithm: Algorithm) -> Result<KeyRing, KeysError> {
    let import = Mcp2Key {
        private_pem: MCP2_PRIVATE.to_owned(),
        public_pem: Some(MCP2_PUBLIC.to_owned()),
    };
    let ring = KeyRing::open(store.clone(), master(), algorithm, Some(import), NOW).await?;
    ring.publish_next(NOW).await?;
    Ok(ring)
}

#[tokio::test]
async fn mcp2s_key_signs_on_until_the_first_rotation() {
    let store = Store::in_memory().unwrap();
    let ring = open_with_mcp2(&store, Algorithm::Rs256).await.unwrap();
    assert_eq!(ring.current().active().kid(), "key-1");
    assert_eq!(ring.current().imported().unwrap().at, NOW);
    ring.rotate(NOW.plus(DAY), 5 * MINUTE, HOUR).await.unwrap();
    assert_ne!(ring.current().active().kid(), "key-1");
    assert!(ring.current().verifying("key-1").is_some());
}

#[tokio::test]
async fn mcp2s_key_verifies_where_another_algorithm_signs() {
    let store = Store::in_memory().unwrap();
    let ring = open_with_mcp2(&store, Algorithm::Es256).await.unwrap();
    assert_eq!(ring.current().active().algorithm(), Algorithm::Es256);
    assert!(ring.current().verifying("key-1").is_some());
    let imported =
        ring.current().records().iter().any(|record| {
            record.kid == "key-1" && matches!(record.state, KeyState::Retired { .. })
        });
    assert!(imported);
}

#[tokio::test]
async fn halves_of_two_pairs_are_refused() {
    let store = Store::in_memory().unwrap();
    let import = Mcp2Key {
        private_pem: MCP2_PRIVATE.to_owned(),
        public_pem: Some(FOREIGN_PUBLIC.to_owned()),
    };
    let refused = KeyRing::open(store, master(), Algorithm::Es256, Some(import), NOW).await;
    assert!(matches!(refused, Err(KeysError::ForeignPublicKey)));
}
