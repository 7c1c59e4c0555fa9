//! One connection serves many requests, one after the other, and none that was not its own.

use std::net::Ipv4Addr;

use countersign_egress::ApiFault;
use countersign_testnet::{Answer, Gate};
use futures::future::join_all;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::{client, get, host, say};

#[tokio::test]
async fn keeps_a_connection_for_the_next_request() {
    let host = host().await;
    let client = client();
    for _ in 0..5 {
        let answer = client.clone().send(get(&host.url("/doc"))).await.unwrap();
        assert_eq!(answer.into_body(), "{}");
    }
    assert_eq!(host.requests().len(), 5);
    assert_eq!(host.connections(), 1);
}

#[tokio::test]
async fn keeps_a_connection_whatever_the_status() {
    let host = host().await;
    let client = client();
    for status in [200, 302, 401, 404, 500, 503] {
        host.answer("/doc", Answer::json("{}").status(status));
        let answer = client.send(get(&host.url("/doc"))).await.unwrap();
        assert_eq!(answer.status(), status);
    }
    assert_eq!(host.connections(), 1);
}

#[tokio::test]
async fn requests_at_the_same_time_have_connections_of_their_own() {
    let host = host().await;
    let gate = Gate::closed();
    host.answer("/doc", Answer::json("{}").behind(&gate));
    let client = client();
    let url = host.url("/doc");
    let calls = join_all((0..8).map(|_| client.send(get(&url))));
    let (answers, ()) = tokio::join!(calls, async {
        host.requested(8).await;
        gate.open();
    });
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(host.connections(), 8);
}

#[tokio::test]
async fn replaces_a_connection_that_the_host_closed_meanwhile() {
    let host = host().await;
    let client = client();
    for round in 1..=20 {
        assert!(client.send(get(&host.url("/doc"))).await.is_ok());
        host.hang_up().await;
        assert_eq!(host.connections(), round);
    }
    assert_eq!(host.requests().len(), 20);
}

#[tokio::test]
async fn repeats_no_request_that_the_host_may_have_taken() {
    let host = host().await;
    let client = client();
    assert!(client.send(get(&host.url("/doc"))).await.is_ok());
    // It reads the request, and hangs up.
    host.answer("/doc", Answer::silence());
    let url = host.url("/doc");
    let (lost, ()) = tokio::join!(client.send(get(&url)), async {
        host.requested(2).await;
        host.hang_up().await;
    });
    assert_eq!(lost.unwrap_err().fault(), ApiFault::Interrupted);
    assert_eq!(host.requests().len(), 2);
}

/// A host that announces less than it sends could otherwise answer one person's request with what
/// was meant for another.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_nobodys() {
    const OWN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nown";
    const FOREIGN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nforeign";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/doc", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        for _ in 0..3 {
            let mut stream = say(&listener, &[OWN, FOREIGN].concat()).await;
            // The client hangs up on such a host.
            assert!(stream.read_u8().await.is_err());
        }
    });
    let client = client();
    for _ in 0..3 {
        let answer = client.send(get(&url)).await.unwrap();
        assert_eq!(answer.into_body(), "own");
    }
    serving.await.unwrap();
}
