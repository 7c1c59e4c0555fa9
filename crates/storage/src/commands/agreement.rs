//! Agreement: the person lets the product's login hand its session over.

use countersign_domain::{Hashed, InteractionId, PlainSessionCookie, Timestamp};

use super::interaction::{InteractionStep, stepped};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    AGREE = "UPDATE interaction SET state = 'pending_hand_over'
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $3
            AND state IN ('pending_sign_in', 'pending_hand_over')";

    KEEP_DEVICE_CODES = "UPDATE interaction SET device_codes_sealed = $3
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $4
            AND state = 'pending_hand_over'";

    FIND_DEVICE_CODES = "SELECT id, device_codes_sealed FROM interaction
        WHERE id = $1 AND device_codes_sealed IS NOT NULL";
}

/// The person agreed to sign in at the product's login: an interaction that waits for sign-in waits
/// for the hand-over from now on. [`InteractionStep::Done`] also when it did so before.
#[derive(Clone, Debug)]
pub struct AgreeInteraction {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for AgreeInteraction {
    type Outcome = InteractionStep;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(&AGREE, vals![&self.id.to_string(), &self.browser, self.now])
            .await?;
        stepped(tx, changed, self.id, &self.browser, self.now).await
    }
}

/// Keeps the device codes (RFC 8628 section 3.2) that the person's page approves, in place of those
/// kept before; only while the interaction waits for the hand-over, which uses them up.
#[derive(Clone, Debug)]
pub struct KeepDeviceCodes {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// The codes, sealed.
    pub sealed: Vec<u8>,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for KeepDeviceCodes {
    type Outcome = InteractionStep;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(
                &KEEP_DEVICE_CODES,
                vals![&self.id.to_string(), &self.browser, &self.sealed, self.now],
            )
            .await?;
        stepped(tx, changed, self.id, &self.browser, self.now).await
    }
}

/// Finds the device codes that an interaction keeps, sealed.
#[derive(Clone, Copy, Debug)]
pub struct FindDeviceCodes {
    /// The interaction.
    pub id: InteractionId,
}

impl Query for FindDeviceCodes {
    type Outcome = Option<Vec<u8>>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_DEVICE_CODES, vals![&self.id.to_string()], |columns| {
            let columns = columns.of("interaction");
            columns.text("id")?;
            columns.blob("device_codes_sealed").map(<[u8]>::to_vec)
        })
        .await
    }
}
