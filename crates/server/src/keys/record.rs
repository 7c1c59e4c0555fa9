//! Between signing keys and their stored records.

use std::collections::HashMap;

use countersign_domain::{KeyState, Milliseconds, SigningKeyRecord, Timestamp};
use countersign_jose::algorithm::Algorithm;
use countersign_jose::jwk::{Jwk, JwkSet};
use countersign_jose::key::{SigningKey, VerifyingKey};
use countersign_jose::seal::MasterKey;
use countersign_storage::StorageError;
use tokio::task::spawn_blocking;

use super::{Imported, Keys, KeysError};

/// Purpose of the master key's subkey for signing keys.
const PURPOSE: &str = "signing key";

/// A new key in this state. An RSA key takes a tenth of a second to find, so it is made off the
/// async threads.
pub(super) async fn made(
    master: &MasterKey,
    algorithm: Algorithm,
    state: KeyState,
    now: Timestamp,
) -> Result<SigningKeyRecord, KeysError> {
    let key = spawn_blocking(move || SigningKey::generate(algorithm)).await;
    record(
        master,
        &key.map_err(|_| KeysError::Interrupted)??,
        state,
        now,
        None,
    )
}

/// mcp2's access tokens live an hour, but products may verify by its key for longer.
pub(super) const IMPORTED_KEPT: Milliseconds = 30 * 24 * 60 * 60 * 1000;

/// The stored form of a key, sealed.
pub(super) fn record(
    master: &MasterKey,
    key: &SigningKey,
    state: KeyState,
    now: Timestamp,
    imported_at: Option<Timestamp>,
) -> Result<SigningKeyRecord, KeysError> {
    let kid = key.kid().to_owned();
    let sealed = master.seal(PURPOSE, kid.as_bytes(), &key.to_pkcs8_der())?;
    let public_jwk = serde_json::to_string(&key.public().jwk()).unwrap_or_default();
    Ok(SigningKeyRecord {
        kid,
        algorithm: key.algorithm().name().to_owned(),
        sealed,
        public_jwk,
        state,
        created_at: now,
        imported_at,
    })
}

/// The keys of these records, those that may be forgotten left out.
pub(super) fn parse(
    master: &MasterKey,
    algorithm: Algorithm,
    records: Vec<SigningKeyRecord>,
    now: Timestamp,
) -> Result<Keys, KeysError> {
    let mut published = Vec::new();
    let mut verifying = HashMap::new();
    let mut import = None;
    let mut signing = None;
    for record in &records {
        if matches!(record.state, KeyState::Retired { until } if until <= now) {
            continue;
        }
        let damaged = |source| KeysError::Damaged {
            kid: record.kid.clone(),
            source,
        };
        let jwk: Jwk =
            serde_json::from_str(&record.public_jwk).map_err(|_| StorageError::Corrupt {
                table: "signing_key",
                column: "public_jwk",
                id: record.kid.clone(),
            })?;
        let key = VerifyingKey::from_jwk(&jwk)
            .map_err(damaged)?
            .with_kid(record.kid.clone());
        if let Some(at) = record.imported_at {
            import = Some(Imported {
                key: key.clone(),
                at,
            });
        }
        if matches!(record.state, KeyState::Active { .. }) && record.algorithm == algorithm.name() {
            let der = master
                .open(PURPOSE, record.kid.as_bytes(), &record.sealed)
                .map_err(|_| KeysError::WrongMasterKey {
                    kid: record.kid.clone(),
                })?;
            let key = SigningKey::from_pkcs8_der(algorithm, &der).map_err(damaged)?;
            signing = Some(key.with_kid(record.kid.clone()));
        }
        verifying.insert(record.kid.clone(), key);
        published.push(jwk);
    }
    let active = signing.ok_or(KeysError::Superseded)?;
    let jwks = serde_json::to_vec(&JwkSet { keys: published }).unwrap_or_default();
    Ok(Keys {
        active,
        verifying,
        imported: import,
        jwks: jwks.into(),
        records,
    })
}
