//! Making an account.

use std::net::IpAddr;

use countersign_domain::{InvalidUsername, User, UserId, UserState, Username};
use countersign_storage::StorageError;
use countersign_storage::commands::{AddUser, UserAddition};

use super::accounts::corrupt_password;
use super::rate_limit::{self, RetryAfter};
use super::{HashingError, LocalAccounts, WeakPassword, password_rule};

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Another account has this name, whatever its case.
    #[error("the user name is taken")]
    NameTaken,
    /// This cannot be a user name.
    #[error(transparent)]
    InvalidName(#[from] InvalidUsername),
    /// This cannot be a password.
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    /// Too many accounts were made from this address.
    #[error("too many accounts were made from this address")]
    TooManyAttempts {
        /// When the next one can be made, in seconds from now; at least 1.
        retry_after_seconds: u64,
    },
    /// Too many people sign in at this moment.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] StorageError),
}

impl From<RetryAfter> for SignUpError {
    fn from(wait: RetryAfter) -> Self {
        Self::TooManyAttempts {
            retry_after_seconds: wait.seconds(),
        }
    }
}

impl From<HashingError> for SignUpError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy,
            HashingError::Malformed => Self::Unavailable(corrupt_password()),
        }
    }
}

impl LocalAccounts {
    /// Makes an account for whoever asks, from this address. Whether anybody may ask at all is the
    /// caller's to decide.
    pub async fn sign_up(
        &self,
        username: &str,
        password: &str,
        address: IpAddr,
    ) -> Result<User, SignUpError> {
        let username = Username::parse(username.trim())?;
        password_rule::check(password, &username)?;
        rate_limit::sign_up(&self.store, address, self.now()).await??;
        self.insert(username, password).await
    }

    /// Makes an account for the operator.
    pub async fn add_user(&self, username: Username, password: &str) -> Result<User, SignUpError> {
        password_rule::check(password, &username)?;
        self.insert(username, password).await
    }

    async fn insert(&self, username: Username, password: &str) -> Result<User, SignUpError> {
        let phc = self.hasher.hash(password, &*self.entropy).await?;
        let now = self.now();
        let id = UserId::generate(now, &*self.entropy);
        let add = AddUser {
            id,
            username: username.clone(),
            password: Some(phc),
            now,
        };
        match self.store.execute(add).await? {
            UserAddition::Added => Ok(User {
                id,
                username,
                created_at: now,
                state: UserState::Active,
            }),
            UserAddition::UsernameTaken => Err(SignUpError::NameTaken),
        }
    }
}
