//! Forgetting what has reached its end, in bounded batches.

use countersign_domain::Timestamp;

use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

// Grants end before they are forgotten, so that a clock that goes back cannot revive one.
sql! {
    END_EXPIRED_GRANTS = "UPDATE access_grant SET ended_at = $1, end_reason = 'expired'
        WHERE id IN (SELECT id FROM access_grant
            WHERE ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    /// A grant whose code nobody came for.
    END_UNREDEEMED_GRANTS = "UPDATE access_grant SET ended_at = $1, end_reason = 'expired'
        WHERE id IN (SELECT g.id FROM authorization_code c
            JOIN access_grant g ON g.id = c.grant_id
            WHERE c.redeemed_at IS NULL AND c.expires_at <= $1 AND g.ended_at IS NULL
            ORDER BY c.expires_at LIMIT $2)";

    /// A grant whose live leaf nobody rotated in time.
    END_IDLE_GRANTS = "UPDATE access_grant SET ended_at = $1, end_reason = 'expired'
        WHERE id IN (SELECT g.id FROM refresh_token t JOIN access_grant g ON g.id = t.grant_id
            WHERE t.rotated_at IS NULL AND t.expires_at <= $1 AND g.ended_at IS NULL
            ORDER BY t.expires_at LIMIT $2)";

    /// Its code and its refresh tokens go with it.
    DELETE_ENDED_GRANTS = "DELETE FROM access_grant
        WHERE id IN (SELECT id FROM access_grant
            WHERE ended_at IS NOT NULL AND ended_at <= $1 ORDER BY ended_at LIMIT $2)";

    /// A rotated token is kept, to recognize its replay, until it would have expired anyway.
    DELETE_ROTATED_TOKENS = "DELETE FROM refresh_token
        WHERE hash IN (SELECT hash FROM refresh_token
            WHERE rotated_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_REVOKED_ACCESS_TOKENS = "DELETE FROM revoked_access_token
        WHERE jti IN (SELECT jti FROM revoked_access_token
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_CLIENT_ASSERTIONS = "DELETE FROM client_assertion
        WHERE hash IN (SELECT hash FROM client_assertion
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_USED_UPSTREAM_TOKENS = "DELETE FROM used_upstream_token
        WHERE hash IN (SELECT hash FROM used_upstream_token
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_INTERACTIONS = "DELETE FROM interaction
        WHERE id IN (SELECT id FROM interaction
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_SESSIONS = "DELETE FROM browser_session
        WHERE hash IN (SELECT hash FROM browser_session
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_PASSKEY_CEREMONIES = "DELETE FROM passkey_ceremony
        WHERE hash IN (SELECT hash FROM passkey_ceremony
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_INVITATIONS = "DELETE FROM invitation
        WHERE hash IN (SELECT hash FROM invitation
            WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    DELETE_RATE_BUCKETS = "DELETE FROM rate_bucket
        WHERE key IN (SELECT key FROM rate_bucket
            WHERE full_at <= $1 ORDER BY full_at LIMIT $2)";

    DELETE_SIGNING_KEYS = "DELETE FROM signing_key WHERE state = 'retired' AND expires_at <= $1";

    DELETE_EVENTS = "DELETE FROM event
        WHERE id IN (SELECT id FROM event WHERE at <= $1 ORDER BY at LIMIT $2)";

    /// A client that once got a token stays for ever: its users' programs have its id built in. One
    /// that never did stays as long as somebody is on the way to its first. A revoked one stays too:
    /// its identifier may be its registration, and would be as good as new without the row.
    DELETE_UNUSED_CLIENTS = "DELETE FROM client
        WHERE id IN (SELECT c.id FROM client c
            WHERE c.kind = 'registered' AND c.last_used_at IS NULL AND c.created_at <= $1
                AND c.revoked_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM access_grant g
                    WHERE g.client_id = c.id AND g.ended_at IS NULL)
                AND NOT EXISTS (SELECT 1 FROM interaction i
                    WHERE i.client_id = c.id AND i.completed_at IS NULL)
            ORDER BY c.created_at LIMIT $2)";
}

/// Ends and deletes what has reached its end: one bounded batch of each kind, so that it never
/// holds up a sign-in. Repeat it while the outcome says that there is [`more`](Deleted::more).
#[derive(Clone, Copy, Debug)]
pub struct DeleteExpired {
    /// The current moment.
    pub now: Timestamp,
    /// How many of each kind at most.
    pub limit: i64,
    /// Grants that ended before this moment are forgotten.
    pub grants_ended_before: Timestamp,
    /// Registered clients older than this that never got a token are forgotten.
    pub unused_clients_before: Timestamp,
    /// Events older than this are forgotten.
    pub events_before: Timestamp,
}

/// What [`DeleteExpired`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Grants that ended, because they, their code or their last refresh token reached their end.
    pub grants_ended: u64,
    /// Rows deleted, of all kinds.
    pub rows: u64,
    /// Clients among them.
    pub clients: u64,
    /// Whether some kind reached the limit.
    pub more: bool,
}

impl Command for DeleteExpired {
    type Outcome = Deleted;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let limit = u64::try_from(self.limit).unwrap_or(0);
        let mut deleted = Deleted::default();
        for sql in [
            &END_EXPIRED_GRANTS,
            &END_UNREDEEMED_GRANTS,
            &END_IDLE_GRANTS,
        ] {
            let ended = tx.exec(sql, vals![self.now, self.limit]).await?;
            deleted.grants_ended += ended;
            deleted.more |= ended >= limit;
        }
        // Rotated tokens before grants: a grant then takes few rows with it.
        for (sql, before) in [
            (&DELETE_ROTATED_TOKENS, self.now),
            (&DELETE_ENDED_GRANTS, self.grants_ended_before),
            (&DELETE_REVOKED_ACCESS_TOKENS, self.now),
            (&DELETE_CLIENT_ASSERTIONS, self.now),
            (&DELETE_USED_UPSTREAM_TOKENS, self.now),
            (&DELETE_INTERACTIONS, self.now),
            (&DELETE_SESSIONS, self.now),
            (&DELETE_PASSKEY_CEREMONIES, self.now),
            (&DELETE_INVITATIONS, self.now),
            (&DELETE_RATE_BUCKETS, self.now),
            (&DELETE_EVENTS, self.events_before),
        ] {
            let rows = tx.exec(sql, vals![before, self.limit]).await?;
            deleted.rows += rows;
            deleted.more |= rows >= limit;
        }
        deleted.rows += tx.exec(&DELETE_SIGNING_KEYS, vals![self.now]).await?;
        deleted.clients = tx
            .exec(
                &DELETE_UNUSED_CLIENTS,
                vals![self.unused_clients_before, self.limit],
            )
            .await?;
        deleted.rows += deleted.clients;
        deleted.more |= deleted.clients >= limit;
        Ok(deleted)
    }
}
