//! Rate limits that all replicas share: a token bucket in one statement.
//!
//! A bucket is kept as the moment at which it will be full again (GCRA): one number, no refill
//! job, and a bucket that is full needs no row.

use countersign_domain::{Milliseconds, Timestamp};

use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    /// `$2` now, `$3` the time of one token, `$4` now plus one token, `$5` the latest moment to be
    /// full again at which one token is left, `$6` the latest moment that any bucket can have. What
    /// lies behind `$6` was written before the clock went back, and counts as full.
    TAKE = "INSERT INTO rate_bucket (key, full_at) VALUES ($1, $4)
        ON CONFLICT (key) DO UPDATE SET full_at = CASE
            WHEN rate_bucket.full_at BETWEEN $2 AND $6 THEN rate_bucket.full_at + $3
            ELSE $4 END
        WHERE rate_bucket.full_at <= $5 OR rate_bucket.full_at > $6";

    RETURN = "UPDATE rate_bucket SET full_at = full_at - $2 WHERE key = $1";

    FULL_AT = "SELECT full_at FROM rate_bucket WHERE key = $1";
}

/// Takes a token out of a bucket.
#[derive(Clone, Debug)]
pub struct TakeRateToken {
    /// Which bucket: the rule and whom it is applied to.
    pub key: String,
    /// How many tokens a full bucket holds; at least 1.
    pub capacity: i64,
    /// How long it takes until a token comes back.
    pub refill: Milliseconds,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`TakeRateToken`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateToken {
    /// A token was taken.
    Allowed,
    /// The bucket is empty; the next token comes back after this time.
    RetryAfter(Milliseconds),
}

impl Command for TakeRateToken {
    type Outcome = RateToken;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let whole = self.refill.saturating_mul(self.capacity.max(1));
        let latest = self.now.plus(whole);
        let one_left = latest.minus(self.refill);
        let taken = tx
            .exec(
                &TAKE,
                vals![
                    &self.key,
                    self.now,
                    self.refill,
                    self.now.plus(self.refill),
                    one_left,
                    latest
                ],
            )
            .await?;
        if taken > 0 {
            return Ok(RateToken::Allowed);
        }
        let full_at = tx
            .opt(&FULL_AT, vals![&self.key], |columns| {
                columns.of("rate_bucket").time("full_at")
            })
            .await?;
        let wait = full_at.map_or(self.refill, |full_at| full_at.since(one_left));
        Ok(RateToken::RetryAfter(wait.clamp(1, self.refill.max(1))))
    }
}

/// Gives back a token that was taken for something that turned out to need none: a sign-in with
/// the right password. A bucket never gets fuller than full.
#[derive(Clone, Debug)]
pub struct ReturnRateToken {
    /// Which bucket.
    pub key: String,
    /// How long it takes until a token comes back by itself.
    pub refill: Milliseconds,
}

impl Command for ReturnRateToken {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.exec(&RETURN, vals![&self.key, self.refill]).await?;
        Ok(())
    }
}
