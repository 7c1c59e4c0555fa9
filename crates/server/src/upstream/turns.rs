//! One refresher per grant in this process; the lease in the store is the same between processes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use countersign_domain::GrantId;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Whose turn it is, per grant. Calls that wait here cost no query; those of another process have
/// to ask the store.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<GrantId, Weak<Turn<()>>>>);

impl Turns {
    /// Waits until nobody else in this process is at it.
    pub(crate) async fn take(&self, grant_id: GrantId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = turns.get(&grant_id).and_then(Weak::upgrade);
            waiting.unwrap_or_else(|| {
                // Whoever opens a turn clears those that nobody waits for any more.
                turns.retain(|_, turn| turn.strong_count() > 0);
                let turn = Arc::new(Turn::new(()));
                turns.insert(grant_id, Arc::downgrade(&turn));
                turn
            })
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::{SystemEntropy, Timestamp};

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_nothing_left_behind() {
        let new = || GrantId::generate(Timestamp::from_millis(0), &SystemEntropy);
        let turns = Turns::default();
        let (one, other) = (new(), new());
        let held = turns.take(one).await;
        let mut waiting = Box::pin(turns.take(one));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
        drop(turns.take(other).await);
        drop(held);
        drop(waiting.await);
        drop(turns.take(other).await);
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
