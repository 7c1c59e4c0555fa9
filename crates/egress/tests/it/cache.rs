//! Only good documents are kept, and only so many of them (C9 and C17 of the security catalogue).

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_egress::{CachePolicy, DocumentError, FetchError};
use countersign_testnet::Answer;

use crate::fixture::{ManualClock, NotANumber, POLICY, World, cache};

#[tokio::test]
async fn keeps_neither_failures_nor_invalid_documents() {
    let world = World::new().await;
    let cache = world.cache(&Arc::default());
    let url = world.url("/doc");
    world.host.answer("/doc", Answer::json("1").status(404));
    for _ in 0..2 {
        let failed = cache.get(&url).await.unwrap_err();
        assert_eq!(failed, FetchError::Status(404).into());
    }
    let cacheable = ("cache-control", "max-age=600");
    world
        .host
        .answer("/doc", Answer::json("one").header(cacheable.0, cacheable.1));
    for _ in 0..2 {
        let invalid = cache.get(&url).await.unwrap_err();
        assert_eq!(invalid, DocumentError::Invalid(NotANumber));
    }
    assert_eq!(world.host.connections(), 4);
    assert!(cache.last_good(&url).is_none());
    world.host.answer("/doc", Answer::json("1"));
    assert_eq!(*cache.get(&url).await.unwrap().value, 1);
}

#[tokio::test]
async fn remembers_the_last_good_copy() {
    let world = World::new().await;
    let clock = Arc::new(ManualClock::default());
    let cache = world.cache(&clock);
    let url = world.url("/doc");
    world.host.answer("/doc", Answer::json("1"));
    cache.get(&url).await.unwrap();
    clock.advance(365 * 24 * 3600);
    for (answer, error) in [
        (
            Answer::json("1").status(500),
            FetchError::Status(500).into(),
        ),
        (Answer::json("one"), DocumentError::Invalid(NotANumber)),
    ] {
        world.host.answer("/doc", answer);
        assert_eq!(cache.get(&url).await.unwrap_err(), error);
        let kept = cache.last_good(&url).unwrap();
        assert_eq!(
            (*kept.value, kept.fetched_at),
            (1, Timestamp::from_millis(0))
        );
    }
}

#[tokio::test]
async fn tells_urls_apart_by_every_byte() {
    let world = World::new().await;
    let cache = world.cache(&Arc::default());
    world.host.answer("/doc", Answer::json("1"));
    world.host.answer("/Doc", Answer::json("2"));
    world.host.answer("/doc?", Answer::json("3"));
    for (path, value) in [("/doc", 1), ("/Doc", 2), ("/doc?", 3)] {
        assert_eq!(*cache.get(&world.url(path)).await.unwrap().value, value);
    }
}

#[tokio::test]
async fn keeps_a_bounded_number_of_documents() {
    let world = World::new().await;
    let policy = CachePolicy {
        capacity: 3,
        ..POLICY
    };
    let cache = cache(world.egress(), &Arc::default(), policy);
    let urls: Vec<_> = (0..20)
        .map(|number| world.url(&format!("/{number}")))
        .collect();
    for (number, url) in urls.iter().enumerate() {
        world.host.answer(&format!("/{number}"), Answer::json("1"));
        cache.get(url).await.unwrap();
    }
    let kept = urls.iter().filter(|url| cache.last_good(url).is_some());
    assert_eq!(kept.count(), 3);
}

#[tokio::test]
async fn lets_urls_that_lead_nowhere_push_nothing_out() {
    let world = World::new().await;
    let policy = CachePolicy {
        capacity: 1,
        ..POLICY
    };
    let cache = cache(world.egress(), &Arc::default(), policy);
    world.host.answer("/doc", Answer::json("1"));
    cache.get(&world.url("/doc")).await.unwrap();
    for attempt in 0..10 {
        assert!(cache.get(&world.url(&format!("/{attempt}"))).await.is_err());
    }
    assert!(cache.last_good(&world.url("/doc")).is_some());
}
