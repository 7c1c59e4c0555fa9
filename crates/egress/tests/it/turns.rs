//! However many hosts are named, only so many are fetched from at once (C18 of the security
//! catalogue).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_egress::{Egress, EgressConfig, FetchError, InvalidEgress};
use countersign_testnet::{Answer, Gate};
use futures::future::join_all;

use crate::fixture::{LIMITS, LOOPBACK, ManualClock, POLICY, World, cache};

#[tokio::test]
async fn fetches_from_eight_of_a_thousand_hosts_at_once() {
    const TURNS: usize = 8;
    let world = World::new().await;
    let gate = Gate::closed();
    world.host.answer("/doc", Answer::json("{}").behind(&gate));
    let egress = world.egress_with(&["127.0.0.1/32"], TURNS);
    let turned_away = AtomicUsize::new(0);
    let fetches = join_all((0..1000).map(|number| {
        let name = format!("{number}.clients.example");
        world.dns.answer(&name, &[LOOPBACK]);
        let url = world.url_at(&name, "/doc");
        let (egress, gate, turned_away) = (&egress, &gate, &turned_away);
        async move {
            let outcome = egress.get(&url, &LIMITS).await;
            // The hosts answer when everybody else has been turned away.
            if outcome == Err(FetchError::Busy)
                && turned_away.fetch_add(1, Ordering::Relaxed) + 1 == 1000 - TURNS
            {
                gate.open();
            }
            outcome
        }
    }));
    let outcomes = fetches.await;
    let fetched = outcomes.iter().filter(|outcome| outcome.is_ok());
    assert_eq!(fetched.count(), TURNS);
    assert_eq!(turned_away.into_inner(), 1000 - TURNS);
    assert_eq!(world.host.connections(), TURNS);
    assert!(FetchError::Busy.is_transient());
}

#[tokio::test]
async fn serves_what_is_kept_while_no_fetch_gets_its_turn() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    world.host.answer("/doc", Answer::json("7"));
    let egress = world.egress_with(&["127.0.0.1/32"], 1);
    let cache = cache(egress.clone(), &clock, POLICY);
    cache.get(&world.url("/doc")).await.unwrap();
    world.host.answer("/slow", Answer::silence());
    let slow = world.url("/slow");
    let occupied = tokio::spawn(async move { egress.get(&slow, &LIMITS).await });
    world.host.requested(2).await;
    assert_eq!(*cache.get(&world.url("/doc")).await.unwrap().value, 7);
    let busy = cache.get(&world.url("/other")).await.unwrap_err();
    assert_eq!(busy, FetchError::Busy.into());
    occupied.abort();
}

#[test]
fn refuses_to_be_closed_for_everyone() {
    let closed = Egress::new(EgressConfig {
        nameservers: Vec::new(),
        extra_roots: Vec::new(),
        allowed_networks: Vec::new(),
        concurrency: 0,
    });
    assert_eq!(closed.err(), Some(InvalidEgress::Concurrency));
}
