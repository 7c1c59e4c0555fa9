use countersign_domain::{KeyState, SigningKeyRecord, Timestamp};

use super::given::{HOUR, NOW};
use super::on_both;
use crate::StorageError;
use crate::commands::{AdvanceSigningKeys, ImportSigningKey, KeyAdvance, LoadSigningKeys};

fn record(kid: &str, state: KeyState) -> SigningKeyRecord {
    SigningKeyRecord {
        kid: kid.to_owned(),
        algorithm: "ES256".to_owned(),
        sealed: vec![1, 2, 3],
        public_jwk: format!("{{\"kid\":\"{kid}\"}}"),
        state,
        created_at: NOW,
        imported_at: None,
    }
}

fn first(name: &str) -> AdvanceSigningKeys {
    AdvanceSigningKeys {
        algorithm: "ES256".to_owned(),
        expected: None,
        publish: vec![
            record(&format!("{name}-active"), KeyState::Active { since: NOW }),
            record(&format!("{name}-next"), KeyState::Next),
        ],
        retire_until: NOW.plus(HOUR),
        now: NOW,
    }
}

fn step(expected: &str, next: &str, now: Timestamp) -> AdvanceSigningKeys {
    AdvanceSigningKeys {
        algorithm: "ES256".to_owned(),
        expected: Some(expected.to_owned()),
        publish: vec![SigningKeyRecord {
            created_at: now,
            ..record(next, KeyState::Next)
        }],
        retire_until: now.plus(HOUR),
        now,
    }
}

fn states(keys: &[SigningKeyRecord]) -> Vec<(&str, KeyState)> {
    keys.iter()
        .map(|key| (key.kid.as_str(), key.state))
        .collect()
}

on_both! {
    async fn of_32_first_starts_one_makes_the_keys(db) {
        let advances = db
            .race(|store, number| {
                async move { store.execute(first(&format!("k{number:02}"))).await }
            })
            .await;
        let mut winners = 0;
        let now = db.store.read(LoadSigningKeys).await.unwrap();
        for advance in advances {
            let seen = match advance {
                KeyAdvance::Advanced(keys) => {
                    winners += 1;
                    keys
                }
                KeyAdvance::Superseded(keys) => keys,
            };
            assert_eq!(states(&seen), states(&now), "everybody sees the same keys");
        }
        assert_eq!((winners, now.len()), (1, 2));
    }

    async fn of_32_advances_one_happens(db) {
        db.store.execute(first("a")).await.unwrap();
        let later = NOW.plus(HOUR);
        let advances = db
            .race(|store, number| async move {
                store.execute(step("a-active", &format!("c{number:02}"), later)).await
            })
            .await;
        let winners = advances.iter().filter(|advance| matches!(advance, KeyAdvance::Advanced(_)));
        assert_eq!(winners.count(), 1);
        let keys = db.store.read(LoadSigningKeys).await.unwrap();
        let states = states(&keys);
        assert_eq!(states.len(), 3);
        let retired = KeyState::Retired { until: later.plus(HOUR) };
        assert_eq!(states[..2], [("a-active", retired), ("a-next", KeyState::Active { since: later })]);
        assert_eq!(states[2].1, KeyState::Next);
    }

    async fn keys_read_back_as_they_were_written(db) {
        db.store.execute(first("a")).await.unwrap();
        let keys = db.store.read(LoadSigningKeys).await.unwrap();
        assert_eq!(keys[0].sealed, [1, 2, 3]);
        assert_eq!(keys[0].public_jwk, "{\"kid\":\"a-active\"}");
        assert_eq!((keys[0].created_at, keys[0].imported_at), (NOW, None));
    }

    async fn a_step_without_a_next_key_changes_nothing(db) {
        let only = AdvanceSigningKeys {
            publish: vec![record("a", KeyState::Active { since: NOW })],
            ..first("unused")
        };
        db.store.execute(only).await.unwrap();
        let refused = db.store.execute(step("a", "b", NOW)).await;
        assert!(matches!(refused, Err(StorageError::Backend(_))));
        let keys = db.store.read(LoadSigningKeys).await.unwrap();
        assert_eq!(states(&keys), [("a", KeyState::Active { since: NOW })], "an error rolls everything back");
    }

    async fn a_key_is_imported_once(db) {
        db.store.execute(first("a")).await.unwrap();
        let import = ImportSigningKey {
            record: SigningKeyRecord {
                imported_at: Some(NOW),
                ..record("mcp2", KeyState::Retired { until: NOW.plus(HOUR) })
            },
            now: NOW,
        };
        assert!(db.store.execute(import.clone()).await.unwrap());
        assert!(!db.store.execute(import).await.unwrap());
        let keys = db.store.read(LoadSigningKeys).await.unwrap();
        let imported = keys.iter().find(|key| key.kid == "mcp2").unwrap();
        assert_eq!(imported.imported_at, Some(NOW));
        let second_active = ImportSigningKey { record: record("b", KeyState::Active { since: NOW }), now: NOW };
        assert!(!db.store.execute(second_active).await.unwrap(), "its place is taken");
    }
}
