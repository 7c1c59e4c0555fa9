//! Browser sessions.

use countersign_domain::{BrowserSession, Hashed, PlainSessionCookie, Timestamp, User, UserId};

use super::user as people;
use super::user::{user, user_columns};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_SESSION = "INSERT INTO browser_session
            (hash, user_id, created_at, authenticated_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)";

    FIND_SESSION = concat!(
        "SELECT s.hash, s.user_id, s.authenticated_at, s.expires_at, ", user_columns!("u."), "
        FROM browser_session s JOIN user_account u ON u.id = s.user_id
        WHERE s.hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL"
    );

    END_SESSION = "DELETE FROM browser_session WHERE hash = $1";

    END_SESSIONS_OF_USER = "DELETE FROM browser_session WHERE user_id = $1";
}

/// Ends every browser session of a person.
pub(super) async fn end_of_user(tx: &mut impl Tx, user_id: UserId) -> Result<(), StorageError> {
    tx.exec(&END_SESSIONS_OF_USER, vals![&user_id.to_string()])
        .await?;
    Ok(())
}

fn session(columns: &mut Columns<'_>) -> Result<BrowserSession, StorageError> {
    let columns = columns.of("browser_session");
    Ok(BrowserSession {
        cookie: columns.hash("hash")?,
        user_id: columns.parse("user_id")?,
        authenticated_at: columns.time("authenticated_at")?,
        expires_at: columns.time("expires_at")?,
    })
}

/// Begins a session at sign-in, under a new cookie: a cookie that was planted before is worth
/// nothing after (session fixation).
#[derive(Clone, Debug)]
pub struct StartSession {
    /// The session.
    pub session: BrowserSession,
    /// The cookie of whoever was signed in at this browser before: that session ends.
    pub replaces: Option<Hashed<PlainSessionCookie>>,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`StartSession`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStart {
    /// The person is signed in.
    Started,
    /// The account is disabled, or gone.
    UserDisabled,
}

impl Command for StartSession {
    type Outcome = SessionStart;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let BrowserSession {
            cookie,
            user_id,
            authenticated_at,
            expires_at,
        } = &self.session;
        if !people::lock_active(tx, *user_id).await? {
            return Ok(SessionStart::UserDisabled);
        }
        if let Some(old) = &self.replaces {
            tx.exec(&END_SESSION, vals![old]).await?;
        }
        tx.exec(
            &INSERT_SESSION,
            vals![
                cookie,
                &user_id.to_string(),
                self.now,
                *authenticated_at,
                *expires_at
            ],
        )
        .await?;
        Ok(SessionStart::Started)
    }
}

/// Finds who is signed in under a cookie. Nobody is, once the session has reached its end or the
/// account is disabled.
#[derive(Clone, Copy, Debug)]
pub struct FindSession {
    /// Hash of the presented cookie.
    pub cookie: Hashed<PlainSessionCookie>,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`FindSession`] finds.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: BrowserSession,
    /// Who is signed in.
    pub user: User,
}

impl Query for FindSession {
    type Outcome = Option<SignedIn>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_SESSION, vals![&self.cookie, self.now], |columns| {
            Ok(SignedIn {
                session: session(columns)?,
                user: user(columns)?,
            })
        })
        .await
    }
}

/// Ends a session. The outcome is whether there was one.
#[derive(Clone, Copy, Debug)]
pub struct EndSession {
    /// Hash of its cookie.
    pub cookie: Hashed<PlainSessionCookie>,
}

impl Command for EndSession {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        Ok(tx.exec(&END_SESSION, vals![&self.cookie]).await? > 0)
    }
}
