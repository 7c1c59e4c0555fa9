//! Who misses a key may ask again, and is no way to make this server knock at a host's door.

use std::sync::Arc;

use countersign_egress::FetchError;
use countersign_testnet::Answer;

use crate::fixture::{ManualClock, World};

#[tokio::test]
async fn fetches_again_once_in_an_interval_although_the_copy_is_fresh() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    let url = world.url("/doc");
    world.host.answer("/doc", Answer::json("1"));
    cache.get(&url).await.unwrap();
    world.host.answer("/doc", Answer::json("2"));
    clock.advance(29);
    assert_eq!(*cache.refetch(&url).await.unwrap().value, 1);
    clock.advance(1);
    for _ in 0..10 {
        assert_eq!(*cache.refetch(&url).await.unwrap().value, 2);
    }
    assert_eq!(*cache.get(&url).await.unwrap().value, 2);
    assert_eq!(world.host.connections(), 2);
}

#[tokio::test]
async fn counts_a_failed_attempt_too() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    let url = world.url("/doc");
    world.host.answer("/doc", Answer::json("1"));
    cache.get(&url).await.unwrap();
    world.host.answer("/doc", Answer::json("2").status(500));
    clock.advance(30);
    let failed = cache.refetch(&url).await.unwrap_err();
    assert_eq!(failed, FetchError::Status(500).into());
    for _ in 0..10 {
        assert_eq!(*cache.refetch(&url).await.unwrap().value, 1);
    }
    assert_eq!(world.host.connections(), 2);
}

#[tokio::test]
async fn fetches_what_was_never_fetched() {
    let world = World::new().await;
    let cache = world.cache(&Arc::default());
    world.host.answer("/doc", Answer::json("1"));
    assert_eq!(*cache.refetch(&world.url("/doc")).await.unwrap().value, 1);
}
