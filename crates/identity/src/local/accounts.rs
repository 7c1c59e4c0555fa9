//! The accounts and what an operator does to them.

use std::sync::Arc;

use countersign_domain::{Clock, Entropy, Timestamp, User, Username};
use countersign_storage::commands::{
    AccountChange, DisableUser, EnableUser, FindUser, ListUsers, ListedUser,
};
use countersign_storage::{StorageError, Store};

use super::{PasswordHasher, SignInLimits};

/// The accounts of this server. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct LocalAccounts {
    pub(super) store: Store,
    pub(super) hasher: PasswordHasher,
    pub(super) limits: SignInLimits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl LocalAccounts {
    /// The accounts in `store`.
    pub fn new(
        store: Store,
        hasher: PasswordHasher,
        limits: SignInLimits,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            store,
            hasher,
            limits,
            clock,
            entropy,
        }
    }

    /// The account of this name, whatever its case, active or disabled.
    pub async fn find(&self, username: &Username) -> Result<Option<User>, StorageError> {
        self.store.read(FindUser::ByName(username.clone())).await
    }

    /// At most `limit` accounts by name, those after `after`.
    pub async fn list(
        &self,
        after: Option<Username>,
        limit: u32,
    ) -> Result<Vec<ListedUser>, StorageError> {
        self.store
            .read(ListUsers {
                after,
                limit: i64::from(limit),
            })
            .await
    }

    /// Disables an account: no sign-in from now on, its sessions and grants end.
    pub async fn disable(&self, username: &Username) -> Result<AccountChange, StorageError> {
        match self.find(username).await? {
            Some(User { id, .. }) => {
                self.store
                    .execute(DisableUser {
                        id,
                        now: self.now(),
                    })
                    .await
            }
            None => Ok(AccountChange::Unknown),
        }
    }

    /// Lets a disabled account sign in again. What ended with its disabling stays ended.
    pub async fn enable(&self, username: &Username) -> Result<AccountChange, StorageError> {
        match self.find(username).await? {
            Some(User { id, .. }) => self.store.execute(EnableUser { id }).await,
            None => Ok(AccountChange::Unknown),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// A stored password hash that no version of this program wrote.
pub(super) fn corrupt_password() -> StorageError {
    StorageError::Corrupt {
        table: "password",
        column: "phc",
        id: String::new(),
    }
}
