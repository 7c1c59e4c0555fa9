//! Only a complete 200 with JSON of a bounded size is a document (C8 to C10 and C12 of the security
//! catalogue).

use countersign_egress::FetchError;
use countersign_testnet::Answer;

use crate::fixture::{LIMITS, World};

#[tokio::test]
async fn follows_no_redirect() {
    let world = World::new().await;
    for status in [300, 301, 302, 303, 307, 308] {
        let location = world.url("/elsewhere");
        let answer = Answer::json("{}")
            .status(status)
            .header("location", &location);
        assert_eq!(world.fetch(answer).await, Err(FetchError::Redirect(status)));
    }
    let elsewhere = |request: &countersign_testnet::Request| request.target == "/elsewhere";
    assert!(!world.host.requests().iter().any(elsewhere));
    assert_eq!(world.host.connections(), 6);
}

#[tokio::test]
async fn takes_no_other_status_than_200() {
    let world = World::new().await;
    for status in [
        201, 203, 204, 205, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503,
    ] {
        let refused = world.fetch(Answer::json("{}").status(status)).await;
        let reason = FetchError::Status(status);
        assert_eq!(reason.is_transient(), [429, 500, 503].contains(&status));
        assert_eq!(refused, Err(reason));
    }
}

#[tokio::test]
async fn takes_json_types_only() {
    let world = World::new().await;
    for json in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/jwk-set+json",
        "application/client-metadata+json ;q=1",
    ] {
        let answer = Answer::json("{}").header("content-type", json);
        assert!(world.fetch(answer).await.is_ok(), "{json}");
    }
    for other in [
        "text/html",
        "text/json",
        "application/jsonp",
        "application/+json",
        "application/json, text/html",
        "x-application/json",
        "",
    ] {
        let answer = Answer::json("{}").header("content-type", other);
        assert_eq!(
            world.fetch(answer).await,
            Err(FetchError::ContentType),
            "{other}"
        );
    }
    let untyped = Answer::json("{}").without("content-type");
    assert_eq!(world.fetch(untyped).await, Err(FetchError::ContentType));
}

#[tokio::test]
async fn takes_no_encoded_content() {
    let world = World::new().await;
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip", "x-own"] {
        let answer = Answer::json("{}").header("content-encoding", encoding);
        assert_eq!(
            world.fetch(answer).await,
            Err(FetchError::ContentEncoding),
            "{encoding}"
        );
    }
    let plain = Answer::json("{}").header("content-encoding", "identity");
    assert!(world.fetch(plain).await.is_ok());
}

#[tokio::test]
async fn reads_up_to_the_limit_and_no_further() {
    let world = World::new().await;
    let exact = world.fetch(Answer::json(vec![b' '; LIMITS.bytes])).await;
    assert_eq!(exact.unwrap().body.len(), LIMITS.bytes);
    let one_more = Answer::json(vec![b' '; LIMITS.bytes + 1]);
    let refused = Err(FetchError::TooLarge(LIMITS.bytes));
    assert_eq!(world.fetch(one_more.clone()).await, refused);
    // Without a length, the content ends with the connection, or does not.
    assert_eq!(
        world.fetch(one_more.without("content-length")).await,
        refused
    );
    assert_eq!(
        world.fetch(Answer::json("[1,2,3]").endless()).await,
        refused
    );
}

#[tokio::test]
async fn believes_no_content_length() {
    let world = World::new().await;
    let huge = Answer::json("{}").header("content-length", "1000000000000");
    assert_eq!(
        world.fetch(huge).await,
        Err(FetchError::TooLarge(LIMITS.bytes))
    );
    let longer = Answer::json("{}").header("content-length", "3");
    assert_eq!(world.fetch(longer).await, Err(FetchError::Interrupted));
    // What follows the announced end is no part of the document.
    let shorter = Answer::json("{} and more").header("content-length", "2");
    assert_eq!(world.fetch(shorter).await.unwrap().body, "{}");
    let nonsense = Answer::json("{}").header("content-length", "two");
    assert_eq!(world.fetch(nonsense).await, Err(FetchError::Malformed));
}

#[tokio::test]
async fn reads_no_endless_headers() {
    let world = World::new().await;
    let answer = Answer::json("{}").header("x-long", &"a".repeat(100_000));
    assert_eq!(world.fetch(answer).await, Err(FetchError::Malformed));
}

#[tokio::test]
async fn tells_how_long_the_host_calls_it_fresh() {
    let world = World::new().await;
    let silent = world.fetch(Answer::json("{}")).await;
    assert_eq!(silent.unwrap().fresh_for, None);
    let answer = Answer::json("{}")
        .header("cache-control", "max-age=60")
        .header("age", "20");
    let fresh_for = world.fetch(answer).await.unwrap().fresh_for;
    assert_eq!(fresh_for.map(|span| span.as_secs()), Some(40));
}

#[tokio::test]
async fn quotes_nothing_of_what_the_host_sent() {
    let world = World::new().await;
    let hostile = Answer::json("<script>")
        .status(500)
        .header("content-type", "<script>");
    for answer in [
        hostile.clone(),
        hostile.clone().status(200),
        hostile.status(302),
    ] {
        let refused = world.fetch(answer).await.unwrap_err();
        assert!(!refused.to_string().contains("script"), "{refused}");
    }
}
