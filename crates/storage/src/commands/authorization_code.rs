//! Authorization codes: redeemed once (RFC 6749 section 4.1.2).

use countersign_domain::{
    AuthorizationCode, ClientId, EndReason, Grant, GrantId, Hashed, Milliseconds,
    PlainAuthorizationCode, PlainRefreshToken, Timestamp, UserId,
};

use super::grant::{self, grant, grant_columns};
use super::{client, refresh_token};
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::vals;

sql! {
    INSERT_CODE = "INSERT INTO authorization_code
            (hash, grant_id, client_id, redirect_uri, code_challenge, nonce, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// All but the newest `$4` codes that wait for one client to redeem them for one person.
    END_CROWDED_OUT = "UPDATE access_grant SET ended_at = $3, end_reason = 'expired'
        WHERE id IN (
            SELECT g.id FROM access_grant g JOIN authorization_code c ON c.grant_id = g.id
            WHERE g.user_id = $1 AND g.client_id = $2 AND g.ended_at IS NULL
                AND c.redeemed_at IS NULL AND c.expires_at > $3
            ORDER BY c.created_at DESC, g.id DESC LIMIT 100 OFFSET $4)";

    FIND_CODE = concat!(
        "SELECT c.hash, c.grant_id, c.client_id, c.redirect_uri, c.code_challenge, c.nonce,
            c.expires_at, c.redeemed_at, ", grant_columns!("g."), "
        FROM authorization_code c JOIN access_grant g ON g.id = c.grant_id WHERE c.hash = $1"
    );

    /// `$4` is the redirect URI that was sent, or the empty text (OAuth 2.1 no longer asks for it).
    REDEEM = "UPDATE authorization_code SET redeemed_at = $3
        WHERE hash = $1 AND client_id = $2 AND redeemed_at IS NULL AND expires_at > $3
            AND ($4 = '' OR redirect_uri = $4)
        RETURNING grant_id";

    /// Also takes the grant's row lock, so that whoever ends the grant meanwhile waits.
    USE_GRANT = concat!(
        "UPDATE access_grant SET last_used_at = $2
        WHERE id = $1 AND ended_at IS NULL AND expires_at > $2
        RETURNING ", grant_columns!(""), ",
            (SELECT u.disabled_at FROM user_account u WHERE u.id = access_grant.user_id)
                AS user_disabled_at,
            (SELECT c.revoked_at FROM client c WHERE c.id = access_grant.client_id)
                AS client_revoked_at"
    );

    STATE_OF_CODE = "SELECT grant_id, client_id, redirect_uri, expires_at, redeemed_at
        FROM authorization_code WHERE hash = $1";
}

fn code(columns: &mut Columns<'_>) -> Result<AuthorizationCode, StorageError> {
    let columns = columns.of("authorization_code");
    Ok(AuthorizationCode {
        hash: columns.hash("hash")?,
        grant_id: columns.parse("grant_id")?,
        client_id: ClientId::new(columns.text("client_id")?),
        redirect_uri: columns.wire("redirect_uri")?,
        code_challenge: columns.wire("code_challenge")?,
        nonce: columns.opt_text("nonce")?.map(str::to_owned),
        expires_at: columns.time("expires_at")?,
        redeemed_at: columns.opt_time("redeemed_at")?,
    })
}

/// Inserts a code that waits to be redeemed.
pub(super) async fn insert(
    tx: &mut impl Tx,
    code: &AuthorizationCode,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(
        &INSERT_CODE,
        vals![
            &code.hash,
            &code.grant_id.to_string(),
            code.client_id.as_str(),
            code.redirect_uri.as_str(),
            code.code_challenge.as_str(),
            code.nonce.as_deref(),
            now,
            code.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// Drops the oldest waiting codes of a person at a client until `room` are left.
pub(super) async fn crowd_out(
    tx: &mut impl Tx,
    user_id: UserId,
    client_id: &ClientId,
    room: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.exec(
        &END_CROWDED_OUT,
        vals![&user_id.to_string(), client_id.as_str(), now, room],
    )
    .await?;
    Ok(())
}

/// Finds a code and its grant, so that PKCE, scope and resource can be checked before it is
/// redeemed.
#[derive(Clone, Copy, Debug)]
pub struct FindCode {
    /// Hash of the presented code.
    pub hash: Hashed<PlainAuthorizationCode>,
}

/// What [`FindCode`] finds.
#[derive(Clone, Debug)]
pub struct FoundCode {
    /// The code.
    pub code: AuthorizationCode,
    /// The grant it belongs to.
    pub grant: Grant,
}

impl Query for FindCode {
    type Outcome = Option<FoundCode>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_CODE, vals![&self.hash], |columns| {
            Ok(FoundCode {
                code: code(columns)?,
                grant: grant(columns)?,
            })
        })
        .await
    }
}

/// The first refresh token of a family.
#[derive(Clone, Copy, Debug)]
pub struct FirstRefreshToken {
    /// Its hash.
    pub hash: Hashed<PlainRefreshToken>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Redeems a code, once the verifier was found good ([`FindCode`]).
#[derive(Clone, Debug)]
pub struct RedeemCode {
    /// Hash of the presented code.
    pub hash: Hashed<PlainAuthorizationCode>,
    /// The client that authenticated.
    pub client_id: ClientId,
    /// The redirect URI that was sent, if one was.
    pub redirect_uri: Option<String>,
    /// The refresh token to issue; `None` for a client without that grant type.
    pub refresh_token: Option<FirstRefreshToken>,
    /// How long after its redemption a code may come back without ending the grant: a client that
    /// lost the answer repeats itself at once.
    pub leeway: Milliseconds,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`RedeemCode`] came to. Everything but `Redeemed` is `invalid_grant`.
#[derive(Clone, Debug)]
pub enum CodeRedemption {
    /// Redeemed now, by this caller and no other.
    Redeemed {
        /// The grant to issue from.
        grant: Grant,
    },
    /// Redeemed before.
    Replayed {
        /// The grant it belongs to.
        grant_id: GrantId,
        /// Whether it came back within the leeway; otherwise the grant has ended.
        within_leeway: bool,
    },
    /// Issued to another client. Nothing was consumed.
    WrongClient,
    /// Sent to another redirect URI. Nothing was consumed.
    RedirectUriMismatch,
    /// Past its end; the grant has ended with it.
    Expired,
    /// The grant has ended.
    GrantEnded,
    /// No such code.
    Unknown,
}

struct CodeState {
    grant_id: GrantId,
    client_id: String,
    redirect_uri: String,
    expires_at: Timestamp,
    redeemed_at: Option<Timestamp>,
}

impl Command for RedeemCode {
    type Outcome = CodeRedemption;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let redirect_uri = self.redirect_uri.as_deref().unwrap_or_default();
        let redeemed: Option<GrantId> = tx
            .opt(
                &REDEEM,
                vals![&self.hash, self.client_id.as_str(), self.now, redirect_uri],
                |columns| columns.of("authorization_code").parse("grant_id"),
            )
            .await?;
        let Some(grant_id) = redeemed else {
            return self.refuse(tx).await;
        };
        let used = tx
            .opt(
                &USE_GRANT,
                vals![&grant_id.to_string(), self.now],
                |columns| {
                    let grant = grant(columns)?;
                    let disabled = columns.opt_time("user_disabled_at")?.is_some();
                    let revoked = columns.opt_time("client_revoked_at")?.is_some();
                    Ok((grant, disabled, revoked))
                },
            )
            .await?;
        let Some((grant, disabled, revoked)) = used else {
            return Ok(CodeRedemption::GrantEnded);
        };
        if disabled || revoked {
            let reason = if disabled {
                EndReason::AccountChanged
            } else {
                EndReason::ClientRevoked
            };
            grant::end(tx, grant_id, reason, self.now).await?;
            return Ok(CodeRedemption::GrantEnded);
        }
        if let Some(first) = &self.refresh_token {
            refresh_token::insert(tx, grant_id, &first.hash, None, first.expires_at, self.now)
                .await?;
        }
        client::mark_used(tx, &self.client_id, self.now).await?;
        Ok(CodeRedemption::Redeemed { grant })
    }
}

impl RedeemCode {
    async fn refuse(&self, tx: &mut impl Tx) -> Result<CodeRedemption, StorageError> {
        let state = tx
            .opt(&STATE_OF_CODE, vals![&self.hash], |columns| {
                let columns = columns.of("authorization_code");
                Ok(CodeState {
                    grant_id: columns.parse("grant_id")?,
                    client_id: columns.text("client_id")?.to_owned(),
                    redirect_uri: columns.text("redirect_uri")?.to_owned(),
                    expires_at: columns.time("expires_at")?,
                    redeemed_at: columns.opt_time("redeemed_at")?,
                })
            })
            .await?;
        let Some(state) = state else {
            return Ok(CodeRedemption::Unknown);
        };
        // First of all, so that a stranger who guesses or steals a code can neither consume it
        // nor end the grant.
        if state.client_id != self.client_id.as_str() {
            return Ok(CodeRedemption::WrongClient);
        }
        if let Some(sent) = &self.redirect_uri
            && *sent != state.redirect_uri
        {
            return Ok(CodeRedemption::RedirectUriMismatch);
        }
        if let Some(redeemed_at) = state.redeemed_at {
            let within_leeway = self.now.since(redeemed_at) <= self.leeway;
            if !within_leeway {
                grant::end(tx, state.grant_id, EndReason::CodeReplayed, self.now).await?;
            }
            return Ok(CodeRedemption::Replayed {
                grant_id: state.grant_id,
                within_leeway,
            });
        }
        debug_assert!(state.expires_at <= self.now, "nothing else refuses a code");
        // Ended, and not just refused, so that a clock that goes back cannot revive it.
        grant::end(tx, state.grant_id, EndReason::Expired, self.now).await?;
        Ok(CodeRedemption::Expired)
    }
}
