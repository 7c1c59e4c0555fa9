//! The hand-over: the product's login tells who a person is, and gives a session of theirs.

use countersign_domain::{
    Hashed, InteractionId, PlainSessionCookie, Timestamp, UpstreamIdentity, User, UserId,
    UserState, Username,
};

use super::interaction::{InteractionStep, refusal};
use super::upstream_session::NewUpstreamSession;
use super::{upstream_identity, upstream_session, user};
use crate::StorageError;
use crate::operation::{Command, Tx};
use crate::sql::sql;
use crate::value::vals;

sql! {
    USE_TOKEN = "INSERT INTO used_upstream_token (hash, expires_at) VALUES ($1, $2)
        ON CONFLICT (hash) DO NOTHING";

    /// Takes a use back, in the transaction that made it.
    UNUSE_TOKEN = "DELETE FROM used_upstream_token WHERE hash = $1";

    HAND_OVER = "UPDATE interaction
        SET state = 'pending_consent', user_id = $3, authenticated_at = $4,
            device_codes_sealed = NULL
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $5
            AND state = 'pending_hand_over'";
}

/// The interaction that a person signs in for.
#[derive(Clone, Copy, Debug)]
pub struct HandOverInteraction {
    /// Its identifier.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
}

/// Takes what the product's login handed over, all or nothing: makes the account of a person who is
/// new here, renews what is known about the person, brings the interaction to consent and keeps the
/// session with it, in place of one kept before.
///
/// A new account has the subject as its name; its identifier, where the subject is no name or
/// somebody with a local account chose it. Such an account is never taken for the person's.
#[derive(Clone)]
pub struct HandOver {
    /// What the person signs in for; `None` where no client asks.
    pub interaction: Option<HandOverInteraction>,
    /// SHA-256 of the token that was handed over, which counts once.
    pub token: [u8; 32],
    /// When nobody would accept the token any more, clock differences included; remembered until
    /// then.
    pub token_expires_at: Timestamp,
    /// Who the person is there.
    pub identity: UpstreamIdentity,
    /// The identifier of the account to make, if the person is new here.
    pub user_id: UserId,
    /// The session to keep; only with an interaction.
    pub session: Option<NewUpstreamSession>,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

/// What [`HandOver`] came to. A refusal changes nothing: the token can be handed over again, except
/// where it was used before.
#[derive(Clone, Debug)]
pub enum HandOverOutcome {
    /// Taken now, from this caller and no other.
    Accepted {
        /// The person's account.
        user: User,
        /// Whether it was made just now.
        new: bool,
    },
    /// The token was handed over before.
    TokenUsed,
    /// The account is disabled.
    UserDisabled,
    /// The interaction is open but does not wait for a hand-over: the person has not agreed to it,
    /// or another one came first. Its page shows what is next.
    NotAgreed,
    /// The interaction was decided before.
    AlreadyCompleted,
    /// The interaction is past its end.
    Expired,
    /// Another browser began the interaction.
    WrongBrowser,
    /// No such interaction.
    Unknown,
}

impl Command for HandOver {
    type Outcome = HandOverOutcome;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let UpstreamIdentity {
            issuer, subject, ..
        } = &self.identity;
        let known = upstream_identity::find_user(tx, issuer, subject).await?;
        if let Some(known) = &known
            && !user::lock_active(tx, known.id).await?
        {
            return Ok(HandOverOutcome::UserDisabled);
        }
        let used = tx
            .exec(&USE_TOKEN, vals![&self.token[..], self.token_expires_at])
            .await?;
        if used == 0 {
            return Ok(HandOverOutcome::TokenUsed);
        }
        let user_id = known.as_ref().map_or(self.user_id, |known| known.id);
        if let Some(refusal) = self.step(tx, user_id).await? {
            tx.exec(&UNUSE_TOKEN, vals![&self.token[..]]).await?;
            return Ok(refusal);
        }
        let new = known.is_none();
        let user = match known {
            Some(known) => known,
            None => self.make_account(tx).await?,
        };
        upstream_identity::put(tx, user.id, &self.identity).await?;
        self.keep_session(tx, user.id).await?;
        Ok(HandOverOutcome::Accepted { user, new })
    }
}

impl HandOver {
    /// Brings the interaction to consent, or tells why not.
    async fn step(
        &self,
        tx: &mut impl Tx,
        user_id: UserId,
    ) -> Result<Option<HandOverOutcome>, StorageError> {
        let Some(HandOverInteraction { id, browser }) = &self.interaction else {
            return Ok(None);
        };
        let changed = tx
            .exec(
                &HAND_OVER,
                vals![
                    &id.to_string(),
                    browser,
                    &user_id.to_string(),
                    self.authenticated_at,
                    self.now,
                ],
            )
            .await?;
        if changed > 0 {
            return Ok(None);
        }
        let refusal = match refusal(tx, *id, browser, self.now).await? {
            InteractionStep::OutOfTurn | InteractionStep::Done => HandOverOutcome::NotAgreed,
            InteractionStep::AlreadyCompleted => HandOverOutcome::AlreadyCompleted,
            InteractionStep::Expired => HandOverOutcome::Expired,
            InteractionStep::WrongBrowser => HandOverOutcome::WrongBrowser,
            InteractionStep::Unknown => HandOverOutcome::Unknown,
        };
        Ok(Some(refusal))
    }

    async fn make_account(&self, tx: &mut impl Tx) -> Result<User, StorageError> {
        let own_name = || {
            Username::parse(&self.user_id.to_string())
                .map_err(|error| StorageError::Backend(error.to_string()))
        };
        let mut username = match Username::parse(&self.identity.subject) {
            Ok(username) => username,
            Err(_) => own_name()?,
        };
        if !user::insert(tx, self.user_id, &username, self.now).await? {
            let UpstreamIdentity {
                issuer, subject, ..
            } = &self.identity;
            if upstream_identity::find_user(tx, issuer, subject)
                .await?
                .is_some()
            {
                // The person's first hand-over was two at once: what the other one made is found
                // when this one runs again.
                return Err(StorageError::Contention);
            }
            username = own_name()?;
            if !user::insert(tx, self.user_id, &username, self.now).await? {
                return Err(StorageError::Backend(
                    "the new account has the identifier of another".to_owned(),
                ));
            }
        }
        Ok(User {
            id: self.user_id,
            username,
            created_at: self.now,
            state: UserState::Active,
        })
    }

    async fn keep_session(&self, tx: &mut impl Tx, user_id: UserId) -> Result<(), StorageError> {
        let Some(interaction) = &self.interaction else {
            return match self.session {
                None => Ok(()),
                Some(_) => Err(StorageError::Backend(
                    "an upstream session is kept only with an interaction".to_owned(),
                )),
            };
        };
        upstream_session::forget(tx, interaction.id).await?;
        match &self.session {
            Some(new) => upstream_session::insert(tx, new, interaction.id, user_id, self.now).await,
            None => Ok(()),
        }
    }
}
