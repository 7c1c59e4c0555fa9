//! A configured host has to prove who it is, too.

use std::net::Ipv4Addr;

use countersign_egress::ApiFault;
use countersign_testnet::{Answer, ApiHost, Authority, Certificate};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{client, get, trusting};
use crate::fixture::LIMITS;

#[tokio::test]
async fn trusts_the_configured_authority() {
    let authority = Authority::new();
    let host = ApiHost::start_tls(&authority, Certificate::Valid).await;
    host.answer("/doc", Answer::json("{}"));
    let client = trusting(&authority.pem(), LIMITS);
    let by_name = format!("https://localhost:{}/doc", host.port());
    for _ in 0..3 {
        for url in [&host.url("/doc"), &by_name] {
            assert!(url.starts_with("https://"));
            let answer = client.send(get(url)).await.unwrap();
            assert_eq!(answer.into_body(), "{}");
        }
    }
    // One for each name, however often it is used.
    assert_eq!(host.connections(), 2);
}

#[tokio::test]
async fn takes_no_certificate_that_does_not_prove_the_host() {
    for (certificate, reason) in [
        (Certificate::Expired, "has expired"),
        (Certificate::OtherName, "is for another name"),
        (
            Certificate::SelfSigned,
            "is from an authority that this server does not trust",
        ),
    ] {
        let authority = Authority::new();
        let host = ApiHost::start_tls(&authority, certificate).await;
        let client = trusting(&authority.pem(), LIMITS);
        let refused = client.send(get(&host.url("/doc"))).await.unwrap_err();
        assert_eq!(refused.fault(), ApiFault::Certificate(reason));
        assert_eq!(host.requests(), []);
    }
}

#[tokio::test]
async fn takes_no_authority_that_was_not_given() {
    let host = ApiHost::start_tls(&Authority::new(), Certificate::Valid).await;
    let other = trusting(&Authority::new().pem(), LIMITS);
    for client in [client(), other] {
        let refused = client.send(get(&host.url("/doc"))).await.unwrap_err();
        assert!(matches!(refused.fault(), ApiFault::Certificate(_)));
    }
    assert_eq!(host.requests(), []);
}

#[tokio::test]
async fn does_not_fall_back_to_plain_http() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("https://{}/doc", listener.local_addr().unwrap());
    let client = trusting(&Authority::new().pem(), LIMITS);
    let plain = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        // All that comes is the beginning of a handshake, and the client's farewell.
        let mut came = Vec::new();
        drop(stream.read_to_end(&mut came).await);
        came
    };
    let (refused, came) = tokio::join!(client.send(get(&url)), plain);
    assert_eq!(refused.unwrap_err().fault(), ApiFault::Tls);
    assert!(!came.windows(4).any(|word| word == b"/doc"));
}
