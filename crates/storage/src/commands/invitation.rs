//! Invitations: a link that sets a password once, for a new account or an existing one.

use countersign_domain::{
    EndReason, Hashed, Invitation, PlainInvitation, Timestamp, UserId, Username,
};

use super::{grant, password, session, user};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_INVITATION = "INSERT INTO invitation (hash, username, user_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)";

    FIND_INVITATION = "SELECT hash, username, user_id, expires_at FROM invitation
        WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > $2";

    REDEEM_INVITATION = "UPDATE invitation SET redeemed_at = $2
        WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > $2
        RETURNING hash, username, user_id, expires_at";

    /// Takes back what this transaction itself has just done.
    UNREDEEM_INVITATION = "UPDATE invitation SET redeemed_at = NULL WHERE hash = $1";
}

fn invitation(columns: &mut Columns<'_>) -> Result<Invitation, StorageError> {
    let columns = columns.of("invitation");
    Ok(Invitation {
        token: columns.hash("hash")?,
        username: columns.read("username", |text| Username::parse(text).ok())?,
        user_id: columns.opt_parse("user_id")?,
        expires_at: columns.time("expires_at")?,
    })
}

/// Stores an invitation.
#[derive(Clone, Debug)]
pub struct CreateInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for CreateInvitation {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let Invitation {
            token,
            username,
            user_id,
            expires_at,
        } = &self.invitation;
        let user_id = user_id.map(|id| id.to_string());
        tx.exec(
            &INSERT_INVITATION,
            vals![
                token,
                username.as_str(),
                user_id.as_deref(),
                self.now,
                *expires_at
            ],
        )
        .await?;
        Ok(())
    }
}

/// Finds an invitation that can still be redeemed.
#[derive(Clone, Copy, Debug)]
pub struct FindInvitation {
    /// Hash of the token in the link.
    pub token: Hashed<PlainInvitation>,
    /// The current moment.
    pub now: Timestamp,
}

impl Query for FindInvitation {
    type Outcome = Option<Invitation>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_INVITATION, vals![&self.token, self.now], invitation)
            .await
    }
}

/// Redeems an invitation: makes the account, or sets the existing one's password and ends its
/// sessions and grants, since whoever asked for the reset may not be the only one who knew it.
#[derive(Clone)]
pub struct RedeemInvitation {
    /// Hash of the token in the link.
    pub token: Hashed<PlainInvitation>,
    /// The identifier of the account, should it be a new one.
    pub new_user_id: UserId,
    /// The password's hash as a PHC string.
    pub phc: String,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`RedeemInvitation`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitationRedemption {
    /// Redeemed now, by this caller and no other.
    Redeemed {
        /// The account, new or not.
        user_id: UserId,
        /// Its name.
        username: Username,
    },
    /// Meanwhile somebody else took the name. The invitation was not consumed.
    UsernameTaken,
    /// Redeemed before, expired, or none.
    Unusable,
}

impl Command for RedeemInvitation {
    type Outcome = InvitationRedemption;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let redeemed = tx
            .opt(&REDEEM_INVITATION, vals![&self.token, self.now], invitation)
            .await?;
        let Some(Invitation {
            username, user_id, ..
        }) = redeemed
        else {
            return Ok(InvitationRedemption::Unusable);
        };
        let user_id = if let Some(existing) = user_id {
            session::end_of_user(tx, existing).await?;
            grant::end_of_user(tx, existing, EndReason::AccountChanged, self.now).await?;
            existing
        } else if user::insert(tx, self.new_user_id, &username, self.now).await? {
            self.new_user_id
        } else {
            tx.exec(&UNREDEEM_INVITATION, vals![&self.token]).await?;
            return Ok(InvitationRedemption::UsernameTaken);
        };
        password::put(tx, user_id, &self.phc, self.now).await?;
        Ok(InvitationRedemption::Redeemed { user_id, username })
    }
}
