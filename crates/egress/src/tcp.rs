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
