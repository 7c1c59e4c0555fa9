//! One deadline covers everything from the connection to the last byte.

use std::net::Ipv4Addr;
use std::time::Duration;

use countersign_egress::{ApiFault, Limits};
use countersign_testnet::{Answer, Authority};
use tokio::net::TcpListener;

use super::{get, host, trusting};
use crate::fixture::IMPATIENT;

const LATE: ApiFault = ApiFault::Timeout(IMPATIENT.timeout);

async fn fault(url: &str, limits: Limits) -> ApiFault {
    let client = trusting(&Authority::new().pem(), limits);
    client.send(get(url)).await.unwrap_err().fault()
}

#[tokio::test]
async fn does_not_wait_for_a_handshake_that_never_comes() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let (accepted, late) = tokio::join!(listener.accept(), fault(&url, IMPATIENT));
    assert!(accepted.is_ok());
    assert_eq!(late, LATE);
}

#[tokio::test]
async fn does_not_wait_for_an_answer_that_never_comes() {
    let host = host().await;
    host.answer("/doc", Answer::silence());
    assert_eq!(fault(&host.url("/doc"), IMPATIENT).await, LATE);
    assert_eq!(host.requests().len(), 1);
    host.ended(1).await;
}

#[tokio::test]
async fn does_not_wait_for_content_that_drips() {
    let host = host().await;
    // Every byte comes in time, and the last one would come after a minute.
    let drip = Answer::json(vec![b' '; 6000]).dripping(Duration::from_millis(10));
    let limits = Limits {
        bytes: 6000,
        ..IMPATIENT
    };
    for answer in [drip.clone(), drip.without("content-length")] {
        host.answer("/doc", answer);
        assert_eq!(fault(&host.url("/doc"), limits).await, LATE);
    }
    host.ended(2).await;
}

#[tokio::test]
async fn a_deadline_that_cannot_be_reached_is_none() {
    let host = host().await;
    let limits = Limits {
        timeout: Duration::MAX,
        ..IMPATIENT
    };
    let client = trusting("", limits);
    assert!(client.send(get(&host.url("/doc"))).await.is_ok());
}
