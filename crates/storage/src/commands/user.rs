//! People.

use countersign_domain::{
    EndReason, Timestamp, UpstreamProfile, User, UserId, UserState, Username,
};

use super::{grant, password, session};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

macro_rules! user_columns {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "id, ",
            $prefix,
            "username, ",
            $prefix,
            "created_at, ",
            $prefix,
            "disabled_at"
        )
    };
}
pub(super) use user_columns;

sql! {
    INSERT_USER = "INSERT INTO user_account (id, username, username_folded, created_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (username_folded) DO NOTHING";

    FIND_USER = concat!("SELECT ", user_columns!(""), " FROM user_account WHERE id = $1");

    FIND_USER_BY_NAME = concat!(
        "SELECT ", user_columns!(""), " FROM user_account WHERE username_folded = $1"
    );

    LIST_USERS = concat!(
        "SELECT ", user_columns!("u."), ", i.profile
        FROM user_account u LEFT JOIN upstream_identity i ON i.user_id = u.id
        WHERE u.username_folded > $1 ORDER BY u.username_folded LIMIT $2"
    );

    /// Changes nothing, but takes the row lock, so that whoever disables the account meanwhile waits
    /// for what is being made for it, and ends it.
    LOCK_ACTIVE = "UPDATE user_account SET disabled_at = NULL
        WHERE id = $1 AND disabled_at IS NULL";

    DISABLE_USER = "UPDATE user_account SET disabled_at = $2
        WHERE id = $1 AND disabled_at IS NULL";

    ENABLE_USER = "UPDATE user_account SET disabled_at = NULL
        WHERE id = $1 AND disabled_at IS NOT NULL";

    USER_EXISTS = "SELECT id FROM user_account WHERE id = $1";
}

/// The person in the next columns.
pub(super) fn user(columns: &mut Columns<'_>) -> Result<User, StorageError> {
    let columns = columns.of("user_account");
    Ok(User {
        id: columns.parse("id")?,
        username: columns.read("username", |text| Username::parse(text).ok())?,
        created_at: columns.time("created_at")?,
        state: columns
            .opt_time("disabled_at")?
            .map_or(UserState::Active, |at| UserState::Disabled { at }),
    })
}

/// Inserts an active person; `false` if the name is taken.
pub(super) async fn insert(
    tx: &mut impl Tx,
    id: UserId,
    username: &Username,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let inserted = tx
        .exec(
            &INSERT_USER,
            vals![&id.to_string(), username.as_str(), &username.folded(), now],
        )
        .await?;
    Ok(inserted > 0)
}

/// Whether the account is active, and stays so until this transaction ends.
pub(super) async fn lock_active(tx: &mut impl Tx, id: UserId) -> Result<bool, StorageError> {
    Ok(tx.exec(&LOCK_ACTIVE, vals![&id.to_string()]).await? > 0)
}

/// Why a change of `id` found nothing to change.
async fn unchanged(tx: &mut impl Tx, id: UserId) -> Result<AccountChange, StorageError> {
    let found = tx
        .opt(&USER_EXISTS, vals![&id.to_string()], |columns| {
            columns.of("user_account").text("id").map(drop)
        })
        .await?;
    Ok(match found {
        Some(()) => AccountChange::Unchanged,
        None => AccountChange::Unknown,
    })
}

/// Makes an account.
#[derive(Clone)]
pub struct AddUser {
    /// Its identifier.
    pub id: UserId,
    /// Its name.
    pub username: Username,
    /// Its password's hash as a PHC string, if it has a password.
    pub password: Option<String>,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`AddUser`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAddition {
    /// The account exists.
    Added,
    /// Another account has the name, whatever its case.
    UsernameTaken,
}

impl Command for AddUser {
    type Outcome = UserAddition;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        if !insert(tx, self.id, &self.username, self.now).await? {
            return Ok(UserAddition::UsernameTaken);
        }
        if let Some(phc) = &self.password {
            password::put(tx, self.id, phc, self.now).await?;
        }
        Ok(UserAddition::Added)
    }
}

/// Finds a person, active or disabled.
#[derive(Clone, Debug)]
pub enum FindUser {
    /// By identifier.
    ById(UserId),
    /// By name, whatever its case.
    ByName(Username),
}

impl Query for FindUser {
    type Outcome = Option<User>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        match self {
            Self::ById(id) => tx.opt(&FIND_USER, vals![&id.to_string()], user).await,
            Self::ByName(name) => {
                tx.opt(&FIND_USER_BY_NAME, vals![&name.folded()], user)
                    .await
            }
        }
    }
}

/// Lists people by name.
#[derive(Clone, Debug)]
pub struct ListUsers {
    /// Those after this one; the last of the page before.
    pub after: Option<Username>,
    /// How many at most.
    pub limit: i64,
}

/// A person of a list.
#[derive(Clone, Debug)]
pub struct ListedUser {
    /// The account.
    pub user: User,
    /// What the product's login told about the person; `None` for a local account.
    pub profile: Option<UpstreamProfile>,
}

impl Query for ListUsers {
    type Outcome = Vec<ListedUser>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let after = self
            .after
            .as_ref()
            .map(Username::folded)
            .unwrap_or_default();
        tx.all(&LIST_USERS, vals![&after, self.limit], |columns| {
            Ok(ListedUser {
                user: user(columns)?,
                profile: columns.of("upstream_identity").opt_json("profile")?,
            })
        })
        .await
    }
}

/// What a change of an account came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// Changed now.
    Changed {
        /// How many grants ended with it.
        grants: u64,
    },
    /// It was so before.
    Unchanged,
    /// No such account.
    Unknown,
}

/// Disables an account: ends its grants and its browser sessions.
#[derive(Clone, Copy, Debug)]
pub struct DisableUser {
    /// The account.
    pub id: UserId,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for DisableUser {
    type Outcome = AccountChange;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let disabled = tx
            .exec(&DISABLE_USER, vals![&self.id.to_string(), self.now])
            .await?;
        if disabled == 0 {
            return unchanged(tx, self.id).await;
        }
        session::end_of_user(tx, self.id).await?;
        let grants = grant::end_of_user(tx, self.id, EndReason::AccountChanged, self.now).await?;
        Ok(AccountChange::Changed { grants })
    }
}

/// Enables an account again. What ended with its disabling stays ended.
#[derive(Clone, Copy, Debug)]
pub struct EnableUser {
    /// The account.
    pub id: UserId,
}

impl Command for EnableUser {
    type Outcome = AccountChange;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let enabled = tx.exec(&ENABLE_USER, vals![&self.id.to_string()]).await?;
        if enabled > 0 {
            return Ok(AccountChange::Changed { grants: 0 });
        }
        unchanged(tx, self.id).await
    }
}
