//! The rotation of a refresh token, with a grace that rests on evidence (RFC 9700 section 4.14.2).

use countersign_domain::{
    ClientId, EndReason, Grant, GrantId, Hashed, Milliseconds, PlainRefreshToken, Replay, Timestamp,
};

use super::grant::{self, grant, grant_columns};
use super::{client, refresh_token};
use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    /// Takes the grant's row lock first, so that everything that happens to one family happens
    /// in an order: parallel rotations, their retries, and whoever ends the grant.
    USE_FAMILY = concat!(
        "UPDATE access_grant SET last_used_at = $3
        WHERE id = (SELECT t.grant_id FROM refresh_token t WHERE t.hash = $1)
            AND client_id = $2 AND ended_at IS NULL
        RETURNING ", grant_columns!(""), ",
            (SELECT u.disabled_at FROM user_account u WHERE u.id = access_grant.user_id)
                AS user_disabled_at,
            (SELECT c.revoked_at FROM client c WHERE c.id = access_grant.client_id)
                AS client_revoked_at,
            (SELECT c.last_used_at FROM client c WHERE c.id = access_grant.client_id)
                AS client_last_used_at"
    );

    ROTATE = "UPDATE refresh_token SET rotated_at = $2, successor_sealed = $3
        WHERE hash = $1 AND rotated_at IS NULL AND expires_at > $2";

    FIND_LINK = "SELECT t.rotated_at, t.successor_sealed, s.hash AS successor_hash,
            s.rotated_at AS successor_rotated_at, s.used_at AS successor_used_at,
            s.expires_at AS successor_expires_at
        FROM refresh_token t LEFT JOIN refresh_token s ON s.parent_hash = t.hash
        WHERE t.hash = $1";

    CLIENT_OF_REFRESH_TOKEN = "SELECT g.client_id FROM refresh_token t
        JOIN access_grant g ON g.id = t.grant_id WHERE t.hash = $1";
}

/// Rotates a refresh token.
#[derive(Clone, Debug)]
pub struct RotateRefresh {
    /// Hash of the presented token.
    pub hash: Hashed<PlainRefreshToken>,
    /// The client that authenticated.
    pub client_id: ClientId,
    /// How long after its rotation a token may come back for the same successor in any case.
    pub grace: Milliseconds,
    /// Hash of the successor to issue.
    pub successor: Hashed<PlainRefreshToken>,
    /// The successor, sealed under a key that only the holder of the presented token has.
    pub successor_sealed: Vec<u8>,
    /// When the successor stops working.
    pub successor_expires_at: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`RotateRefresh`] came to. Everything but `Rotated` and `Retried` is `invalid_grant`.
#[derive(Clone, Debug)]
pub enum RefreshRotation {
    /// Rotated now: the caller's successor is the live leaf.
    Rotated {
        /// The grant to issue from.
        grant: Grant,
    },
    /// Rotated before, and the client is owed the live leaf. The caller's own successor was not
    /// stored.
    Retried {
        /// The grant to issue from.
        grant: Grant,
        /// The way from the presented token to the live leaf: its successor, sealed under it, then
        /// that one's, sealed under that one, and so on. One, unless somebody was faster twice.
        successors_sealed: Vec<Vec<u8>>,
    },
    /// Rotated before, and the family is in two hands: the grant has ended.
    Reused {
        /// The grant that ended.
        grant_id: GrantId,
    },
    /// Past its end; the grant has ended with it.
    Expired {
        /// The grant that ended.
        grant_id: GrantId,
    },
    /// Issued to another client. Nothing was rotated, nothing ended.
    WrongClient,
    /// The grant has ended, now or before.
    GrantEnded,
    /// No such token.
    Unknown,
}

struct Family {
    grant: Grant,
    user_disabled: bool,
    client_revoked: bool,
    client_last_used_at: Option<Timestamp>,
}

impl Family {
    fn read(columns: &mut Columns<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            grant: grant(columns)?,
            user_disabled: columns.opt_time("user_disabled_at")?.is_some(),
            client_revoked: columns.opt_time("client_revoked_at")?.is_some(),
            client_last_used_at: columns.opt_time("client_last_used_at")?,
        })
    }

    /// Why nothing may be issued from the grant any more.
    fn closed(&self, now: Timestamp) -> Option<EndReason> {
        if self.user_disabled {
            Some(EndReason::AccountChanged)
        } else if self.client_revoked {
            Some(EndReason::ClientRevoked)
        } else if self.grant.expires_at <= now {
            Some(EndReason::Expired)
        } else {
            None
        }
    }
}

/// How far the live leaf may be from a token that is presented again. Eight windows that refresh
/// twice within the grace make eight links; more is no race.
const LONGEST_WAY: usize = 32;

/// A token and what became of it.
struct Link {
    rotated_at: Option<Timestamp>,
    successor_sealed: Option<Vec<u8>>,
    /// `None` once the successor is forgotten, which happens only after it was itself rotated.
    successor: Option<Successor>,
}

struct Successor {
    hash: Hashed<PlainRefreshToken>,
    rotated: bool,
    used: bool,
    expires_at: Timestamp,
}

impl Link {
    fn read(columns: &mut Columns<'_>) -> Result<Self, StorageError> {
        let columns = columns.of("refresh_token");
        let rotated_at = columns.opt_time("rotated_at")?;
        let successor_sealed = columns.opt_blob("successor_sealed")?.map(<[u8]>::to_vec);
        let hash = columns.opt_hash("successor_hash")?;
        let rotated = columns.opt_time("successor_rotated_at")?.is_some();
        let used = columns.opt_time("successor_used_at")?.is_some();
        let expires_at = columns.opt_time("successor_expires_at")?;
        Ok(Self {
            rotated_at,
            successor_sealed,
            successor: hash.zip(expires_at).map(|(hash, expires_at)| Successor {
                hash,
                rotated,
                used,
                expires_at,
            }),
        })
    }
}

impl Command for RotateRefresh {
    type Outcome = RefreshRotation;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let family = tx
            .opt(
                &USE_FAMILY,
                vals![&self.hash, self.client_id.as_str(), self.now],
                Family::read,
            )
            .await?;
        let Some(family) = family else {
            return self.refuse(tx).await;
        };
        let grant_id = family.grant.id;
        if let Some(reason) = family.closed(self.now) {
            grant::end(tx, grant_id, reason, self.now).await?;
            return Ok(match reason {
                EndReason::Expired => RefreshRotation::Expired { grant_id },
                _ => RefreshRotation::GrantEnded,
            });
        }
        let rotated = tx
            .exec(&ROTATE, vals![&self.hash, self.now, &self.successor_sealed])
            .await?;
        if rotated == 0 {
            return self.judge(tx, family.grant).await;
        }
        refresh_token::insert(
            tx,
            grant_id,
            &self.successor,
            Some(&self.hash),
            self.successor_expires_at,
            self.now,
        )
        .await?;
        // Decided on what the first statement read: on PostgreSQL that spares a round trip.
        if client::is_stale(family.client_last_used_at, self.now) {
            client::mark_used(tx, &self.client_id, self.now).await?;
        }
        Ok(RefreshRotation::Rotated {
            grant: family.grant,
        })
    }
}

/// How to open the live leaf, and when it stops working.
struct Way {
    successors_sealed: Vec<Vec<u8>>,
    expires_at: Timestamp,
}

async fn find_link(
    tx: &mut impl Tx,
    hash: &Hashed<PlainRefreshToken>,
) -> Result<Option<Link>, StorageError> {
    tx.opt(&FIND_LINK, vals![hash], Link::read).await
}

/// The way from a rotated token to the live leaf of its family; `None` if it is broken or too long.
/// The grant's row is locked, so that the leaf stays one until the transaction ends.
async fn way_to_leaf(tx: &mut impl Tx, mut link: Link) -> Result<Option<Way>, StorageError> {
    let mut successors_sealed = Vec::new();
    while let (Some(sealed), Some(successor)) = (link.successor_sealed, link.successor) {
        successors_sealed.push(sealed);
        if !successor.rotated {
            let expires_at = successor.expires_at;
            return Ok(Some(Way {
                successors_sealed,
                expires_at,
            }));
        }
        match find_link(tx, &successor.hash).await? {
            Some(next) if successors_sealed.len() < LONGEST_WAY => link = next,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

impl RotateRefresh {
    /// The grant lives, but the token is no longer its live leaf.
    async fn judge(&self, tx: &mut impl Tx, grant: Grant) -> Result<RefreshRotation, StorageError> {
        let grant_id = grant.id;
        let Some(link) = find_link(tx, &self.hash).await? else {
            return Ok(RefreshRotation::Unknown);
        };
        let Some(rotated_at) = link.rotated_at else {
            // Ended, and not just refused, so that a clock that goes back cannot revive it.
            grant::end(tx, grant_id, EndReason::Expired, self.now).await?;
            return Ok(RefreshRotation::Expired { grant_id });
        };
        let successor = link.successor.as_ref();
        let rotated = successor.is_none_or(|successor| successor.rotated);
        let used = successor.is_some_and(|successor| successor.used);
        let replay = Replay::judge(rotated_at, rotated, used, self.now, self.grace);
        let way = match replay {
            Replay::Retry => way_to_leaf(tx, link).await?,
            Replay::Theft => None,
        };
        match way {
            Some(way) if way.expires_at > self.now => Ok(RefreshRotation::Retried {
                grant,
                successors_sealed: way.successors_sealed,
            }),
            Some(_) => {
                grant::end(tx, grant_id, EndReason::Expired, self.now).await?;
                Ok(RefreshRotation::Expired { grant_id })
            }
            None => {
                grant::end(tx, grant_id, EndReason::RefreshTokenReplayed, self.now).await?;
                Ok(RefreshRotation::Reused { grant_id })
            }
        }
    }

    /// There is no live grant of this client behind the token.
    async fn refuse(&self, tx: &mut impl Tx) -> Result<RefreshRotation, StorageError> {
        let client_id = tx
            .opt(&CLIENT_OF_REFRESH_TOKEN, vals![&self.hash], |columns| {
                columns
                    .of("access_grant")
                    .text("client_id")
                    .map(ClientId::new)
            })
            .await?;
        Ok(match client_id {
            None => RefreshRotation::Unknown,
            Some(client_id) if client_id != self.client_id => RefreshRotation::WrongClient,
            Some(_) => RefreshRotation::GrantEnded,
        })
    }
}
