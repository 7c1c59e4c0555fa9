//! Setting the password of an account.

use countersign_domain::Username;
use countersign_storage::StorageError;
use countersign_storage::commands::SetPassword;

use super::accounts::corrupt_password;
use super::{HashingError, LocalAccounts, WeakPassword, password_rule};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// No account has this name.
    #[error("there is no such account")]
    UnknownUser,
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

impl From<HashingError> for SetPasswordError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy,
            HashingError::Malformed => Self::Unavailable(corrupt_password()),
        }
    }
}

impl LocalAccounts {
    /// Sets another password, ends the account's browser sessions and its grants, because whoever
    /// changes a password may do so for somebody else knew it. Answers how many grants ended.
    pub async fn set_password(
        &self,
        username: &Username,
        password: &str,
    ) -> Result<u64, SetPasswordError> {
        let user = self
            .find(username)
            .await?
            .ok_or(SetPasswordError::UnknownUser)?;
        password_rule::check(password, &user.username)?;
        let phc = self.hasher.hash(password, &*self.entropy).await?;
        let set = SetPassword {
            user_id: user.id,
            phc,
            end_grants: true,
            now: self.now(),
        };
        self.store
            .execute(set)
            .await?
            .ok_or(SetPasswordError::UnknownUser)
    }
}
