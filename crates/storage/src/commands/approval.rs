//! Approval: the one step that makes a grant.

use countersign_domain::{
    AuthorizationCode, Client, Grant, Hashed, InteractionId, PlainSessionCookie, Timestamp,
};

use super::interaction::{InteractionStep, refusal};
use super::{authorization_code, client, grant, upstream_session, user};
use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

/// How many codes may wait for one client to redeem them for one person (RFC 6819 section 4.4.1.11:
/// resource exhaustion); the oldest are dropped.
const WAITING_CODES: i64 = 20;

sql! {
    APPROVE = "UPDATE interaction SET state = 'approved', completed_at = $4, grant_id = $5
        WHERE id = $1 AND browser_hash = $2 AND user_id = $3 AND state = 'pending_consent'
            AND completed_at IS NULL AND expires_at > $4";

    /// Takes an approval back, in the transaction that gave it.
    AWAIT_HAND_OVER = "UPDATE interaction
        SET state = 'pending_hand_over', completed_at = NULL, grant_id = NULL, user_id = NULL,
            authenticated_at = NULL
        WHERE id = $1";
}

/// What a grant needs of the product's login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamNeed {
    /// Nothing: its tokens are enough for the product's API.
    None,
    /// A session of its own, handed over by the person who consents.
    Session,
}

/// Approves an interaction: completes it, and makes the grant and its code, all or nothing. The
/// upstream session that was handed over for it becomes the grant's.
#[derive(Clone, Debug)]
pub struct ApproveInteraction {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// The grant to make; its person must be the one who is signed in for the interaction.
    pub grant: Grant,
    /// Its code.
    pub code: AuthorizationCode,
    /// The client to remember, where it is not the configuration that does.
    pub client: Option<Client>,
    /// What the grant needs of the product's login.
    pub upstream: UpstreamNeed,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`ApproveInteraction`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionApproval {
    /// Approved now, by this caller and no other: the code may go out.
    Approved {
        /// Whether the client was remembered with it.
        remembered: bool,
    },
    /// It was decided before.
    AlreadyCompleted,
    /// It is past its end.
    Expired,
    /// Another browser began it.
    WrongBrowser,
    /// It waits for sign-in, or another account was switched to since the page was shown.
    AnotherUser,
    /// The account was disabled.
    UserDisabled,
    /// No session of this person was handed over: the interaction is open and waits for one again.
    UpstreamMissing,
    /// No such interaction.
    Unknown,
}

impl Command for ApproveInteraction {
    type Outcome = InteractionApproval;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        // Before the interaction, so that a refusal leaves it open for another account.
        if !user::lock_active(tx, self.grant.user_id).await? {
            return Ok(InteractionApproval::UserDisabled);
        }
        let changed = tx
            .exec(
                &APPROVE,
                vals![
                    &self.id.to_string(),
                    &self.browser,
                    &self.grant.user_id.to_string(),
                    self.now,
                    &self.grant.id.to_string()
                ],
            )
            .await?;
        if changed == 0 {
            let refusal = refusal(tx, self.id, &self.browser, self.now).await?;
            return Ok(match refusal {
                InteractionStep::Unknown => InteractionApproval::Unknown,
                InteractionStep::WrongBrowser => InteractionApproval::WrongBrowser,
                InteractionStep::Expired => InteractionApproval::Expired,
                InteractionStep::OutOfTurn => InteractionApproval::AnotherUser,
                InteractionStep::AlreadyCompleted | InteractionStep::Done => {
                    InteractionApproval::AlreadyCompleted
                }
            });
        }
        let upstream = match self.upstream {
            UpstreamNeed::None => None,
            UpstreamNeed::Session => {
                let detached = upstream_session::detach(tx, self.id, self.grant.user_id).await?;
                if detached.is_none() {
                    tx.exec(&AWAIT_HAND_OVER, vals![&self.id.to_string()])
                        .await?;
                    return Ok(InteractionApproval::UpstreamMissing);
                }
                detached
            }
        };
        let Grant {
            user_id, client_id, ..
        } = &self.grant;
        authorization_code::crowd_out(tx, *user_id, client_id, WAITING_CODES - 1, self.now).await?;
        let remembered = match &self.client {
            Some(client) => client::remember(tx, client).await?,
            None => false,
        };
        grant::insert(tx, &self.grant, upstream).await?;
        if let Some(id) = upstream {
            upstream_session::attach(tx, id, self.grant.id).await?;
        }
        authorization_code::insert(tx, &self.code, self.now).await?;
        Ok(InteractionApproval::Approved { remembered })
    }
}
