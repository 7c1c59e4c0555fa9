//! Where it goes, and where not.

use std::io::ErrorKind;
use std::net::Ipv6Addr;

use countersign_egress::ApiFault;
use tokio::net::TcpListener;

use super::{client, get, host, nobody, say};

#[tokio::test]
async fn a_name_is_resolved_by_the_machine() {
    let host = host().await;
    // Another of its addresses may come first, at which nothing listens.
    let url = format!("http://localhost:{}/doc", host.port());
    let answer = client().send(get(&url)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let asked = host.requests().pop().unwrap();
    let authority = format!("localhost:{}", host.port());
    assert_eq!(asked.header("host"), Some(authority.as_str()));
}

#[tokio::test]
async fn takes_an_address_of_ipv6() {
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
        // A machine without IPv6 has nothing to prove.
        return;
    };
    let url = format!("http://{}/doc", listener.local_addr().unwrap());
    let client = client();
    let request = get(&url);
    let (answer, ()) = tokio::join!(client.send(request), async {
        say(&listener, b"HTTP/1.1 204 No Content\r\n\r\n").await;
    });
    assert_eq!(answer.unwrap().status(), 204);
}

#[tokio::test]
async fn takes_no_url_that_is_not_http() {
    let host = host().await;
    let port = host.port();
    for url in [
        "/doc".to_owned(),
        format!("127.0.0.1:{port}"),
        format!("ftp://127.0.0.1:{port}/doc"),
        format!("http://ada:secret@127.0.0.1:{port}/doc"),
        format!("http://ada@127.0.0.1:{port}/doc"),
        "http://127.0.0.1:99999/doc".to_owned(),
        "http://127.0.0.1:/doc".to_owned(),
    ] {
        let refused = client().send(get(&url)).await.unwrap_err();
        assert_eq!(refused.fault(), ApiFault::NotAUrl, "{url}");
    }
    assert_eq!(host.connections(), 0);
}

#[tokio::test]
async fn says_that_nobody_listens() {
    let url = format!("http://{}/", nobody().await);
    let refused = client().send(get(&url)).await.unwrap_err();
    assert_eq!(
        refused.fault(),
        ApiFault::Connect(ErrorKind::ConnectionRefused)
    );
}

#[tokio::test]
async fn says_that_a_name_does_not_exist() {
    let refused = client().send(get("http://api.invalid/")).await.unwrap_err();
    assert_eq!(refused.fault(), ApiFault::Unresolved);
}
