//! The writer thread: one owner of the writing connection, group commit.
//!
//! Whatever waits when the thread is free becomes one batch: one `BEGIN IMMEDIATE`, a savepoint
//! per job, one `COMMIT`, one fsync. No timer and no waiting for company: a lone job commits at
//! once, and under load the batch grows by itself. Answers go out only after the commit, so nobody
//! is ever told of a state that a crash could take back.

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::{mpsc, oneshot};

use super::file::DatabaseFile;
use super::tx::{SqliteTx, poll_once};
use crate::StorageError;
use crate::operation::Command;

/// Jobs that may wait; beyond it callers wait for a place.
const QUEUE: usize = 1024;

/// Jobs per commit: bounds how long the first of a batch waits for the last.
const BATCH: usize = 128;

/// How long a caller waits for a place in the queue.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// A command that waits for the thread.
trait Job: Send {
    /// Runs the operation; what is left to do is to answer, once the batch is decided.
    fn run(self: Box<Self>, connection: &mut Connection) -> Ran;

    /// Answers without having run.
    fn refuse(self: Box<Self>, error: StorageError);
}

struct Ran {
    /// Whether the operation's changes stay.
    keep: bool,
    /// Sends the outcome if the batch was committed, else the given error.
    answer: Answer,
}

type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

struct Waiting<C: Command> {
    command: C,
    sender: oneshot::Sender<Result<C::Outcome, StorageError>>,
}

// A caller may be gone by the time of its answer; what it asked for stays done.
impl<C: Command> Job for Waiting<C> {
    fn run(self: Box<Self>, connection: &mut Connection) -> Ran {
        let Self { command, sender } = *self;
        let result = poll_once(command.run(&mut SqliteTx::new(connection)));
        Ran {
            keep: result.is_ok(),
            answer: Box::new(move |committed| drop(sender.send(committed.and(result)))),
        }
    }

    fn refuse(self: Box<Self>, error: StorageError) {
        drop(self.sender.send(Err(error)));
    }
}

/// The way to the writer thread. Dropping it waits until the queue is written and the file closed,
/// so that a process that ends leaves no log behind.
pub(super) struct Writer {
    /// `None` once the thread has been told to end.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // It catches the panics of its jobs; one of its own has nobody left to tell.
            let _ = thread.join();
        }
    }
}

impl Writer {
    /// Starts the thread. It holds `file` until its connection is closed, so that a temporary
    /// directory outlives it.
    pub(super) fn start(
        connection: Connection,
        file: Arc<DatabaseFile>,
    ) -> Result<Self, StorageError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                write(connection, queue);
                drop(file);
            })
            .map_err(|error| {
                StorageError::Unavailable(format!("cannot start the writer: {error}"))
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs `command` in the next batch. A caller that goes away does not stop it.
    pub(super) async fn execute<C: Command>(&self, command: C) -> Result<C::Outcome, StorageError> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(Waiting { command, sender });
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        match jobs.send_timeout(job, QUEUE_TIMEOUT).await {
            Ok(()) => {}
            Err(SendTimeoutError::Closed(_)) => return Err(ended()),
            Err(SendTimeoutError::Timeout(_)) => {
                return Err(unavailable("the write queue is full"));
            }
        }
        receiver.await.unwrap_or_else(|_| {
            Err(StorageError::Backend(
                "the operation panicked and was rolled back".to_owned(),
            ))
        })
    }
}

fn ended() -> StorageError {
    unavailable("the writer has ended")
}

fn unavailable(reason: &str) -> StorageError {
    StorageError::Unavailable(reason.to_owned())
}

fn write(mut connection: Connection, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = queue.blocking_recv() {
        batch.push(first);
        while batch.len() < BATCH
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        if let Err(error) = run(&connection, "BEGIN IMMEDIATE") {
            tracing::error!(%error, "a batch of writes could not begin");
            // Whatever queued up meanwhile has waited as long as the batch did (five seconds, when
            // another process holds the lock): it gets its answer now, not after another wait.
            // Taken off the queue before anybody is answered, or a caller's next job would be
            // among them.
            while let Ok(next) = queue.try_recv() {
                batch.push(next);
            }
            for job in batch.drain(..) {
                job.refuse(error.clone());
            }
        } else if let Err(error) = commit(&mut connection, batch.drain(..)) {
            tracing::error!(%error, "a batch of writes was not committed");
        }
    }
}

/// Runs `jobs` in the transaction that has begun, commits it, and answers all of them.
fn commit(
    connection: &mut Connection,
    mut jobs: impl Iterator<Item = Box<dyn Job>>,
) -> Result<(), StorageError> {
    let mut answers = Vec::new();
    let mut committed = jobs
        .by_ref()
        .try_for_each(|job| apart(connection, job, &mut answers));
    if committed.is_ok() {
        committed = run(connection, "COMMIT");
    }
    if committed.is_err() && !connection.is_autocommit() {
        // Nothing was committed either way; an error here has no further meaning.
        let _ = run(connection, "ROLLBACK");
    }
    for answer in answers {
        answer(committed.clone());
    }
    if let Err(error) = &committed {
        jobs.for_each(|job| job.refuse(error.clone()));
    }
    committed
}

/// Runs one job inside its own savepoint, so that neither its error nor its panic undoes its
/// neighbours. An `Err` of this function ends the whole batch.
fn apart(
    connection: &mut Connection,
    job: Box<dyn Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), StorageError> {
    if let Err(error) = run(connection, "SAVEPOINT operation") {
        job.refuse(error.clone());
        return Err(error);
    }
    // The connection stays usable after a panic: every statement is reset when it is dropped, and
    // the savepoint takes back what was written.
    let ran = catch_unwind(AssertUnwindSafe(|| job.run(connection)));
    let keep = ran.as_ref().is_ok_and(|ran| ran.keep);
    // A job that panicked has dropped its sender, which tells its caller.
    answers.extend(ran.ok().map(|ran| ran.answer));
    // A full disk or an I/O error can make SQLite roll back the whole transaction by itself.
    if connection.is_autocommit() {
        return Err(unavailable("the database rolled the batch back"));
    }
    if !keep {
        run(connection, "ROLLBACK TO operation")?;
    }
    run(connection, "RELEASE operation")
}

fn run(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection
        .prepare_cached(sql)?
        .raw_execute()
        .map(drop)
        .map_err(StorageError::from)
}
