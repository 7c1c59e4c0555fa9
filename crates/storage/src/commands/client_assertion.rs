//! Client assertions: who presents one first, on whichever replica, has used it.

use countersign_domain::{ClientAssertion, Hashed, Timestamp};

use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    USE_ASSERTION = "INSERT INTO client_assertion (hash, expires_at) VALUES ($1, $2)
        ON CONFLICT (hash) DO NOTHING";
}

/// Uses an assertion, which nobody can use again (RFC 7523 section 3).
#[derive(Clone, Copy, Debug)]
pub struct UseAssertion {
    /// The assertion.
    pub hash: Hashed<ClientAssertion>,
    /// When nobody would accept it any more, clock differences included; remembered until then.
    pub expires_at: Timestamp,
}

/// What [`UseAssertion`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionUse {
    /// By this caller and no other.
    First,
    /// It was used before.
    Replayed,
}

impl Command for UseAssertion {
    type Outcome = AssertionUse;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let written = tx
            .exec(&USE_ASSERTION, vals![&self.hash, self.expires_at])
            .await?;
        Ok(if written > 0 {
            AssertionUse::First
        } else {
            AssertionUse::Replayed
        })
    }
}
