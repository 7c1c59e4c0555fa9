//! What is logged about a call.

use bytes::Bytes;
use countersign_testnet::Answer;
use http::Request;

use super::{client, host, nobody};

#[tokio::test]
async fn an_error_names_the_host_and_no_secret() {
    let host = host().await;
    let secrets = ["path-s", "query-s", "bearer-s", "content-s", "answer-s"];
    host.answer(
        "/path-s?code=query-s",
        Answer::json("answer-s")
            .status(500)
            .header("content-encoding", "answer-s"),
    );
    let request = |url: &str| {
        Request::post(url)
            .header("authorization", "Bearer bearer-s")
            .body(Bytes::from("content-s"))
            .unwrap()
    };
    let client = client();
    let url = host.url("/path-s?code=query-s");
    let encoded = client.send(request(&url)).await.unwrap_err();
    let authority = format!("127.0.0.1:{}", host.port());
    assert_eq!(
        encoded.to_string(),
        format!("{authority} encoded its answer, although no encoding was accepted")
    );
    let user = url.replace("127.0.0.1", "path-s:query-s@127.0.0.1");
    let not_a_url = client.send(request(&user)).await.unwrap_err();
    assert_eq!(
        not_a_url.to_string(),
        "the configured address is not an http or https URL without a user name"
    );
    let nobody = nobody().await;
    let url = url.replace(&authority, &nobody);
    let refused = client.send(request(&url)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{nobody} cannot be reached: connection refused")
    );
    for error in [encoded, not_a_url, refused] {
        let said = format!("{error} {error:?} {client:?}");
        for secret in secrets {
            assert!(!said.contains(secret), "{said}");
        }
    }
}
