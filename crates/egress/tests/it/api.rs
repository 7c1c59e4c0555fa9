//! Calls to hosts that the operator configured, against a real API on loopback.

mod answers;
mod certificates;
mod concurrency;
mod connections;
mod deadline;
mod leaving;
mod request;
mod urls;
mod words;

use std::net::Ipv4Addr;

use bytes::Bytes;
use countersign_egress::{ApiClient, Egress, EgressConfig, Limits};
use countersign_testnet::{Answer, ApiHost};
use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::LIMITS;

/// A client that trusts these authorities beside the machine's. No network is allowed to it, and
/// its name server does not exist: neither is any of its business.
fn trusting(authorities: &str, limits: Limits) -> ApiClient {
    let egress = Egress::new(EgressConfig {
        nameservers: vec!["127.0.0.1:1".parse().unwrap()],
        extra_roots: authorities.as_bytes().to_vec(),
        allowed_networks: Vec::new(),
        concurrency: 1,
    });
    egress.unwrap().api(limits)
}

fn client() -> ApiClient {
    trusting("", LIMITS)
}

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

/// An API that answers `/doc` with an empty object.
async fn host() -> ApiHost {
    let host = ApiHost::start().await;
    host.answer("/doc", Answer::json("{}"));
    host
}

/// Where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Reads a request's head from the next connection, and says this.
async fn say(listener: &TcpListener, words: &[u8]) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(words).await.unwrap();
    stream
}
