//! One deadline covers everything from the name to the last byte (C11 of the security catalogue).

use std::time::Duration;

use countersign_egress::{FetchError, Limits};
use countersign_testnet::Answer;

use crate::fixture::{IMPATIENT, LIMITS, NAME, World};

const LATE: FetchError = FetchError::Timeout(IMPATIENT.timeout);

/// After a good fetch, so that the deadline is not spent on reading this machine's authorities.
async fn acquainted() -> World {
    let world = World::new().await;
    let good = world.egress().get(&world.url("/doc"), &LIMITS).await;
    assert!(good.is_ok());
    world
}

#[tokio::test]
async fn does_not_wait_for_a_name_server_that_keeps_silent() {
    let world = World::new().await;
    world.dns.keep_silent(NAME);
    let late = world.egress().get(&world.url("/doc"), &IMPATIENT).await;
    assert_eq!(late, Err(LATE));
    assert_eq!(world.host.connections(), 0);
}

#[tokio::test]
async fn does_not_wait_for_a_handshake_that_never_comes() {
    let world = acquainted().await;
    world.host.keep_silent();
    let late = world.egress().get(&world.url("/doc"), &IMPATIENT).await;
    assert_eq!(late, Err(LATE));
    assert_eq!(world.host.connections(), 2);
}

#[tokio::test]
async fn does_not_wait_for_an_answer_that_never_comes() {
    let world = acquainted().await;
    world.host.answer("/doc", Answer::silence());
    let late = world.egress().get(&world.url("/doc"), &IMPATIENT).await;
    assert_eq!(late, Err(LATE));
    assert_eq!(world.host.requests().len(), 2);
}

#[tokio::test]
async fn does_not_wait_for_content_that_drips() {
    let world = World::new().await;
    // Every byte comes in time, and the last one would come after a minute.
    let drip = Answer::json(vec![b' '; 6000]).dripping(Duration::from_millis(10));
    for answer in [drip.clone(), drip.without("content-length")] {
        let answer = answer.header("content-type", "application/json");
        world.host.answer("/doc", answer);
        let limits = Limits {
            bytes: 6000,
            ..IMPATIENT
        };
        let late = world.egress().get(&world.url("/doc"), &limits).await;
        assert_eq!(late, Err(LATE));
    }
}
