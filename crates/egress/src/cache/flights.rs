//! One fetch for all who want the same document at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

/// The fetches under way. Each is driven by whoever waits for it, so that one who goes away leaves
/// it to the others, and the last one who goes away ends it.
pub(super) struct Flights<O> {
    open: Arc<Mutex<Open<O>>>,
}

struct Open<O> {
    started: u64,
    by_url: HashMap<String, Numbered<O>>,
}

struct Numbered<O> {
    number: u64,
    flight: WeakShared<BoxFuture<'static, O>>,
}

impl<O> Default for Flights<O> {
    fn default() -> Self {
        let open = Open {
            started: 0,
            by_url: HashMap::new(),
        };
        Self {
            open: Arc::new(Mutex::new(open)),
        }
    }
}

impl<O: Clone + Send + Sync + 'static> Flights<O> {
    /// Waits for the flight that is under way, or for the one that `start` makes. `landed` is asked
    /// whether one has landed since the caller looked: a flight keeps its outcome before it leaves
    /// the table, so that under the table's lock there is no moment between the two.
    pub(super) async fn join(
        &self,
        url: &str,
        landed: impl FnOnce() -> Option<O>,
        start: impl FnOnce() -> BoxFuture<'static, O>,
    ) -> O {
        match self.board(url, landed, start) {
            Ok(flight) => flight.await,
            Err(outcome) => outcome,
        }
    }

    fn board(
        &self,
        url: &str,
        landed: impl FnOnce() -> Option<O>,
        start: impl FnOnce() -> BoxFuture<'static, O>,
    ) -> Result<Shared<BoxFuture<'static, O>>, O> {
        let mut open = lock(&self.open);
        let under_way = open.by_url.get(url);
        if let Some(flight) = under_way.and_then(|entry| entry.flight.upgrade()) {
            return Ok(flight);
        }
        if let Some(outcome) = landed() {
            return Err(outcome);
        }
        let flying = start();
        open.started += 1;
        let number = open.started;
        let departure = Departure {
            open: Arc::clone(&self.open),
            url: url.to_owned(),
            number,
        };
        let flight = async move {
            let _departure = departure;
            flying.await
        }
        .boxed()
        .shared();
        if let Some(weak) = flight.downgrade() {
            let entry = Numbered {
                number,
                flight: weak,
            };
            open.by_url.insert(url.to_owned(), entry);
        }
        Ok(flight)
    }
}

/// Takes a flight off the table when it lands and when the last who waited for it goes away.
struct Departure<O> {
    open: Arc<Mutex<Open<O>>>,
    url: String,
    number: u64,
}

impl<O> Drop for Departure<O> {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        // An abandoned flight may already have a successor.
        if open
            .by_url
            .get(&self.url)
            .is_some_and(|entry| entry.number == self.number)
        {
            open.by_url.remove(&self.url);
        }
    }
}

fn lock<O>(open: &Mutex<Open<O>>) -> MutexGuard<'_, Open<O>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[test]
    fn clears_the_table_of_what_landed_and_of_what_was_abandoned() {
        let flights = Flights::<u8>::default();
        let landed = flights.join("a", || None, || ready(7).boxed());
        assert_eq!(landed.now_or_never(), Some(7));
        let abandoned = flights.join("b", || None, || pending().boxed());
        assert_eq!(abandoned.now_or_never(), None);
        assert!(lock(&flights.open).by_url.is_empty());
    }

    #[test]
    fn starts_nothing_when_one_has_landed_since_the_caller_looked() {
        let flights = Flights::<u8>::default();
        let landed = flights.join("a", || Some(7), || panic!("started"));
        assert_eq!(landed.now_or_never(), Some(7));
    }
}
