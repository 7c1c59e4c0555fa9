//! Passkeys (WebAuthn credentials); what is in one is the caller's affair.

use countersign_domain::{Timestamp, UserId};

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

macro_rules! passkey_columns {
    () => {
        "credential_id, user_id, name, credential, created_at, last_used_at"
    };
}

sql! {
    INSERT_PASSKEY = "INSERT INTO passkey (credential_id, user_id, name, credential, created_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (credential_id) DO NOTHING";

    COUNT_PASSKEYS = "SELECT COUNT(*) AS passkeys FROM passkey WHERE user_id = $1";

    FIND_PASSKEY = concat!(
        "SELECT ", passkey_columns!(), " FROM passkey WHERE credential_id = $1"
    );

    LIST_PASSKEYS = concat!(
        "SELECT ", passkey_columns!(), " FROM passkey
        WHERE user_id = $1 ORDER BY created_at, credential_id"
    );

    UPDATE_PASSKEY = "UPDATE passkey SET credential = $3, last_used_at = $4
        WHERE credential_id = $1 AND credential = $2";

    REMOVE_PASSKEY = "DELETE FROM passkey WHERE credential_id = $1 AND user_id = $2";
}

/// A registered passkey.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// The authenticator's identifier of the credential.
    pub credential_id: Vec<u8>,
    /// Whose it is.
    pub user_id: UserId,
    /// What the person calls it.
    pub name: String,
    /// The credential (public key, counter) as the WebAuthn library's JSON.
    pub credential: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed somebody in.
    pub last_used_at: Option<Timestamp>,
}

fn passkey(columns: &mut Columns<'_>) -> Result<Passkey, StorageError> {
    let columns = columns.of("passkey");
    Ok(Passkey {
        credential_id: columns.blob("credential_id")?.to_vec(),
        user_id: columns.parse("user_id")?,
        name: columns.text("name")?.to_owned(),
        credential: columns.text("credential")?.to_owned(),
        created_at: columns.time("created_at")?,
        last_used_at: columns.opt_time("last_used_at")?,
    })
}

/// Registers a passkey.
#[derive(Clone, Debug)]
pub struct AddPasskey {
    /// The passkey.
    pub passkey: Passkey,
    /// How many a person may have.
    pub cap: i64,
}

/// What [`AddPasskey`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAddition {
    /// It can sign in from now on.
    Added,
    /// The credential is registered already, here or for somebody else (WebAuthn section 7.1,
    /// step 26).
    AlreadyRegistered,
    /// The person has as many as allowed.
    TooMany,
}

impl Command for AddPasskey {
    type Outcome = PasskeyAddition;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let Passkey {
            credential_id,
            user_id,
            name,
            credential,
            created_at,
            ..
        } = &self.passkey;
        let user_id = user_id.to_string();
        let passkeys = tx
            .opt(&COUNT_PASSKEYS, vals![&user_id], |columns| {
                columns.of("passkey").int("passkeys")
            })
            .await?;
        if passkeys.unwrap_or(0) >= self.cap {
            return Ok(PasskeyAddition::TooMany);
        }
        let inserted = tx
            .exec(
                &INSERT_PASSKEY,
                vals![credential_id, &user_id, name, credential, *created_at],
            )
            .await?;
        Ok(match inserted {
            0 => PasskeyAddition::AlreadyRegistered,
            _ => PasskeyAddition::Added,
        })
    }
}

/// Finds the passkey behind a credential.
#[derive(Clone, Debug)]
pub struct FindPasskey {
    /// The authenticator's identifier of the credential.
    pub credential_id: Vec<u8>,
}

impl Query for FindPasskey {
    type Outcome = Option<Passkey>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_PASSKEY, vals![&self.credential_id], passkey)
            .await
    }
}

/// Lists a person's passkeys, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct ListPasskeys {
    /// Whose.
    pub user_id: UserId,
}

impl Query for ListPasskeys {
    type Outcome = Vec<Passkey>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.all(&LIST_PASSKEYS, vals![&self.user_id.to_string()], passkey)
            .await
    }
}

/// Stores a passkey's new counter after it signed somebody in. The outcome is whether it was still
/// in the state that was verified; if not, the same counter was used twice at once, which a cloned
/// authenticator does (WebAuthn section 6.1.1).
#[derive(Clone, Debug)]
pub struct UpdatePasskey {
    /// The authenticator's identifier of the credential.
    pub credential_id: Vec<u8>,
    /// The credential that the signature was verified against.
    pub verified: String,
    /// The credential with its new counter.
    pub credential: String,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for UpdatePasskey {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(
                &UPDATE_PASSKEY,
                vals![
                    &self.credential_id,
                    &self.verified,
                    &self.credential,
                    self.now
                ],
            )
            .await?;
        Ok(changed > 0)
    }
}

/// Removes a passkey. The outcome is whether the person had it.
#[derive(Clone, Debug)]
pub struct RemovePasskey {
    /// The authenticator's identifier of the credential.
    pub credential_id: Vec<u8>,
    /// Whose it must be.
    pub user_id: UserId,
}

impl Command for RemovePasskey {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let removed = tx
            .exec(
                &REMOVE_PASSKEY,
                vals![&self.credential_id, &self.user_id.to_string()],
            )
            .await?;
        Ok(removed > 0)
    }
}
