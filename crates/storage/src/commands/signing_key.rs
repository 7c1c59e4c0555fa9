//! Signing keys: published before they sign and after (next, active, retired).

use countersign_domain::{KeyState, SigningKeyRecord, Timestamp};

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    LOAD_KEYS = "SELECT kid, algorithm, sealed, public_jwk, state, activated_at, expires_at,
            created_at, imported_at
        FROM signing_key ORDER BY created_at, kid";

    /// A place that is taken (the same key, or another active or next one of the algorithm) leaves
    /// nothing inserted.
    INSERT_KEY = "INSERT INTO signing_key
            (kid, algorithm, state, sealed, public_jwk, created_at, activated_at, retired_at,
             expires_at, imported_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING";

    RETIRE_KEY = "UPDATE signing_key SET state = 'retired', retired_at = $3, expires_at = $4
        WHERE kid = $1 AND algorithm = $2 AND state = 'active'";

    ACTIVATE_NEXT = "UPDATE signing_key SET state = 'active', activated_at = $2
        WHERE algorithm = $1 AND state = 'next'";
}

fn state(columns: &mut Columns<'_>) -> Result<KeyState, StorageError> {
    let state = columns.text("state")?;
    let activated_at = columns.opt_time("activated_at")?;
    let expires_at = columns.opt_time("expires_at")?;
    match (state, activated_at, expires_at) {
        ("next", None, None) => Ok(KeyState::Next),
        ("active", Some(since), None) => Ok(KeyState::Active { since }),
        ("retired", _, Some(until)) => Ok(KeyState::Retired { until }),
        _ => Err(columns.corrupt("state")),
    }
}

fn key(columns: &mut Columns<'_>) -> Result<SigningKeyRecord, StorageError> {
    let columns = columns.of("signing_key");
    Ok(SigningKeyRecord {
        kid: columns.text("kid")?.to_owned(),
        algorithm: columns.text("algorithm")?.to_owned(),
        sealed: columns.blob("sealed")?.to_vec(),
        public_jwk: columns.text("public_jwk")?.to_owned(),
        state: state(columns)?,
        created_at: columns.time("created_at")?,
        imported_at: columns.opt_time("imported_at")?,
    })
}

/// Inserts a key in the state that its record has; `false` if its place is taken.
async fn insert(
    tx: &mut impl Tx,
    record: &SigningKeyRecord,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let (activated_at, retired_at, until) = match record.state {
        KeyState::Next => (None, None, None),
        KeyState::Active { since } => (Some(since), None, None),
        KeyState::Retired { until } => (None, Some(now), Some(until)),
    };
    let inserted = tx
        .exec(
            &INSERT_KEY,
            vals![
                &record.kid,
                &record.algorithm,
                record.state.as_str(),
                &record.sealed,
                &record.public_jwk,
                record.created_at,
                activated_at,
                retired_at,
                until,
                record.imported_at,
            ],
        )
        .await?;
    Ok(inserted > 0)
}

async fn load(tx: &mut impl Tx) -> Result<Vec<SigningKeyRecord>, StorageError> {
    tx.all(&LOAD_KEYS, vals![], key).await
}

/// Loads all keys, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct LoadSigningKeys;

impl Query for LoadSigningKeys {
    type Outcome = Vec<SigningKeyRecord>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        load(tx).await
    }
}

/// One step of an algorithm's keys: the active one retires, the next one becomes active, and the
/// given ones are published.
///
/// `expected` makes it a compare-and-set: of several replicas that decide to advance at once, one
/// does, and the others learn what it made.
#[derive(Clone, Debug)]
pub struct AdvanceSigningKeys {
    /// The algorithm.
    pub algorithm: String,
    /// The key that is active now; `None` if there is none yet.
    pub expected: Option<String>,
    /// The keys to add: an active and a next one at the first start, a next one afterwards.
    pub publish: Vec<SigningKeyRecord>,
    /// Until when the retiring key is published: past the last token that it signed.
    pub retire_until: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`AdvanceSigningKeys`] came to; in either case all keys as they are now.
#[derive(Clone, Debug)]
pub enum KeyAdvance {
    /// Advanced, by this caller and no other.
    Advanced(Vec<SigningKeyRecord>),
    /// Somebody else had advanced them before; nothing was changed.
    Superseded(Vec<SigningKeyRecord>),
}

impl Command for AdvanceSigningKeys {
    type Outcome = KeyAdvance;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let (active, others): (Vec<_>, Vec<_>) = self
            .publish
            .iter()
            .partition(|record| matches!(record.state, KeyState::Active { .. }));
        // Retiring, or taking the first active place, is the one statement that only one caller
        // passes.
        let won = match (&self.expected, active.as_slice()) {
            (Some(kid), []) => {
                let retired = tx
                    .exec(
                        &RETIRE_KEY,
                        vals![kid, &self.algorithm, self.now, self.retire_until],
                    )
                    .await?;
                retired > 0
            }
            (None, [first]) => insert(tx, first, self.now).await?,
            _ => {
                return Err(StorageError::Backend(
                    "an active signing key is published exactly when none is expected".to_owned(),
                ));
            }
        };
        if !won {
            return load(tx).await.map(KeyAdvance::Superseded);
        }
        if self.expected.is_some() {
            let activated = tx
                .exec(&ACTIVATE_NEXT, vals![&self.algorithm, self.now])
                .await?;
            if activated == 0 {
                return Err(StorageError::Backend(
                    "there is no next signing key to take over".to_owned(),
                ));
            }
        }
        for record in others {
            if !insert(tx, record, self.now).await? {
                return Err(StorageError::Backend(
                    "the place of a new signing key is taken".to_owned(),
                ));
            }
        }
        load(tx).await.map(KeyAdvance::Advanced)
    }
}

/// Adds a key from elsewhere. The outcome is `false` if it was imported before, or if its place is
/// taken.
#[derive(Clone, Debug)]
pub struct ImportSigningKey {
    /// The key, in the state that it shall have.
    pub record: SigningKeyRecord,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for ImportSigningKey {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        insert(tx, &self.record, self.now).await
    }
}
