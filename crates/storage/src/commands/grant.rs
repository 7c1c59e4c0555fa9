//! Grants: what everything issued hangs on. Ending one ends all of it.

use countersign_domain::{
    ClientId, EndReason, Grant, GrantId, GrantState, Timestamp, UpstreamSessionId, UserId,
};
use countersign_oauth::scope::ScopeSet;

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

/// The columns of a grant, each behind `$prefix`.
macro_rules! grant_columns {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "id, ",
            $prefix,
            "user_id, ",
            $prefix,
            "client_id, ",
            $prefix,
            "scope, ",
            $prefix,
            "resource, ",
            $prefix,
            "redirect_uri, ",
            $prefix,
            "authenticated_at, ",
            $prefix,
            "created_at, ",
            $prefix,
            "last_used_at, ",
            $prefix,
            "expires_at, ",
            $prefix,
            "ended_at, ",
            $prefix,
            "end_reason"
        )
    };
}
pub(super) use grant_columns;

sql! {
    INSERT_GRANT = "INSERT INTO access_grant (id, user_id, client_id, scope, resource, redirect_uri,
            authenticated_at, created_at, last_used_at, expires_at, upstream_session_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    FIND_GRANT = concat!("SELECT ", grant_columns!(""), " FROM access_grant WHERE id = $1");

    /// `$4` is the person whose grant it must be, or the empty text.
    END_GRANT = concat!(
        "UPDATE access_grant SET ended_at = $2, end_reason = $3
        WHERE id = $1 AND ended_at IS NULL AND ($4 = '' OR user_id = $4)
        RETURNING ", grant_columns!("")
    );

    END_GRANTS_OF_USER = "UPDATE access_grant SET ended_at = $2, end_reason = $3
        WHERE user_id = $1 AND ended_at IS NULL";

    END_GRANTS_OF_CLIENT = "UPDATE access_grant SET ended_at = $2, end_reason = $3
        WHERE client_id = $1 AND ended_at IS NULL";

    LIST_GRANTS = concat!(
        "SELECT ", grant_columns!(""), " FROM access_grant
        WHERE ended_at IS NULL AND expires_at > $1 AND id > $2 ORDER BY id LIMIT $3"
    );

    LIST_GRANTS_OF_USER = concat!(
        "SELECT ", grant_columns!(""), " FROM access_grant
        WHERE user_id = $4 AND ended_at IS NULL AND expires_at > $1 AND id > $2
        ORDER BY id LIMIT $3"
    );

    LIST_GRANTS_OF_CLIENT = concat!(
        "SELECT ", grant_columns!(""), " FROM access_grant
        WHERE client_id = $4 AND ended_at IS NULL AND expires_at > $1 AND id > $2
        ORDER BY id LIMIT $3"
    );
}

/// The grant in the next columns.
pub(super) fn grant(columns: &mut Columns<'_>) -> Result<Grant, StorageError> {
    let columns = columns.of("access_grant");
    Ok(Grant {
        id: columns.parse("id")?,
        user_id: columns.parse("user_id")?,
        client_id: ClientId::new(columns.text("client_id")?),
        scope: columns.read("scope", |text| ScopeSet::parse(text).ok())?,
        resource: columns.wire("resource")?,
        redirect_uri: columns.wire("redirect_uri")?,
        authenticated_at: columns.time("authenticated_at")?,
        created_at: columns.time("created_at")?,
        last_used_at: columns.time("last_used_at")?,
        expires_at: columns.time("expires_at")?,
        state: match columns.opt_time("ended_at")? {
            None => {
                columns.opt_text("end_reason")?;
                GrantState::Live
            }
            Some(at) => GrantState::Ended {
                at,
                reason: columns.read("end_reason", EndReason::from_stored)?,
            },
        },
    })
}

/// Inserts a live grant, which the upstream session, if any, is about to be attached to.
pub(super) async fn insert(
    tx: &mut impl Tx,
    grant: &Grant,
    upstream: Option<UpstreamSessionId>,
) -> Result<(), StorageError> {
    tx.exec(
        &INSERT_GRANT,
        vals![
            &grant.id.to_string(),
            &grant.user_id.to_string(),
            grant.client_id.as_str(),
            &grant.scope.to_string(),
            grant.resource.as_str(),
            grant.redirect_uri.as_str(),
            grant.authenticated_at,
            grant.created_at,
            grant.last_used_at,
            grant.expires_at,
            upstream.map(|id| id.to_string()).as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// Ends a grant; `None` if it had ended before.
pub(super) async fn end(
    tx: &mut impl Tx,
    id: GrantId,
    reason: EndReason,
    now: Timestamp,
) -> Result<Option<Grant>, StorageError> {
    tx.opt(
        &END_GRANT,
        vals![&id.to_string(), now, reason.as_str(), ""],
        grant,
    )
    .await
}

/// Ends every live grant of a person and returns how many.
pub(super) async fn end_of_user(
    tx: &mut impl Tx,
    user_id: UserId,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64, StorageError> {
    tx.exec(
        &END_GRANTS_OF_USER,
        vals![&user_id.to_string(), now, reason.as_str()],
    )
    .await
}

/// Ends every live grant of a client and returns how many.
pub(super) async fn end_of_client(
    tx: &mut impl Tx,
    client_id: &ClientId,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64, StorageError> {
    tx.exec(
        &END_GRANTS_OF_CLIENT,
        vals![client_id.as_str(), now, reason.as_str()],
    )
    .await
}

/// Finds a grant, live or ended.
#[derive(Clone, Copy, Debug)]
pub struct FindGrant {
    /// Its identifier.
    pub id: GrantId,
}

impl Query for FindGrant {
    type Outcome = Option<Grant>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_GRANT, vals![&self.id.to_string()], grant)
            .await
    }
}

/// Ends a grant, and with it everything issued from it.
#[derive(Clone, Debug)]
pub struct EndGrant {
    /// Its identifier.
    pub id: GrantId,
    /// Whose it must be, when a person asks; anybody's, when the operator does.
    pub of: Option<UserId>,
    /// Why.
    pub reason: EndReason,
    /// When.
    pub now: Timestamp,
}

/// What [`EndGrant`] came to.
#[derive(Clone, Debug)]
pub enum GrantEnd {
    /// It lived until now.
    Ended(Grant),
    /// Ended before, somebody else's, or none.
    Unknown,
}

impl Command for EndGrant {
    type Outcome = GrantEnd;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let of = self.of.map(|id| id.to_string()).unwrap_or_default();
        let ended = tx
            .opt(
                &END_GRANT,
                vals![&self.id.to_string(), self.now, self.reason.as_str(), &of],
                grant,
            )
            .await?;
        Ok(ended.map_or(GrantEnd::Unknown, GrantEnd::Ended))
    }
}

/// Which grants to list.
#[derive(Clone, Debug)]
pub enum UserOrClient {
    /// Everybody's.
    All,
    /// Those of a person.
    User(UserId),
    /// Those of a client.
    Client(ClientId),
}

/// Lists live grants, oldest first.
#[derive(Clone, Debug)]
pub struct ListGrants {
    /// Whose.
    pub whom: UserOrClient,
    /// Those after this one; the last of the page before.
    pub after: Option<GrantId>,
    /// How many at most.
    pub limit: i64,
    /// Those that have reached their end by now are left out.
    pub now: Timestamp,
}

impl Query for ListGrants {
    type Outcome = Vec<Grant>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        match &self.whom {
            UserOrClient::All => {
                tx.all(&LIST_GRANTS, vals![self.now, &after, self.limit], grant)
                    .await
            }
            UserOrClient::User(user) => {
                tx.all(
                    &LIST_GRANTS_OF_USER,
                    vals![self.now, &after, self.limit, &user.to_string()],
                    grant,
                )
                .await
            }
            UserOrClient::Client(client) => {
                tx.all(
                    &LIST_GRANTS_OF_CLIENT,
                    vals![self.now, &after, self.limit, client.as_str()],
                    grant,
                )
                .await
            }
        }
    }
}
