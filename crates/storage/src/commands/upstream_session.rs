//! Sessions at the product's login: one per grant, refreshed by one replica at a time.

use countersign_domain::{GrantId, InteractionId, LeaseId, Timestamp, UpstreamSessionId, UserId};

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

/// The columns of a stored session, each behind `$prefix`.
macro_rules! session_columns {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "id, ",
            $prefix,
            "user_id, ",
            $prefix,
            "sealed, ",
            $prefix,
            "expires_at, ",
            $prefix,
            "generation, ",
            $prefix,
            "lease_until"
        )
    };
}
pub(super) use session_columns;

sql! {
    INSERT_UPSTREAM_SESSION = "INSERT INTO upstream_session
            (id, interaction_id, user_id, sealed, expires_at, generation, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6)";

    FORGET_UPSTREAM_SESSION = "DELETE FROM upstream_session WHERE interaction_id = $1";

    DETACH_UPSTREAM_SESSION = "UPDATE upstream_session SET interaction_id = NULL
        WHERE interaction_id = $1 AND user_id = $2 RETURNING id";

    ATTACH_UPSTREAM_SESSION = "UPDATE upstream_session SET grant_id = $2 WHERE id = $1";

    FIND_UPSTREAM_SESSION = concat!(
        "SELECT ", session_columns!("s."), "
        FROM upstream_session s JOIN access_grant g ON g.id = s.grant_id
        WHERE s.grant_id = $1 AND g.ended_at IS NULL AND g.expires_at > $2"
    );

    LEASE_UPSTREAM_SESSION = "UPDATE upstream_session SET lease_holder = $3, lease_until = $4
        WHERE grant_id = $1 AND generation = $2 AND (lease_until IS NULL OR lease_until <= $5)
            AND EXISTS (SELECT 1 FROM access_grant g
                WHERE g.id = $1 AND g.ended_at IS NULL AND g.expires_at > $5)";

    /// Whether or not the grant ended meanwhile: what the login gave last is what has to be ended
    /// there.
    STORE_UPSTREAM_SESSION = "UPDATE upstream_session
        SET sealed = $3, expires_at = $4, generation = generation + 1,
            lease_holder = $5, lease_until = $6
        WHERE grant_id = $1 AND lease_holder = $2
        RETURNING generation";

    RELEASE_UPSTREAM_SESSION = "UPDATE upstream_session
        SET lease_holder = NULL, lease_until = NULL WHERE grant_id = $1 AND lease_holder = $2";
}

/// A session as it is stored, for its sealed part to be opened elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUpstreamSession {
    /// Its identifier.
    pub id: UpstreamSessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its tokens, sealed.
    pub sealed: Vec<u8>,
    /// When its access token expires.
    pub expires_at: Timestamp,
    /// How often it was stored anew.
    pub generation: i64,
    /// Until when somebody has it on lease, if somebody has.
    pub leased_until: Option<Timestamp>,
}

/// The session in the next columns.
pub(super) fn session(columns: &mut Columns<'_>) -> Result<StoredUpstreamSession, StorageError> {
    let columns = columns.of("upstream_session");
    Ok(StoredUpstreamSession {
        id: columns.parse("id")?,
        user_id: columns.parse("user_id")?,
        sealed: columns.blob("sealed")?.to_vec(),
        expires_at: columns.time("expires_at")?,
        generation: columns.int("generation")?,
        leased_until: columns.opt_time("lease_until")?,
    })
}

/// A session at the product's login, to be kept for the grant that an interaction makes.
#[derive(Clone, Debug)]
pub struct NewUpstreamSession {
    /// Its identifier.
    pub id: UpstreamSessionId,
    /// Its tokens, sealed.
    pub sealed: Vec<u8>,
    /// When its access token expires.
    pub expires_at: Timestamp,
}

/// Inserts a session that was handed over for an interaction.
pub(super) async fn insert(
    tx: &mut impl Tx,
    new: &NewUpstreamSession,
    interaction_id: InteractionId,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(
        &INSERT_UPSTREAM_SESSION,
        vals![
            &new.id.to_string(),
            &interaction_id.to_string(),
            &user_id.to_string(),
            &new.sealed,
            new.expires_at,
            now,
        ],
    )
    .await?;
    Ok(())
}

/// Deletes the session that was handed over for an interaction, if there is one.
pub(super) async fn forget(
    tx: &mut impl Tx,
    interaction_id: InteractionId,
) -> Result<(), StorageError> {
    tx.exec(&FORGET_UPSTREAM_SESSION, vals![&interaction_id.to_string()])
        .await?;
    Ok(())
}

/// Takes the session of this person from its interaction, for [`attach`] in the same transaction.
pub(super) async fn detach(
    tx: &mut impl Tx,
    interaction_id: InteractionId,
    user_id: UserId,
) -> Result<Option<UpstreamSessionId>, StorageError> {
    tx.opt(
        &DETACH_UPSTREAM_SESSION,
        vals![&interaction_id.to_string(), &user_id.to_string()],
        |columns| columns.of("upstream_session").parse("id"),
    )
    .await
}

/// Gives a detached session to a grant.
pub(super) async fn attach(
    tx: &mut impl Tx,
    id: UpstreamSessionId,
    grant_id: GrantId,
) -> Result<(), StorageError> {
    tx.exec(
        &ATTACH_UPSTREAM_SESSION,
        vals![&id.to_string(), &grant_id.to_string()],
    )
    .await?;
    Ok(())
}

async fn find(
    tx: &mut impl Tx,
    grant_id: GrantId,
    now: Timestamp,
) -> Result<Option<StoredUpstreamSession>, StorageError> {
    tx.opt(
        &FIND_UPSTREAM_SESSION,
        vals![&grant_id.to_string(), now],
        session,
    )
    .await
}

/// Finds the session of a live grant.
#[derive(Clone, Copy, Debug)]
pub struct FindUpstreamSession {
    /// The grant.
    pub grant_id: GrantId,
    /// The current moment.
    pub now: Timestamp,
}

impl Query for FindUpstreamSession {
    type Outcome = Option<StoredUpstreamSession>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        find(tx, self.grant_id, self.now).await
    }
}

/// Takes the session of a live grant on lease, to refresh it: what was found is still what is
/// stored, and nobody else refreshes it until then.
#[derive(Clone, Copy, Debug)]
pub struct LeaseUpstreamSession {
    /// The grant.
    pub grant_id: GrantId,
    /// The generation that was found.
    pub generation: i64,
    /// Who takes it: an identifier of this one attempt.
    pub holder: LeaseId,
    /// When somebody else may take it over.
    pub until: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`LeaseUpstreamSession`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamLease {
    /// By this caller and no other.
    Leased,
    /// Somebody else has it; not in the future when it became free just now.
    Held {
        /// Until when, unless it is stored or released before.
        until: Timestamp,
    },
    /// It was stored anew since it was found: find it again.
    Moved,
    /// The grant has ended, or has no session.
    Gone,
}

impl Command for LeaseUpstreamSession {
    type Outcome = UpstreamLease;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let leased = tx
            .exec(
                &LEASE_UPSTREAM_SESSION,
                vals![
                    &self.grant_id.to_string(),
                    self.generation,
                    &self.holder.to_string(),
                    self.until,
                    self.now,
                ],
            )
            .await?;
        if leased > 0 {
            return Ok(UpstreamLease::Leased);
        }
        Ok(match find(tx, self.grant_id, self.now).await? {
            None => UpstreamLease::Gone,
            Some(found) if found.generation != self.generation => UpstreamLease::Moved,
            Some(found) => UpstreamLease::Held {
                until: found.leased_until.unwrap_or(self.now),
            },
        })
    }
}

/// Stores a session that was refreshed, as the next generation. Whoever still holds the lease may do
/// so, also past its end: nobody else has refreshed the session meanwhile.
#[derive(Clone, Debug)]
pub struct StoreUpstreamSession {
    /// The grant.
    pub grant_id: GrantId,
    /// Who took the lease.
    pub holder: LeaseId,
    /// The tokens, sealed.
    pub sealed: Vec<u8>,
    /// When the access token expires.
    pub expires_at: Timestamp,
    /// Until when the lease goes on; `None` gives it back.
    pub keep_lease_until: Option<Timestamp>,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`StoreUpstreamSession`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamStore {
    /// It is stored, and the grant lives.
    Stored {
        /// Its generation now.
        generation: i64,
    },
    /// Somebody else took the lease over; nothing changed.
    LeaseLost,
    /// The grant has ended. What was given last is kept, to be ended upstream
    /// ([`TakeEndedUpstreamSessions`](super::TakeEndedUpstreamSessions)), unless the session was
    /// taken out already.
    Gone,
}

impl Command for StoreUpstreamSession {
    type Outcome = UpstreamStore;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let holder = self.holder.to_string();
        let stored = tx
            .opt(
                &STORE_UPSTREAM_SESSION,
                vals![
                    &self.grant_id.to_string(),
                    &holder,
                    &self.sealed,
                    self.expires_at,
                    self.keep_lease_until.map(|_| &holder),
                    self.keep_lease_until,
                ],
                |columns| columns.of("upstream_session").int("generation"),
            )
            .await?;
        let lives = find(tx, self.grant_id, self.now).await?.is_some();
        Ok(match stored {
            _ if !lives => UpstreamStore::Gone,
            Some(generation) => UpstreamStore::Stored { generation },
            None => UpstreamStore::LeaseLost,
        })
    }
}

/// Gives a lease back without a new session: the refresh came to nothing. Changes nothing if
/// somebody else took it over.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseUpstreamSession {
    /// The grant.
    pub grant_id: GrantId,
    /// Who took the lease.
    pub holder: LeaseId,
}

impl Command for ReleaseUpstreamSession {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.exec(
            &RELEASE_UPSTREAM_SESSION,
            vals![&self.grant_id.to_string(), &self.holder.to_string()],
        )
        .await?;
        Ok(())
    }
}
