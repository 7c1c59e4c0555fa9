//! However many hosts are named, only so many are fetched from at once (C18 of the security
//! catalogue).

use std::sync::Arc;

use countersign_egress::{Egress, EgressConfig, FetchError, InvalidEgress};
use countersign_testnet::{Answer, Gate};
use futures::future::join_all;

use crate::fixture::{LIMITS, LOOPBACK, ManualClock, World};

#[tokio::test]
async fn bounds_concurrent_fetches_from_a_thousand_hosts() {
    let world = World::new().await;
    let gate = Gate::closed();
    world.host.answer("/doc", Answer::json("{}").behind(&gate));
    let egress = world.egress_with(&["127.0.0.1/32"], 8);
    let urls = (0..1000).map(|number| {
        let name = format!("client-{number}.example");
        world.dns.answer(&name, &[LOOPBACK]);
        world.url_at(&name, "/doc")
    });
    let urls: Vec<String> = urls.collect();
    let fetches = join_all(urls.iter().map(|url| async {
        let outcome = egress.get(url, &LIMITS).await;
        // The first who is turned away lets those go who have their turn.
        if outcome == Err(FetchError::Busy) {
            gate.open();
        }
        outcome
    }));
    let outcomes = fetches.await;
    let busy = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(FetchError::Busy));
    let busy = busy.count();
    let fetched = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(fetched + busy, 1000);
    // Before the gate opened eight were under way, and whoever was polled after a place came free.
    assert_eq!(world.host.connections(), fetched);
    assert!(
        fetched >= 8 && busy > 900,
        "{fetched} fetched, {busy} turned away"
    );
    assert!(FetchError::Busy.is_transient());
}

#[tokio::test]
async fn serves_what_is_kept_while_no_fetch_gets_its_turn() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    world.host.answer("/doc", Answer::json("7"));
    let egress = world.egress_with(&["127.0.0.1/32"], 1);
    let cache = world.cache_on(egress.clone(), &clock);
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
