//! Refresh tokens: found, used, revoked. How one is rotated is `refresh_rotation`.

use countersign_domain::{
    ClientId, Grant, GrantId, Hashed, PlainRefreshToken, RefreshToken, RefreshTokenState, Timestamp,
};

use super::grant::{grant, grant_columns};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_REFRESH_TOKEN = "INSERT INTO refresh_token
            (hash, grant_id, parent_hash, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)";

    FIND_REFRESH_TOKEN = concat!(
        "SELECT t.hash, t.grant_id, t.expires_at, t.rotated_at, ", grant_columns!("g."), "
        FROM refresh_token t JOIN access_grant g ON g.id = t.grant_id WHERE t.hash = $1"
    );

    MARK_USED = "UPDATE refresh_token SET used_at = $3
        WHERE grant_id = $1 AND rotated_at IS NULL AND used_at IS NULL AND created_at <= $2";

    END_FAMILY = concat!(
        "UPDATE access_grant SET ended_at = $3, end_reason = 'revoked_by_client'
        WHERE id = (SELECT t.grant_id FROM refresh_token t WHERE t.hash = $1)
            AND client_id = $2 AND ended_at IS NULL
        RETURNING ", grant_columns!("")
    );
}

/// Inserts the live leaf of a family.
pub(super) async fn insert(
    tx: &mut impl Tx,
    grant_id: GrantId,
    hash: &Hashed<PlainRefreshToken>,
    parent: Option<&Hashed<PlainRefreshToken>>,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(
        &INSERT_REFRESH_TOKEN,
        vals![hash, &grant_id.to_string(), parent, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Finds a refresh token and its grant, so that scope and resource can be checked before it is
/// rotated, or to introspect it.
#[derive(Clone, Copy, Debug)]
pub struct FindRefreshToken {
    /// Hash of the presented token.
    pub hash: Hashed<PlainRefreshToken>,
}

/// What [`FindRefreshToken`] finds.
#[derive(Clone, Debug)]
pub struct FoundRefreshToken {
    /// The token.
    pub token: RefreshToken,
    /// The grant that is its family.
    pub grant: Grant,
}

fn token(columns: &mut Columns<'_>) -> Result<RefreshToken, StorageError> {
    let columns = columns.of("refresh_token");
    Ok(RefreshToken {
        hash: columns.hash("hash")?,
        grant_id: columns.parse("grant_id")?,
        expires_at: columns.time("expires_at")?,
        state: columns
            .opt_time("rotated_at")?
            .map_or(RefreshTokenState::Leaf, |at| RefreshTokenState::Rotated {
                at,
            }),
    })
}

impl Query for FindRefreshToken {
    type Outcome = Option<FoundRefreshToken>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_REFRESH_TOKEN, vals![&self.hash], |columns| {
            Ok(FoundRefreshToken {
                token: token(columns)?,
                grant: grant(columns)?,
            })
        })
        .await
    }
}

/// Notes that an access token of this grant was presented: whoever holds it also got the refresh
/// token that was issued beside it, so that a later return of that token's parent is no lost
/// answer. The outcome is whether this was news.
///
/// An access token is matched to the live leaf by time: one issued before the leaf came with an
/// ancestor and proves nothing about the leaf.
#[derive(Clone, Copy, Debug)]
pub struct MarkRefreshUsed {
    /// The grant of the access token.
    pub grant_id: GrantId,
    /// When the access token was issued. Its `iat` has whole seconds: pass the last millisecond of
    /// that second, or a leaf made earlier in the same second would seem younger than the token.
    pub issued_at: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for MarkRefreshUsed {
    type Outcome = bool;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let marked = tx
            .exec(
                &MARK_USED,
                vals![&self.grant_id.to_string(), self.issued_at, self.now],
            )
            .await?;
        Ok(marked > 0)
    }
}

/// Ends the grant behind a refresh token at its client's request (RFC 7009 section 2.1). Any
/// token of the family will do. The outcome is the grant if it lived until now.
#[derive(Clone, Debug)]
pub struct RevokeRefreshToken {
    /// Hash of the presented token.
    pub hash: Hashed<PlainRefreshToken>,
    /// The client that authenticated; another client's token is left alone.
    pub client_id: ClientId,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for RevokeRefreshToken {
    type Outcome = Option<Grant>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(
            &END_FAMILY,
            vals![&self.hash, self.client_id.as_str(), self.now],
            grant,
        )
        .await
    }
}
