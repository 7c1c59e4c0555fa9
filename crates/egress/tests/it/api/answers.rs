//! Every status is an answer; what is not HTTP, or too much of it, is none.

use countersign_egress::ApiFault;
use countersign_testnet::Answer;

use super::{client, get, host};
use crate::fixture::LIMITS;

async fn fault(answer: Answer) -> ApiFault {
    let host = host().await;
    host.answer("/doc", answer);
    let refused = client().send(get(&host.url("/doc"))).await;
    refused.unwrap_err().fault()
}

#[tokio::test]
async fn follows_no_redirect() {
    let host = host().await;
    let elsewhere = host.url("/elsewhere");
    let client = client();
    for status in [300, 301, 302, 303, 307, 308] {
        let answer = Answer::json("moved").status(status);
        host.answer("/doc", answer.header("location", &elsewhere));
        let answer = client.send(get(&host.url("/doc"))).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["location"], elsewhere.as_str());
        assert_eq!(answer.into_body(), "moved");
    }
    let asked = host.requests();
    assert!(asked.iter().all(|request| request.target == "/doc"));
}

#[tokio::test]
async fn hands_over_status_headers_and_content() {
    let host = host().await;
    let answer = Answer::json(r#"{"error":"no"}"#).status(418);
    host.answer("/doc", answer.header("x-request-id", "7"));
    let answer = client().send(get(&host.url("/doc"))).await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["x-request-id"], "7");
    assert!(answer.extensions().is_empty());
    assert_eq!(answer.into_body(), r#"{"error":"no"}"#);
}

#[tokio::test]
async fn reads_up_to_the_limit_and_no_further() {
    let host = host().await;
    let full = Answer::json(vec![b' '; LIMITS.bytes]);
    for exact in [full.clone(), full.without("content-length")] {
        host.answer("/doc", exact);
        let answer = client().send(get(&host.url("/doc"))).await.unwrap();
        assert_eq!(answer.into_body().len(), LIMITS.bytes);
    }
    let one_more = Answer::json(vec![b' '; LIMITS.bytes + 1]);
    for too_much in [
        one_more.clone(),
        one_more.without("content-length"),
        Answer::json("{}").header("content-length", "1000000000000"),
    ] {
        assert_eq!(fault(too_much).await, ApiFault::TooLarge(LIMITS.bytes));
    }
}

#[tokio::test]
async fn hangs_up_on_endless_content() {
    let host = host().await;
    host.answer("/doc", Answer::json("[1,2,3]").endless());
    let client = client();
    let refused = client.send(get(&host.url("/doc"))).await.unwrap_err();
    assert_eq!(refused.fault(), ApiFault::TooLarge(LIMITS.bytes));
    host.ended(1).await;
}

#[tokio::test]
async fn reads_no_endless_headers() {
    let long = Answer::json("{}").header("x-long", &"a".repeat(100_000));
    assert_eq!(fault(long).await, ApiFault::Malformed);
}

#[tokio::test]
async fn takes_nothing_that_is_not_http() {
    let nonsense = Answer::json("{}").header("content-length", "two");
    assert_eq!(fault(nonsense).await, ApiFault::Malformed);
}

#[tokio::test]
async fn takes_no_part_for_the_whole() {
    let host = host().await;
    host.answer("/doc", Answer::json("{}").header("content-length", "3"));
    let (client, url) = (client(), host.url("/doc"));
    let (cut, ()) = tokio::join!(client.send(get(&url)), async {
        host.requested(1).await;
        host.hang_up().await;
    });
    assert_eq!(cut.unwrap_err().fault(), ApiFault::Interrupted);
}

#[tokio::test]
async fn takes_no_encoded_content() {
    let encoded = Answer::json("{}").header("content-encoding", "gzip");
    assert_eq!(fault(encoded).await, ApiFault::Encoded);
}
