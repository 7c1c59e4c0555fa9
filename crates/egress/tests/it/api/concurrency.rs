//! However many calls there are, only so many are under way at once, and the others wait.

use countersign_egress::ApiFault;
use countersign_testnet::{Answer, Gate};
use futures::future::join_all;

use super::{client, get, host, trusting};
use crate::fixture::IMPATIENT;

const CONCURRENCY: usize = 256;

#[tokio::test]
async fn a_thousand_calls_take_turns() {
    let host = host().await;
    let gate = Gate::closed();
    host.answer("/gate", Answer::json("{}").behind(&gate));
    let (client, url) = (client(), host.url("/gate"));
    let calls = join_all((0..1000).map(|_| client.send(get(&url))));
    let (answers, ()) = tokio::join!(calls, async {
        host.requested(CONCURRENCY).await;
        // Whoever else was let through would have arrived before this one.
        let last = super::client().send(get(&host.url("/doc"))).await;
        assert!(last.is_ok());
        assert_eq!(host.requests().len(), CONCURRENCY + 1);
        gate.open();
    });
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(host.requests().len(), 1000 + 1);
    // Some connections were on their way when another became free.
    assert!(host.connections() <= 2 * CONCURRENCY);
}

#[tokio::test]
async fn who_waits_until_the_deadline_is_told_that_the_host_is_busy() {
    let host = host().await;
    host.answer("/slow", Answer::silence());
    let client = trusting("", IMPATIENT);
    let (slow, url) = (host.url("/slow"), host.url("/doc"));
    let mut occupying = join_all((0..CONCURRENCY).map(|_| client.send(get(&slow))));
    tokio::select! {
        _ = &mut occupying => unreachable!("nobody is answered"),
        () = host.requested(CONCURRENCY) => {}
    }
    // Calls that nobody polls do not notice that they are late, and keep their places.
    let busy = client.send(get(&url)).await.unwrap_err();
    assert_eq!(busy.fault(), ApiFault::Busy);
    drop(occupying);
    assert!(client.send(get(&url)).await.is_ok());
}
