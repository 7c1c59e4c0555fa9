//! A TCP connection to the first of a host's addresses that answers.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The next address is tried when the one before has not answered for as long (RFC 8305,
/// section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// How many of a host's addresses are tried. All are checked.
const ATTEMPTS: usize = 4;

pub(crate) async fn connect(addresses: &[IpAddr], port: u16) -> Result<TcpStream, io::ErrorKind> {
    let mut attempts = Attempts {
        open: FuturesUnordered::new(),
        refused: io::ErrorKind::AddrNotAvailable,
    };
    for address in addresses.iter().take(ATTEMPTS) {
        let address = SocketAddr::new(*address, port);
        attempts.open.push(TcpStream::connect(address));
        // An address that refuses at once is not waited for.
        if let Ok(Some(stream)) = timeout(STAGGER, attempts.winner()).await {
            return Ok(stream);
        }
    }
    attempts.winner().await.ok_or(attempts.refused)
}

struct Attempts<F> {
    open: FuturesUnordered<F>,
    refused: io::ErrorKind,
}

impl<F: Future<Output = io::Result<TcpStream>>> Attempts<F> {
    /// `None` when each of them was refused.
    async fn winner(&mut self) -> Option<TcpStream> {
        while let Some(outcome) = self.open.next().await {
            match outcome {
                Ok(stream) => return Some(stream),
                Err(error) => self.refused = error.kind(),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn goes_on_to_the_next_address_when_one_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let refusing = ["127.0.0.2", "127.0.0.3"].map(|address| address.parse().unwrap());
        let [first, second] = refusing;
        let stream = connect(&[first, second, address.ip()], address.port()).await;
        assert_eq!(stream.unwrap().peer_addr().unwrap(), address);
        let refused = connect(&refusing, address.port()).await.err();
        assert_eq!(refused, Some(io::ErrorKind::ConnectionRefused));
    }

    #[tokio::test]
    async fn a_host_without_addresses_cannot_be_reached() {
        let refused = connect(&[], 80).await.err();
        assert_eq!(refused, Some(io::ErrorKind::AddrNotAvailable));
    }
}
