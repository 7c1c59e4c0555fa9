//! Passkey ceremonies: what the server remembers between its challenge and the answer (WebAuthn
//! sections 7.1 and 7.2). The state never leaves the server, or a signature could be replayed.

use countersign_domain::{Hashed, PlainPasskeyCeremony, Timestamp};

use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_CEREMONY = "INSERT INTO passkey_ceremony (hash, state, expires_at)
        VALUES ($1, $2, $3)";

    TAKE_CEREMONY = "DELETE FROM passkey_ceremony WHERE hash = $1 RETURNING state, expires_at";
}

/// Remembers a ceremony that has begun.
#[derive(Clone)]
pub struct StartCeremony {
    /// Hash of the handle that the browser brings back.
    pub handle: Hashed<PlainPasskeyCeremony>,
    /// The challenge and what belongs to it, as the caller's JSON.
    pub state: String,
    /// When the answer comes too late.
    pub expires_at: Timestamp,
}

impl Command for StartCeremony {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.exec(
            &INSERT_CEREMONY,
            vals![&self.handle, &self.state, self.expires_at],
        )
        .await?;
        Ok(())
    }
}

/// Takes a ceremony's state, once: a challenge is answered by one signature, right or wrong. The
/// outcome is `None` for one that was taken before, has expired, or never began.
#[derive(Clone, Copy, Debug)]
pub struct TakeCeremony {
    /// Hash of the presented handle.
    pub handle: Hashed<PlainPasskeyCeremony>,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for TakeCeremony {
    type Outcome = Option<String>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let taken = tx
            .opt(&TAKE_CEREMONY, vals![&self.handle], |columns| {
                let columns = columns.of("passkey_ceremony");
                Ok((
                    columns.text("state")?.to_owned(),
                    columns.time("expires_at")?,
                ))
            })
            .await?;
        Ok(taken
            .filter(|(_, expires_at)| *expires_at > self.now)
            .map(|(state, _)| state))
    }
}
