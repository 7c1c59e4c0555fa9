//! Invitations: a link that lets its holder choose a password once, for a new account or for an
//! existing one. The link is built by whoever knows the public address, never from a request.

use countersign_domain::{Invitation, Milliseconds, PlainInvitation, User, UserId, Username};
use countersign_storage::StorageError;
use countersign_storage::commands::{
    CreateInvitation, FindInvitation, FindUser, InvitationRedemption, RedeemInvitation,
};

use super::accounts::corrupt_password;
use super::{HashingError, LocalAccounts, WeakPassword, password_rule};

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The account is disabled; a new password would not let anybody sign in.
    #[error("the account is disabled")]
    Disabled,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] StorageError),
}

/// Why an invitation was not redeemed. It stays redeemable, except where it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// Redeemed before, expired, for a disabled account, or never made.
    #[error("the invitation is no longer valid")]
    Unusable,
    /// Somebody else has taken the name since the invitation was made.
    #[error("the user name of the invitation has been taken")]
    NameTaken,
    /// This cannot be a password.
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    /// Too many people sign in at this moment.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] StorageError),
}

impl From<HashingError> for InvitationError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy,
            HashingError::Malformed => Self::Unavailable(corrupt_password()),
        }
    }
}

impl LocalAccounts {
    /// Invites somebody to choose the password of the account of this name, which need not exist
    /// yet; the invitation expires after `ttl`. Its plain token exists only in the answer.
    pub async fn invite(
        &self,
        username: Username,
        ttl: Milliseconds,
    ) -> Result<PlainInvitation, InviteError> {
        let existing = self.find(&username).await?;
        if existing.as_ref().is_some_and(|user| !user.is_active()) {
            return Err(InviteError::Disabled);
        }
        let token = PlainInvitation::generate(&*self.entropy);
        let now = self.now();
        let invitation = Invitation {
            token: token.hash(),
            username,
            user_id: existing.map(|user| user.id),
            expires_at: now.plus(ttl),
        };
        self.store
            .execute(CreateInvitation { invitation, now })
            .await?;
        Ok(token)
    }

    /// The invitation of this token while it can be redeemed.
    pub async fn find_invitation(
        &self,
        token: &PlainInvitation,
    ) -> Result<Option<Invitation>, StorageError> {
        let find = FindInvitation {
            token: token.hash(),
            now: self.now(),
        };
        let Some(invitation) = self.store.read(find).await? else {
            return Ok(None);
        };
        let usable = match invitation.user_id {
            Some(id) => self.active(id).await?.is_some(),
            None => true,
        };
        Ok(usable.then_some(invitation))
    }

    /// Redeems an invitation: makes the account with this password, or gives the existing one this
    /// password and ends its sessions and grants. Of many who try at once, one succeeds.
    pub async fn redeem_invitation(
        &self,
        token: &PlainInvitation,
        password: &str,
    ) -> Result<User, InvitationError> {
        let found = self.find_invitation(token).await?;
        let invitation = found.ok_or(InvitationError::Unusable)?;
        password_rule::check(password, &invitation.username)?;
        let phc = self.hasher.hash(password, &*self.entropy).await?;
        let now = self.now();
        let new_user_id = UserId::generate(now, &*self.entropy);
        let redeem = RedeemInvitation {
            token: token.hash(),
            new_user_id,
            phc,
            now,
        };
        match self.store.execute(redeem).await? {
            InvitationRedemption::Redeemed { user_id, .. } => {
                self.active(user_id).await?.ok_or(InvitationError::Unusable)
            }
            InvitationRedemption::UsernameTaken => Err(InvitationError::NameTaken),
            InvitationRedemption::Unusable => Err(InvitationError::Unusable),
        }
    }

    async fn active(&self, id: UserId) -> Result<Option<User>, StorageError> {
        Ok(self
            .store
            .read(FindUser::ById(id))
            .await?
            .filter(User::is_active))
    }
}
