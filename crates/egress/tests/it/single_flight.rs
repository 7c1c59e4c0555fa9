//! A document that many ask for at once is fetched once (C18 of the security catalogue).

use std::sync::Arc;

use countersign_egress::FetchError;
use countersign_testnet::{Answer, Gate};
use futures::FutureExt;
use futures::future::join_all;

use crate::fixture::{ManualClock, NAME, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fetches_once_for_a_thousand_callers() {
    let world = World::new().await;
    world.host.answer("/doc", Answer::json("7"));
    let cache = Arc::new(world.cache(&Arc::default()));
    let callers = (0..1000).map(|_| {
        let (cache, url) = (Arc::clone(&cache), world.url("/doc"));
        tokio::spawn(async move { *cache.get(&url).await.unwrap().value })
    });
    for value in join_all(callers).await {
        assert_eq!(value.unwrap(), 7);
    }
    assert_eq!(world.host.connections(), 1);
    assert_eq!(world.dns.queries_for(NAME), 2);
}

#[tokio::test]
async fn shares_a_failure_with_who_waited_for_it_and_with_nobody_else() {
    let world = World::new().await;
    let gate = Gate::closed();
    world
        .host
        .answer("/doc", Answer::json("7").status(503).behind(&gate));
    let cache = world.cache(&Arc::default());
    let url = world.url("/doc");
    let callers = join_all((0..10).map(|_| cache.get(&url)));
    let (outcomes, ()) = tokio::join!(callers, async {
        world.host.requested(1).await;
        gate.open();
    });
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err(), FetchError::Status(503).into());
    }
    assert_eq!(world.host.connections(), 1);
    world.host.answer("/doc", Answer::json("8"));
    assert_eq!(*cache.get(&url).await.unwrap().value, 8);
}

#[tokio::test]
async fn goes_on_for_the_others_when_the_first_caller_goes_away() {
    let world = World::new().await;
    let gate = Gate::closed();
    world.host.answer("/doc", Answer::json("7").behind(&gate));
    let cache = Arc::new(world.cache(&Arc::default()));
    let caller = || {
        let (cache, url) = (Arc::clone(&cache), world.url("/doc"));
        tokio::spawn(async move { *cache.get(&url).await.unwrap().value })
    };
    let first = caller();
    world.host.requested(1).await;
    let others = [caller(), caller()];
    // Until they wait for the same fetch: nothing else is left to do on this one thread.
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.open();
    for other in others {
        assert_eq!(other.await.unwrap(), 7);
    }
    assert_eq!(world.host.connections(), 1);
}

#[tokio::test]
async fn starts_anew_after_everybody_went_away() {
    let world = World::new().await;
    world.host.answer("/doc", Answer::silence());
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    let url = world.url("/doc");
    tokio::select! {
        outcome = cache.get(&url) => panic!("{outcome:?}"),
        () = world.host.requested(1) => {}
    }
    world.host.answer("/doc", Answer::json("7"));
    assert_eq!(*cache.get(&url).await.unwrap().value, 7);
    assert_eq!(world.host.connections(), 2);
    // Answered from the copy, without waiting for anything.
    assert!(cache.get(&url).now_or_never().is_some());
}
