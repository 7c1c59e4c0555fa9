//! Clients.

use countersign_domain::{Client, ClientId, ClientKind, ClientState, EndReason, Timestamp};

use super::grant;
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::{Sql, sql};
use crate::value::{json, vals};

/// How exact `last_used_at` is. All users of one product share a client's row; writing it at every
/// token would make them queue for it on PostgreSQL.
const USE_GRANULARITY: i64 = 60 * 60 * 1000;

macro_rules! client_columns {
    () => {
        "id, kind, metadata, secret_hash, created_at, last_used_at, revoked_at"
    };
}

sql! {
    INSERT_CLIENT = "INSERT INTO client (id, kind, metadata, secret_hash, created_at)
        VALUES ($1, $2, $3, $4, $5)";

    /// A registration is remembered as it is; of a document, the younger copy.
    REMEMBER_CLIENT = "INSERT INTO client (id, kind, metadata, secret_hash, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE
            SET metadata = excluded.metadata, created_at = excluded.created_at
            WHERE client.kind = 'document' AND excluded.kind = 'document'
                AND client.created_at < excluded.created_at";

    COUNT_UNUSED = "SELECT COUNT(*) AS unused FROM (SELECT 1 FROM client
        WHERE kind = 'registered' AND last_used_at IS NULL AND revoked_at IS NULL
        LIMIT $1) AS registered";

    FIND_CLIENT = concat!("SELECT ", client_columns!(), " FROM client WHERE id = $1");

    LIST_CLIENTS = concat!(
        "SELECT ", client_columns!(), " FROM client WHERE id > $1 ORDER BY id LIMIT $2"
    );

    MARK_CLIENT_USED = "UPDATE client SET last_used_at = $2
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)";

    REVOKE_CLIENT = "UPDATE client SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

    CLIENT_EXISTS = "SELECT id FROM client WHERE id = $1";
}

fn client(columns: &mut Columns<'_>) -> Result<Client, StorageError> {
    let columns = columns.of("client");
    Ok(Client {
        id: ClientId::new(columns.text("id")?),
        kind: columns.read("kind", ClientKind::from_stored)?,
        metadata: columns.json("metadata")?,
        secret: columns.opt_hash("secret_hash")?,
        created_at: columns.time("created_at")?,
        last_used_at: columns.opt_time("last_used_at")?,
        state: columns
            .opt_time("revoked_at")?
            .map_or(ClientState::Active, |at| ClientState::Revoked { at }),
    })
}

/// Whether `last_used_at` is old enough to be written again.
pub(super) fn is_stale(last_used_at: Option<Timestamp>, now: Timestamp) -> bool {
    last_used_at.is_none_or(|at| at <= now.minus(USE_GRANULARITY))
}

/// Notes that a client was issued something, at most once an hour. A client that is known only
/// from the configuration has no row, which is fine.
pub(super) async fn mark_used(
    tx: &mut impl Tx,
    id: &ClientId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(
        &MARK_CLIENT_USED,
        vals![id.as_str(), now, now.minus(USE_GRANULARITY)],
    )
    .await?;
    Ok(())
}

/// Registers a new client (RFC 7591 section 3).
#[derive(Clone, Debug)]
pub struct RegisterClient {
    /// The client, with a fresh identifier.
    pub client: Client,
    /// How many registered clients that were never used may exist. Under PostgreSQL, concurrent
    /// registrations can pass it by their own number, which a bound on disk space can bear.
    pub unused_cap: i64,
}

/// What [`RegisterClient`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientRegistration {
    /// Durable; never forgotten once used.
    Registered,
    /// Too many registered clients were never used.
    TooMany,
}

impl Command for RegisterClient {
    type Outcome = ClientRegistration;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let unused = tx
            .opt(&COUNT_UNUSED, vals![self.unused_cap], |columns| {
                columns.of("client").int("unused")
            })
            .await?;
        if unused.unwrap_or(0) >= self.unused_cap {
            return Ok(ClientRegistration::TooMany);
        }
        write(tx, &INSERT_CLIENT, &self.client).await?;
        Ok(ClientRegistration::Registered)
    }
}

async fn write(
    tx: &mut impl Tx,
    statement: &'static Sql,
    client: &Client,
) -> Result<u64, StorageError> {
    let metadata = json(&client.metadata)?;
    tx.exec(
        statement,
        vals![
            client.id.as_str(),
            client.kind.as_str(),
            &metadata,
            client.secret.as_ref(),
            client.created_at
        ],
    )
    .await
}

/// Remembers a client that somebody consented to. Until then one that describes itself (by a
/// document, or by an identifier that is its own registration) costs no row. Answers whether that
/// was news.
pub(super) async fn remember(tx: &mut impl Tx, client: &Client) -> Result<bool, StorageError> {
    Ok(write(tx, &REMEMBER_CLIENT, client).await? > 0)
}

/// Remembers a client that nobody consented to yet, because the operator has a word to say on it.
#[derive(Clone, Debug)]
pub struct RememberClient {
    /// The client, as it describes itself.
    pub client: Client,
}

impl Command for RememberClient {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        remember(tx, &self.client).await?;
        Ok(())
    }
}

/// Finds a client, active or revoked.
#[derive(Clone, Debug)]
pub struct FindClient {
    /// Its identifier.
    pub id: ClientId,
}

impl Query for FindClient {
    type Outcome = Option<Client>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_CLIENT, vals![self.id.as_str()], client).await
    }
}

/// Lists clients by identifier.
#[derive(Clone, Debug)]
pub struct ListClients {
    /// Those after this one; the last of the page before.
    pub after: Option<ClientId>,
    /// How many at most.
    pub limit: i64,
}

impl Query for ListClients {
    type Outcome = Vec<Client>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let after = self.after.as_ref().map_or("", ClientId::as_str);
        tx.all(&LIST_CLIENTS, vals![after, self.limit], client)
            .await
    }
}

/// Revokes a client, and ends its grants.
#[derive(Clone, Debug)]
pub struct RevokeClient {
    /// Its identifier.
    pub id: ClientId,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`RevokeClient`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientRevocation {
    /// Revoked now.
    Revoked {
        /// How many grants ended with it.
        grants: u64,
    },
    /// Revoked before.
    AlreadyRevoked,
    /// No such client.
    Unknown,
}

impl Command for RevokeClient {
    type Outcome = ClientRevocation;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let revoked = tx
            .exec(&REVOKE_CLIENT, vals![self.id.as_str(), self.now])
            .await?;
        if revoked > 0 {
            let grants =
                grant::end_of_client(tx, &self.id, EndReason::ClientRevoked, self.now).await?;
            return Ok(ClientRevocation::Revoked { grants });
        }
        let known = tx
            .opt(&CLIENT_EXISTS, vals![self.id.as_str()], |columns| {
                columns.of("client").text("id").map(drop)
            })
            .await?;
        Ok(match known {
            Some(()) => ClientRevocation::AlreadyRevoked,
            None => ClientRevocation::Unknown,
        })
    }
}
