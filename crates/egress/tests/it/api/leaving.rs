//! Whoever drops a call ends it: its connection is closed, and its answer is nobody's.

use std::time::Duration;

use countersign_testnet::{Answer, ApiHost};
use tokio::time::timeout;

use super::{client, get, host};
use crate::fixture::LIMITS;

/// Leaves as soon as the host has got the request.
async fn leave(host: &ApiHost, client: &countersign_egress::ApiClient, target: &str) {
    let url = host.url(target);
    let earlier = host.requests().len();
    tokio::select! {
        answer = client.send(get(&url)) => assert!(answer.is_err(), "it was answered"),
        () = host.requested(earlier + 1) => {}
    }
}

#[tokio::test]
async fn closes_the_connection_while_the_answer_is_waited_for() {
    let host = host().await;
    host.answer("/slow", Answer::silence());
    leave(&host, &client(), "/slow").await;
    host.ended(1).await;
}

#[tokio::test]
async fn closes_the_connection_while_the_content_is_read() {
    let host = host().await;
    let drip = Answer::json(vec![b' '; LIMITS.bytes]).dripping(Duration::from_millis(10));
    host.answer("/drip", drip);
    let (client, url) = (client(), host.url("/drip"));
    let call = client.send(get(&url));
    // As many bytes as drip in the meantime; the deadline of the call itself is far away.
    assert!(timeout(Duration::from_millis(200), call).await.is_err());
    assert_eq!(host.requests().len(), 1);
    host.ended(1).await;
}

#[tokio::test]
async fn nobody_gets_the_answer_of_a_call_that_was_left() {
    let host = host().await;
    let client = client();
    assert!(client.send(get(&host.url("/doc"))).await.is_ok());
    host.answer("/left", Answer::json("\"left\""));
    for _ in 0..100 {
        leave(&host, &client, "/left").await;
        let answer = client.send(get(&host.url("/doc"))).await.unwrap();
        assert_eq!(answer.into_body(), "{}");
    }
}

#[tokio::test]
async fn its_place_is_free_at_once() {
    let host = host().await;
    host.answer("/slow", Answer::silence());
    let client = client();
    // More than may be under way at once.
    for _ in 0..300 {
        leave(&host, &client, "/slow").await;
    }
    assert!(client.send(get(&host.url("/doc"))).await.is_ok());
}
