//! Who people are at the product's login.

use countersign_domain::{Timestamp, UpstreamIdentity, UpstreamProfile, User, UserId};

use super::user::{user, user_columns};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::sql::sql;
use crate::value::{json, vals};

sql! {
    FIND_UPSTREAM_USER = concat!(
        "SELECT ", user_columns!("u."), "
        FROM upstream_identity i JOIN user_account u ON u.id = i.user_id
        WHERE i.issuer = $1 AND i.subject = $2"
    );

    FIND_UPSTREAM_IDENTITY = "SELECT user_id, issuer, subject, profile, checked_at
        FROM upstream_identity WHERE user_id = $1";

    PUT_IDENTITY = "INSERT INTO upstream_identity (issuer, subject, user_id, profile, checked_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (issuer, subject) DO UPDATE
            SET profile = excluded.profile, checked_at = excluded.checked_at";

    NOTE_PROFILE = "UPDATE upstream_identity SET profile = $2, checked_at = $3
        WHERE user_id = $1 AND checked_at <= $3";
}

/// The account of this person, active or disabled.
pub(super) async fn find_user(
    tx: &mut impl Tx,
    issuer: &str,
    subject: &str,
) -> Result<Option<User>, StorageError> {
    tx.opt(&FIND_UPSTREAM_USER, vals![issuer, subject], user)
        .await
}

/// Ties the account to this person, or renews what is known about them.
pub(super) async fn put(
    tx: &mut impl Tx,
    user_id: UserId,
    identity: &UpstreamIdentity,
) -> Result<(), StorageError> {
    tx.exec(
        &PUT_IDENTITY,
        vals![
            &identity.issuer,
            &identity.subject,
            &user_id.to_string(),
            &json(&identity.profile)?,
            identity.checked_at,
        ],
    )
    .await?;
    Ok(())
}

/// Finds the account of a person at the product's login, active or disabled.
#[derive(Clone, Debug)]
pub struct FindUpstreamUser {
    /// The login.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

impl Query for FindUpstreamUser {
    type Outcome = Option<User>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        find_user(tx, &self.issuer, &self.subject).await
    }
}

/// Finds who the holder of an account is at the product's login; `None` for a local account.
#[derive(Clone, Copy, Debug)]
pub struct FindUpstreamIdentity {
    /// The account.
    pub user_id: UserId,
}

impl Query for FindUpstreamIdentity {
    type Outcome = Option<UpstreamIdentity>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let user_id = self.user_id.to_string();
        tx.opt(&FIND_UPSTREAM_IDENTITY, vals![&user_id], |columns| {
            let columns = columns.of("upstream_identity");
            columns.text("user_id")?;
            Ok(UpstreamIdentity {
                issuer: columns.text("issuer")?.to_owned(),
                subject: columns.text("subject")?.to_owned(),
                profile: columns.json("profile")?,
                checked_at: columns.time("checked_at")?,
            })
        })
        .await
    }
}

/// Notes what the product's login told about a person. An answer older than the one that is known
/// changes nothing, nor does one about a local account.
#[derive(Clone)]
pub struct NoteUpstreamProfile {
    /// The account.
    pub user_id: UserId,
    /// What the login told.
    pub profile: UpstreamProfile,
    /// When it told so.
    pub now: Timestamp,
}

impl Command for NoteUpstreamProfile {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.exec(
            &NOTE_PROFILE,
            vals![&self.user_id.to_string(), &json(&self.profile)?, self.now],
        )
        .await?;
        Ok(())
    }
}
