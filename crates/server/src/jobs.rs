//! What happens by itself: what has reached its end is deleted.

use countersign_domain::Milliseconds;
use countersign_storage::commands::DeleteExpired;

use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// Rows of one kind deleted in one transaction: few enough that no request waits behind it.
const BATCH: i64 = 500;

/// Batches in one run; what is left waits for the next.
const BATCHES: usize = 20;

const DAY: Milliseconds = 24 * 60 * 60 * 1000;

/// How long an ended grant is kept, so that a late replay is still told from an unknown token.
const ENDED_GRANTS_KEPT: Milliseconds = 30 * DAY;

/// How long the flight recorder remembers.
const EVENTS_KEPT: Milliseconds = 30 * DAY;

impl AuthorizationServer {
    /// Deletes what has reached its end, in bounded batches. Answers how many rows went.
    pub async fn delete_expired(&self) -> Result<u64, Unavailable> {
        let mut rows = 0;
        for _ in 0..BATCHES {
            let deleted = self.store().execute(self.expired()).await?;
            rows += deleted.rows;
            if !deleted.more {
                break;
            }
        }
        Ok(rows)
    }

    fn expired(&self) -> DeleteExpired {
        let now = self.now();
        let registration = self.settings().registration.as_ref();
        let unused_ttl = registration.map_or(DAY, |registration| registration.never_used_ttl);
        DeleteExpired {
            now,
            limit: BATCH,
            grants_ended_before: now.minus(ENDED_GRANTS_KEPT),
            unused_clients_before: now.minus(unused_ttl),
            events_before: now.minus(EVENTS_KEPT),
        }
    }
}
