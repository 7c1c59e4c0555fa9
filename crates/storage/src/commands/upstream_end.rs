//! Upstream sessions that nobody needs any more, each given to one caller to end it upstream.

use countersign_domain::{GrantId, Timestamp};

use super::upstream_session::{StoredUpstreamSession, session, session_columns};
use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

// What the inner SELECT found is checked again outside it: on PostgreSQL the row may have changed
// while its lock was waited for.
sql! {
    TAKE_OF_ENDED_GRANTS = concat!(
        "DELETE FROM upstream_session
        WHERE id IN (SELECT s.id FROM access_grant g
                JOIN upstream_session s ON s.id = g.upstream_session_id
                WHERE g.ended_at IS NOT NULL AND g.upstream_session_id IS NOT NULL
                    AND (s.lease_until IS NULL OR s.lease_until <= $1)
                ORDER BY g.ended_at LIMIT $2)
            AND (lease_until IS NULL OR lease_until <= $1)
        RETURNING ", session_columns!(""), ", grant_id"
    );

    FORGET_TAKEN = "UPDATE access_grant SET upstream_session_id = NULL WHERE id = $1";

    TAKE_OF_PAST_INTERACTIONS = concat!(
        "DELETE FROM upstream_session
        WHERE id IN (SELECT s.id FROM upstream_session s
                LEFT JOIN interaction i ON i.id = s.interaction_id
                WHERE s.interaction_id IS NOT NULL
                    AND (i.id IS NULL OR i.completed_at IS NOT NULL OR i.expires_at <= $1)
                LIMIT $2)
            AND interaction_id IS NOT NULL
        RETURNING ", session_columns!("")
    );
}

/// Takes out the sessions of grants that ended ([`DeleteExpired`](super::DeleteExpired) ends the
/// expired ones) and of interactions that are over without a grant of theirs, for the caller to end
/// them upstream. Each is given out once; one that is on lease, when the lease is over.
#[derive(Clone, Copy, Debug)]
pub struct TakeEndedUpstreamSessions {
    /// How many at most.
    pub limit: i64,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for TakeEndedUpstreamSessions {
    type Outcome = Vec<StoredUpstreamSession>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let of_grants = tx
            .all(
                &TAKE_OF_ENDED_GRANTS,
                vals![self.now, self.limit],
                |columns| {
                    let session = session(columns)?;
                    let grant_id: GrantId = columns.parse("grant_id")?;
                    Ok((session, grant_id))
                },
            )
            .await?;
        let mut taken = Vec::with_capacity(of_grants.len());
        for (session, grant_id) in of_grants {
            tx.exec(&FORGET_TAKEN, vals![&grant_id.to_string()]).await?;
            taken.push(session);
        }
        let room = self.limit - i64::try_from(taken.len()).unwrap_or(self.limit);
        let of_interactions = tx
            .all(&TAKE_OF_PAST_INTERACTIONS, vals![self.now, room], session)
            .await?;
        taken.extend(of_interactions);
        Ok(taken)
    }
}
