//! Passwords, as PHC strings that the caller has computed: hashing takes too long for a transaction.

use std::fmt;

use countersign_domain::{EndReason, Timestamp, User, UserId, Username};

use super::user::{user, user_columns};
use super::{grant, session};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    PUT_PASSWORD = "INSERT INTO password (user_id, phc, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO UPDATE
            SET phc = excluded.phc, changed_at = excluded.changed_at";

    REHASH_PASSWORD = "UPDATE password SET phc = $3 WHERE user_id = $1 AND phc = $2";

    FIND_CREDENTIALS = concat!(
        "SELECT ", user_columns!("u."), ", p.phc
        FROM user_account u LEFT JOIN password p ON p.user_id = u.id
        WHERE u.username_folded = $1"
    );

    ACCOUNT_OF_PASSWORD = "SELECT id FROM user_account WHERE id = $1";
}

/// Stores a password, the first one or another.
pub(super) async fn put(
    tx: &mut impl Tx,
    user_id: UserId,
    phc: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(&PUT_PASSWORD, vals![&user_id.to_string(), phc, now])
        .await?;
    Ok(())
}

/// Finds who signs in under a name, and what their password must match.
#[derive(Clone, Debug)]
pub struct FindCredentials {
    /// The name, whatever its case.
    pub username: Username,
}

/// What [`FindCredentials`] finds.
#[derive(Clone)]
pub struct Credentials {
    /// The person.
    pub user: User,
    /// The password's hash as a PHC string; `None` for an account without one.
    pub phc: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Query for FindCredentials {
    type Outcome = Option<Credentials>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(
            &FIND_CREDENTIALS,
            vals![&self.username.folded()],
            |columns| {
                Ok(Credentials {
                    user: user(columns)?,
                    phc: columns.opt_text("phc")?.map(str::to_owned),
                })
            },
        )
        .await
    }
}

/// Sets a password and ends the person's browser sessions. The outcome is how many grants ended,
/// or `None` if there is no such account.
#[derive(Clone)]
pub struct SetPassword {
    /// Whose.
    pub user_id: UserId,
    /// Its hash as a PHC string.
    pub phc: String,
    /// Whether the person's grants end too. They do when the password may have been known to
    /// somebody else.
    pub end_grants: bool,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for SetPassword {
    type Outcome = Option<u64>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let account = tx
            .opt(
                &ACCOUNT_OF_PASSWORD,
                vals![&self.user_id.to_string()],
                |columns| columns.of("user_account").text("id").map(drop),
            )
            .await?;
        if account.is_none() {
            return Ok(None);
        }
        put(tx, self.user_id, &self.phc, self.now).await?;
        session::end_of_user(tx, self.user_id).await?;
        if !self.end_grants {
            return Ok(Some(0));
        }
        grant::end_of_user(tx, self.user_id, EndReason::AccountChanged, self.now)
            .await
            .map(Some)
    }
}

/// Replaces the hash of an unchanged password by one with today's cost. The outcome is whether
/// the password was still the one that was verified.
#[derive(Clone)]
pub struct RehashPassword {
    /// Whose.
    pub user_id: UserId,
    /// The hash that the password was verified against.
    pub verified: String,
    /// The same password's new hash.
    pub phc: String,
}

impl Command for RehashPassword {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(
                &REHASH_PASSWORD,
                vals![&self.user_id.to_string(), &self.verified, &self.phc],
            )
            .await?;
        Ok(changed > 0)
    }
}
