//! Signing keys: loaded, published, rotated without a failed request.
//!
//! Three states follow each other, next, active, retired, and a key is published in all of them:
//! a verifier with a cached key set knows every key before its first token and after its last.

mod record;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use bytes::Bytes;
use countersign_domain::{KeyState, Milliseconds, SigningKeyRecord, Timestamp};
use countersign_jose::algorithm::Algorithm;
use countersign_jose::key::{KeyError, SigningKey, VerifyingKey};
use countersign_jose::seal::{MasterKey, SealError};
use countersign_storage::commands::{
    AdvanceSigningKeys, ImportSigningKey, KeyAdvance, LoadSigningKeys,
};
use countersign_storage::{StorageError, Store};

use self::record::{IMPORTED_KEPT, made, parse, record};
use crate::refusal::Unavailable;

/// How long unknown key ids are answered from memory after a reload: garbage must not turn into
/// queries.
const RELOAD_EVERY: Milliseconds = 1_000;

/// The kid that mcp2 gives its only key.
const MCP2_KID: &str = "key-1";

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The master key is another than the one that sealed the signing keys. Nothing is wiped:
    /// with the right key they open again.
    #[error(
        "the signing key {kid} does not open: the master key is not the one it was sealed with; \
         restore master.key (or COUNTERSIGN_MASTER_KEY) from a back-up"
    )]
    WrongMasterKey {
        /// The key that did not open.
        kid: String,
    },
    /// A stored key cannot be read.
    #[error("the stored signing key {kid} is damaged: {source}")]
    Damaged {
        /// The key.
        kid: String,
        /// Why.
        source: KeyError,
    },
    /// No key could be made, sealed or imported.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The two halves of the imported pair belong to different pairs.
    #[error("JWT_PUBLIC_KEY does not belong to JWT_PRIVATE_KEY: correct one, or leave it out")]
    ForeignPublicKey,
    /// A new key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The key after this one has not been published long enough.
    #[error(
        "the next signing key was published {published_seconds} s ago; verifiers may not know it \
         yet. Try again in {wait_seconds} s"
    )]
    TooEarly {
        /// How long it has been published.
        published_seconds: i64,
        /// How long it still has to be.
        wait_seconds: i64,
    },
    /// The keys changed while they were being rotated: somebody else did it.
    #[error("somebody else rotated the keys at the same moment")]
    Superseded,
    /// The server stopped while a key was being made.
    #[error("the making of a signing key was interrupted")]
    Interrupted,
    /// The store could not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The keys at one moment.
pub struct Keys {
    active: SigningKey,
    verifying: HashMap<String, VerifyingKey>,
    imported: Option<Imported>,
    jwks: Bytes,
    records: Vec<SigningKeyRecord>,
}

/// The key that came from mcp2.
pub struct Imported {
    /// Its public half.
    pub key: VerifyingKey,
    /// When it was imported; mcp2's tokens minted later are not ours.
    pub at: Timestamp,
}

impl Keys {
    /// The key that signs.
    pub fn active(&self) -> &SigningKey {
        &self.active
    }

    /// The published key with this id.
    pub fn verifying(&self, kid: &str) -> Option<VerifyingKey> {
        self.verifying.get(kid).cloned()
    }

    /// The key that came from mcp2, while it is published.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }

    /// The published key set (RFC 7517 section 5), serialized.
    pub fn jwks(&self) -> Bytes {
        self.jwks.clone()
    }

    /// All keys as they are stored, oldest first.
    pub fn records(&self) -> &[SigningKeyRecord] {
        &self.records
    }
}

/// mcp2's key pair, of which the private key is enough.
pub struct Mcp2Key {
    /// The private key in PEM.
    pub private_pem: String,
    /// The public key in PEM; if it is given, it has to belong to the private one.
    pub public_pem: Option<String>,
}

impl Mcp2Key {
    fn key(&self) -> Result<SigningKey, KeysError> {
        let key = SigningKey::from_rsa_pem(&self.private_pem)?;
        if let Some(pem) = &self.public_pem {
            let public = VerifyingKey::from_rsa_public_pem(pem)?;
            // Both kids are thumbprints here (RFC 7638), so they are equal for one key only.
            if public.kid() != key.kid() {
                return Err(KeysError::ForeignPublicKey);
            }
        }
        Ok(key.with_kid(MCP2_KID.to_owned()))
    }
}

/// The keys of this server, shared by all its replicas through the store.
pub struct KeyRing {
    store: Store,
    master: MasterKey,
    algorithm: Algorithm,
    current: ArcSwap<Keys>,
    reloaded_at: AtomicI64,
}

impl KeyRing {
    /// Opens the ring: loads the keys, and makes the first ones if there are none. Of several
    /// replicas that start at once, one makes them.
    pub async fn open(
        store: Store,
        master: MasterKey,
        algorithm: Algorithm,
        import: Option<Mcp2Key>,
        now: Timestamp,
    ) -> Result<Self, KeysError> {
        let mut records = store.read(LoadSigningKeys).await?;
        let unknown = !records.iter().any(|record| record.kid == MCP2_KID);
        let import = match import {
            Some(import) if unknown => Some(import.key()?),
            _ => None,
        };
        if active(&records, algorithm).is_none() {
            // mcp2's key goes on signing until the first rotation, because whoever verifies its
            // tokens has only that key in the cached key set.
            let active = KeyState::Active { since: now };
            let first = match &import {
                Some(key) if algorithm == Algorithm::Rs256 => {
                    record(&master, key, active, now, Some(now))?
                }
                _ => made(&master, algorithm, active, now).await?,
            };
            let advance = AdvanceSigningKeys {
                algorithm: algorithm.name().to_owned(),
                expected: None,
                publish: vec![first],
                retire_until: now,
                now,
            };
            records = match store.execute(advance).await? {
                KeyAdvance::Advanced(records) | KeyAdvance::Superseded(records) => records,
            };
        }
        if let Some(key) = import
            && !records.iter().any(|record| record.kid == MCP2_KID)
        {
            let state = KeyState::Retired {
                until: now.plus(IMPORTED_KEPT),
            };
            let record = record(&master, &key, state, now, Some(now))?;
            store.execute(ImportSigningKey { record, now }).await?;
            records = store.read(LoadSigningKeys).await?;
        }
        let keys = parse(&master, algorithm, records, now)?;
        Ok(Self {
            store,
            master,
            algorithm,
            current: ArcSwap::from_pointee(keys),
            reloaded_at: AtomicI64::new(now.as_millis()),
        })
    }

    /// The keys at this moment.
    pub fn current(&self) -> Arc<Keys> {
        self.current.load_full()
    }

    /// Loads the keys anew: the command line or another replica may have rotated them.
    pub async fn reload(&self, now: Timestamp) -> Result<(), KeysError> {
        let records = self.store.read(LoadSigningKeys).await?;
        let keys = parse(&self.master, self.algorithm, records, now)?;
        self.current.store(Arc::new(keys));
        self.reloaded_at.store(now.as_millis(), Ordering::Relaxed);
        Ok(())
    }

    /// Loads the keys anew unless that was done a moment ago; answers whether it was done.
    pub(crate) async fn reload_once(&self, now: Timestamp) -> Result<bool, Unavailable> {
        let before = self.reloaded_at.load(Ordering::Relaxed);
        if now.since(Timestamp::from_millis(before)) < RELOAD_EVERY {
            return Ok(false);
        }
        match self.reload(now).await {
            Ok(()) => Ok(true),
            Err(KeysError::Storage(fault)) => Err(fault.into()),
            Err(error) => {
                tracing::error!(%error, "the signing keys could not be reloaded");
                Ok(false)
            }
        }
    }

    /// Publishes the key that will sign next, unless there is one. Not part of the first start,
    /// because an RSA key takes a tenth of a second to find and nobody waits for this one.
    pub async fn publish_next(&self, now: Timestamp) -> Result<(), KeysError> {
        let named = self.algorithm.name();
        let published = self
            .current()
            .records()
            .iter()
            .any(|record| record.algorithm == named && record.state == KeyState::Next);
        if published {
            return Ok(());
        }
        let record = made(&self.master, self.algorithm, KeyState::Next, now).await?;
        // Of several replicas that get here at once, one finds the place free.
        self.store.execute(ImportSigningKey { record, now }).await?;
        self.reload(now).await
    }

    /// The next key becomes active, the active one retires, a new next one is published.
    ///
    /// `published_for` is how long the next key must have been published by then, so that every
    /// verifier's cached key set has it; `token_lifetime` how long the retiring key's last token
    /// lives.
    pub async fn rotate(
        &self,
        now: Timestamp,
        published_for: Milliseconds,
        token_lifetime: Milliseconds,
    ) -> Result<(), KeysError> {
        self.publish_next(now).await?;
        let records = self.store.read(LoadSigningKeys).await?;
        let named = self.algorithm.name();
        let next = records
            .iter()
            .find(|record| record.algorithm == named && record.state == KeyState::Next);
        if let Some(next) = next {
            let published = now.since(next.created_at);
            if published < published_for {
                return Err(KeysError::TooEarly {
                    published_seconds: published / 1000,
                    wait_seconds: (published_for - published + 999) / 1000,
                });
            }
        }
        let advance = AdvanceSigningKeys {
            algorithm: named.to_owned(),
            expected: active(&records, self.algorithm).map(|record| record.kid.clone()),
            publish: vec![made(&self.master, self.algorithm, KeyState::Next, now).await?],
            // Twice the lifetime: clocks differ, and a verifier may ask late.
            retire_until: now.plus(token_lifetime.saturating_mul(2)),
            now,
        };
        match self.store.execute(advance).await? {
            KeyAdvance::Advanced(_) => self.reload(now).await,
            KeyAdvance::Superseded(_) => Err(KeysError::Superseded),
        }
    }

    /// Rotates if the active key has signed for `interval`; answers whether it did.
    pub async fn rotate_when_due(
        &self,
        now: Timestamp,
        interval: Milliseconds,
        published_for: Milliseconds,
        token_lifetime: Milliseconds,
    ) -> Result<bool, KeysError> {
        let keys = self.current();
        let due = active(keys.records(), self.algorithm).is_some_and(|record| {
            matches!(record.state, KeyState::Active { since } if now.since(since) >= interval)
        });
        if !due {
            return Ok(false);
        }
        match self.rotate(now, published_for, token_lifetime).await {
            Ok(()) => Ok(true),
            Err(KeysError::TooEarly { .. } | KeysError::Superseded) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn active(records: &[SigningKeyRecord], algorithm: Algorithm) -> Option<&SigningKeyRecord> {
    records.iter().find(|record| {
        record.algorithm == algorithm.name() && matches!(record.state, KeyState::Active { .. })
    })
}
