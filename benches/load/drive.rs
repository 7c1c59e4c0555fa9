//! Keeps a number of connections busy for a while.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::figure::Round;

/// Somebody who does the same thing again and again, on a connection of its own.
pub(crate) trait Client: Send + 'static {
    /// Does it once. One latency is the time this takes, however many requests it needs.
    fn once(&mut self, connection: &mut Connection) -> impl Future<Output = Result<()>> + Send;
}

/// Lets the first `count` of `clients` do their thing until the window is over. Whatever is under
/// way then is finished, so that no client loses the answer that its next request depends on.
pub(crate) async fn drive<C: Client>(
    to: SocketAddr,
    clients: &mut Vec<C>,
    count: usize,
    window: Duration,
) -> Result<Round> {
    let idle = clients.split_off(count.min(clients.len()));
    let mut tasks = JoinSet::new();
    let mut connected = Vec::with_capacity(count);
    for client in clients.drain(..) {
        connected.push((client, Connection::open(to).await?));
    }
    let start = Instant::now();
    for (mut client, mut connection) in connected {
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            let mut before = Instant::now();
            while before.duration_since(start) < window {
                client.once(&mut connection).await?;
                let after = Instant::now();
                latencies.push(after.duration_since(before));
                before = after;
            }
            anyhow::Ok((client, latencies))
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (client, measured) = done??;
        clients.push(client);
        latencies.extend(measured);
    }
    let round = Round::new(start.elapsed(), latencies);
    clients.extend(idle);
    Ok(round)
}
