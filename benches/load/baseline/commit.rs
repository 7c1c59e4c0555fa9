//! A durable write and nothing else: the two statements that a rotation cannot do without, in
//! group commits on SQLite (WAL, `synchronous=FULL`), behind a queue with as many callers as there
//! are connections. No second index, no look-up, no savepoint.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use rusqlite::{Connection, params};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::cores::Cores;
use crate::figure::Round;

/// Writes per commit at most, as in the product.
const BATCH: usize = 128;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS token (
        hash BLOB NOT NULL PRIMARY KEY,
        family TEXT NOT NULL,
        parent BLOB,
        created_at INTEGER NOT NULL,
        rotated_at INTEGER,
        sealed BLOB
    ) STRICT, WITHOUT ROWID;";
const ROTATE: &str =
    "UPDATE token SET rotated_at = ?2, sealed = ?3 WHERE hash = ?1 AND rotated_at IS NULL";
const INSERT: &str = "INSERT INTO token (hash, family, parent, created_at) VALUES (?1, ?2, ?3, ?4)";

type Hash = [u8; 32];

struct Rotation {
    parent: Hash,
    successor: Hash,
    done: oneshot::Sender<()>,
}

/// A database of its own, on the disk that the product's is on.
pub(crate) struct Commit {
    directory: TempDir,
    cores: Cores,
    /// Tokens made so far, so that no hash comes twice.
    made: u64,
}

impl Commit {
    pub(crate) fn new(cores: Cores) -> Result<Self> {
        Ok(Self {
            directory: TempDir::new()?,
            cores,
            made: 0,
        })
    }

    /// One round on the server's core: callers and writer.
    pub(crate) fn round(&mut self, callers: usize, window: Duration) -> Result<Round> {
        let connection = Connection::open(self.directory.path().join("tokens.db"))?;
        connection.execute_batch(SCHEMA)?;
        let (cores, first) = (self.cores, self.made);
        let measured = thread::spawn(move || {
            cores.pin_server()?;
            measure(connection, callers, first, window)
        });
        let (round, made) = measured
            .join()
            .map_err(|_| anyhow!("the commit baseline panicked"))??;
        self.made += made;
        Ok(round)
    }
}

/// Answers with the round and how many tokens it made.
fn measure(
    connection: Connection,
    callers: usize,
    first: u64,
    window: Duration,
) -> Result<(Round, u64)> {
    let (queue, jobs) = mpsc::channel(1024);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let callers = u64::try_from(callers)?;
    for caller in 0..callers {
        let hash = hash(first + caller);
        connection.execute(INSERT, params![hash, "family", None::<Hash>, 0])?;
    }
    let writer = thread::spawn(move || write(&connection, jobs));
    let round = runtime.block_on(async {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for caller in 0..callers {
            tasks.spawn(rotate(
                queue.clone(),
                first + caller,
                callers,
                start,
                window,
            ));
        }
        drop(queue);
        let mut latencies = Vec::new();
        let mut most = 0;
        while let Some(done) = tasks.join_next().await {
            let measured = done??;
            most = most.max(u64::try_from(measured.len())?);
            latencies.extend(measured);
        }
        let made = (most + 1) * callers;
        anyhow::Ok((Round::new(start.elapsed(), latencies), made))
    })?;
    writer
        .join()
        .map_err(|_| anyhow!("the writer panicked"))??;
    Ok(round)
}

/// One caller: rotates its token until the window is over.
async fn rotate(
    queue: mpsc::Sender<Rotation>,
    mut token: u64,
    callers: u64,
    start: Instant,
    window: Duration,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut before = Instant::now();
    while before.duration_since(start) < window {
        let (done, answered) = oneshot::channel();
        let rotation = Rotation {
            parent: hash(token),
            successor: hash(token + callers),
            done,
        };
        token += callers;
        queue.send(rotation).await.context("the writer ended")?;
        answered.await.context("the writer did not commit")?;
        let after = Instant::now();
        latencies.push(after.duration_since(before));
        before = after;
    }
    Ok(latencies)
}

fn write(connection: &Connection, mut jobs: mpsc::Receiver<Rotation>) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for rotation in &batch {
            let rotated = connection.prepare_cached(ROTATE)?.execute(params![
                rotation.parent,
                1,
                [0_u8; 71]
            ])?;
            anyhow::ensure!(rotated == 1, "the token to rotate is not there");
            connection.prepare_cached(INSERT)?.execute(params![
                rotation.successor,
                "family",
                rotation.parent,
                1
            ])?;
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        for rotation in batch.drain(..) {
            // The caller waits for it.
            let _ = rotation.done.send(());
        }
    }
    Ok(())
}

/// Spread over the tree as real hashes are: neighbours in time are no neighbours on the page.
fn hash(number: u64) -> Hash {
    let mut hash = [0; 32];
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
    for (byte, value) in hash.iter_mut().zip(spread.iter().cycle()) {
        *byte = *value;
    }
    hash
}
