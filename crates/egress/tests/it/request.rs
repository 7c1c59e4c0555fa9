//! What a stranger gets to know about this server (C19 of the security catalogue).

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use countersign_testnet::Answer;

use crate::fixture::{LIMITS, World};

#[tokio::test]
async fn sends_five_headers_and_never_a_cookie() {
    let world = World::new().await;
    let answer = Answer::json("{}").header("set-cookie", "a=b; path=/");
    world.host.answer("/doc", answer);
    let egress = world.egress();
    for _ in 0..2 {
        assert!(egress.get(&world.url("/doc"), &LIMITS).await.is_ok());
    }
    let authority = format!("client.example:{}", world.host.port());
    let agent = concat!("countersign/", env!("CARGO_PKG_VERSION"));
    for request in world.host.requests() {
        assert_eq!(request.method, "GET");
        let expected = [
            ("host", authority.as_str()),
            ("user-agent", agent),
            ("accept", "application/json"),
            ("accept-encoding", "identity"),
            ("connection", "close"),
        ];
        let sent: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(sent, expected);
    }
}

/// The environment cannot be changed inside a test without `unsafe`, so that the test above runs
/// once more in a process that has a proxy in its environment.
#[test]
fn takes_no_proxy_from_the_environment() {
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "request::sends_five_headers_and_never_a_cookie"]);
    for variable in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        again.env(variable, &address);
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
