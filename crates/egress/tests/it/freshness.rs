//! How long a document is kept: as the host says, within bounds (C17 of the security catalogue).

use std::sync::Arc;

use countersign_testnet::Answer;

use crate::fixture::{ManualClock, World};

/// Asserts that the document, answered with this header, is fetched again after exactly so long.
async fn stays_fresh(header: Option<(&str, &str)>, seconds: i64) {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    let answer = |content: &str| {
        let answer = Answer::json(content);
        match header {
            Some((name, value)) => answer.header(name, value),
            None => answer,
        }
    };
    let url = world.url("/doc");
    world.host.answer("/doc", answer("1"));
    assert_eq!(*cache.get(&url).await.unwrap().value, 1);
    world.host.answer("/doc", answer("2"));
    clock.advance(seconds - 1);
    assert_eq!(*cache.get(&url).await.unwrap().value, 1, "{header:?}");
    clock.advance(1);
    assert_eq!(*cache.get(&url).await.unwrap().value, 2, "{header:?}");
    assert_eq!(world.host.connections(), 2);
}

#[tokio::test]
async fn keeps_a_document_as_long_as_the_host_says() {
    stays_fresh(Some(("cache-control", "max-age=600")), 600).await;
    stays_fresh(None, 3600).await;
}

#[tokio::test]
async fn keeps_a_document_no_longer_than_a_day() {
    stays_fresh(
        Some(("cache-control", "max-age=31536000, immutable")),
        24 * 3600,
    )
    .await;
}

#[tokio::test]
async fn asks_a_host_once_a_minute_whatever_it_says() {
    stays_fresh(Some(("cache-control", "no-store")), 60).await;
    stays_fresh(Some(("cache-control", "max-age=0")), 60).await;
    stays_fresh(Some(("expires", "0")), 60).await;
}

#[tokio::test]
async fn is_not_confused_by_a_clock_that_goes_back() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    world.host.answer("/doc", Answer::json("1"));
    cache.get(&world.url("/doc")).await.unwrap();
    clock.advance(-1);
    world.host.answer("/doc", Answer::json("2"));
    assert_eq!(*cache.get(&world.url("/doc")).await.unwrap().value, 2);
}
