//! What a configured host gets: the caller's request, and little else.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use bytes::Bytes;
use countersign_testnet::Answer;
use http::{Method, Request, Version};

use super::{client, get, host};

#[tokio::test]
async fn sends_the_callers_headers_and_three_of_its_own() {
    let host = host().await;
    let answer = Answer::json("{}").header("set-cookie", "a=b; path=/");
    host.answer("/doc?as=ada", answer);
    let client = client();
    for _ in 0..2 {
        let request = Request::get(host.url("/doc?as=ada"))
            .header("authorization", "Bearer t")
            .header("accept", "application/json")
            .header("accept-encoding", "br")
            .body(Bytes::new());
        client.send(request.unwrap()).await.unwrap();
    }
    let authority = format!("127.0.0.1:{}", host.port());
    let agent = concat!("countersign/", env!("CARGO_PKG_VERSION"));
    for request in host.requests() {
        assert_eq!(request.target, "/doc?as=ada");
        let expected = [
            ("accept", "application/json"),
            ("accept-encoding", "identity"),
            ("authorization", "Bearer t"),
            ("host", authority.as_str()),
            ("user-agent", agent),
        ];
        let mut sent: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        sent.sort_unstable();
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn a_post_arrives_byte_for_byte() {
    let host = host().await;
    let client = client();
    let all_bytes: Vec<u8> = (0..=u8::MAX).collect();
    let large = all_bytes.repeat(8 * 1024);
    for content in [all_bytes.clone(), large, Vec::new()] {
        let request = Request::post(host.url("/doc"))
            .header("content-type", "application/octet-stream")
            // Both would be lies about the content.
            .header("content-length", "3")
            .header("transfer-encoding", "chunked")
            .version(Version::HTTP_2)
            .body(Bytes::from(content.clone()));
        client.send(request.unwrap()).await.unwrap();
        let came = host.requests().pop().unwrap();
        assert_eq!(came.method, "POST");
        assert_eq!(
            came.header("content-length"),
            Some(content.len().to_string().as_str())
        );
        assert_eq!(came.header("transfer-encoding"), None);
        assert!(came.content == content, "other bytes arrived");
    }
    assert_eq!(host.connections(), 1);
}

#[tokio::test]
async fn an_answer_to_head_has_no_content() {
    let host = host().await;
    host.answer("/doc", Answer::json("").header("content-length", "7"));
    let request = Request::builder()
        .method(Method::HEAD)
        .uri(host.url("/doc"));
    let answer = client().send(request.body(Bytes::new()).unwrap()).await;
    assert_eq!(answer.unwrap().into_body(), "");
}

/// The environment cannot be changed inside a test without `unsafe`, so that the test above runs
/// once more in a process that has a proxy in its environment.
#[test]
fn takes_no_proxy_from_the_environment() {
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args([
        "--exact",
        "api::request::sends_the_callers_headers_and_three_of_its_own",
    ]);
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
        again.env(variable, &address);
        again.env(variable.to_ascii_uppercase(), &address);
    }
    let output = again
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
    assert_eq!(
        proxy.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}

#[tokio::test]
async fn shows_no_cookie_of_an_answer() {
    let host = host().await;
    let answer = Answer::json("{}").header("set-cookie", "session=secret");
    host.answer("/doc", answer);
    let answer = client().send(get(&host.url("/doc"))).await.unwrap();
    assert_eq!(answer.headers()["set-cookie"], "session=secret");
    assert!(!format!("{:?}", answer.headers()).contains("secret"));
}
