//! Access tokens are not stored; whether one is still good is a matter of its grant.

use countersign_domain::{GrantId, Timestamp, TokenId};
use countersign_oauth::scope::ScopeSet;

use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    /// Asked on every tool call: primary keys only.
    LIVENESS = "SELECT g.id, g.scope FROM access_grant g
        JOIN user_account u ON u.id = g.user_id
        LEFT JOIN client c ON c.id = g.client_id
        LEFT JOIN revoked_access_token r ON r.jti = $2
        WHERE g.id = $1 AND g.ended_at IS NULL AND g.expires_at > $3
            AND u.disabled_at IS NULL AND c.revoked_at IS NULL AND r.jti IS NULL";

    REVOKE_ACCESS_TOKEN = "INSERT INTO revoked_access_token (jti, expires_at) VALUES ($1, $2)
        ON CONFLICT (jti) DO NOTHING";
}

/// Asks whether an access token still stands: its grant lives, its person and its client may
/// still act, and it was not itself revoked.
#[derive(Clone, Copy, Debug)]
pub struct GrantLiveness {
    /// The token's grant.
    pub grant_id: GrantId,
    /// The token itself.
    pub jti: TokenId,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`GrantLiveness`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It stands.
    Live {
        /// What the grant covers now.
        scope: ScopeSet,
    },
    /// It does not, for whatever reason.
    Ended,
}

impl Query for GrantLiveness {
    type Outcome = Liveness;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let scope = tx
            .opt(
                &LIVENESS,
                vals![&self.grant_id.to_string(), &self.jti.to_string(), self.now],
                |columns| {
                    let columns = columns.of("access_grant");
                    columns.text("id")?;
                    columns.read("scope", |text| ScopeSet::parse(text).ok())
                },
            )
            .await?;
        Ok(scope.map_or(Liveness::Ended, |scope| Liveness::Live { scope }))
    }
}

/// Revokes one access token and leaves its grant alive (RFC 7009 section 2.1).
#[derive(Clone, Copy, Debug)]
pub struct RevokeAccessToken {
    /// The token.
    pub jti: TokenId,
    /// When the token expires by itself; remembered until then.
    pub expires_at: Timestamp,
}

impl Command for RevokeAccessToken {
    type Outcome = ();

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.exec(
            &REVOKE_ACCESS_TOKEN,
            vals![&self.jti.to_string(), self.expires_at],
        )
        .await?;
        Ok(())
    }
}
