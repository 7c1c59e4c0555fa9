//! Interactions: one visit to sign-in and consent, decided once.
//!
//! Every step names the browser that must take it, and the state it starts from, in the statement
//! itself: a second tab, a double click and another browser all find nothing to change.

use countersign_domain::{
    ClientId, GrantId, Hashed, Interaction, InteractionId, InteractionState, PlainSessionCookie,
    Timestamp, UserId,
};

use super::upstream_session;
use crate::StorageError;
use crate::operation::{Command, Query, Tx};
use crate::row::Columns;
use crate::sql::sql;
use crate::value::{json, vals};

sql! {
    COUNT_OPEN = "SELECT COUNT(*) AS open FROM (SELECT 1 FROM interaction
        WHERE completed_at IS NULL AND expires_at > $1 LIMIT $2) AS live";

    INSERT_INTERACTION = "INSERT INTO interaction
            (id, browser_hash, client_id, request, state, user_id, authenticated_at,
             created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    FIND_INTERACTION = "SELECT id, browser_hash, client_id, request, state, user_id,
            authenticated_at, grant_id, created_at, expires_at
        FROM interaction WHERE id = $1";

    AUTHENTICATE = "UPDATE interaction
        SET state = 'pending_consent', user_id = $3, authenticated_at = $4
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $5";

    RETURN_TO_SIGN_IN = "UPDATE interaction
        SET state = 'pending_sign_in', user_id = NULL, authenticated_at = NULL,
            device_codes_sealed = NULL
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $3";

    DENY = "UPDATE interaction SET state = 'denied', completed_at = $3
        WHERE id = $1 AND browser_hash = $2 AND completed_at IS NULL AND expires_at > $3";

    STATE_OF_INTERACTION = "SELECT id, browser_hash, expires_at, completed_at
        FROM interaction WHERE id = $1";
}

fn interaction(columns: &mut Columns<'_>) -> Result<Interaction, StorageError> {
    let columns = columns.of("interaction");
    Ok(Interaction {
        id: columns.parse("id")?,
        browser: columns.hash("browser_hash")?,
        client_id: ClientId::new(columns.text("client_id")?),
        request: columns.json("request")?,
        state: state(columns)?,
        created_at: columns.time("created_at")?,
        expires_at: columns.time("expires_at")?,
    })
}

fn state(columns: &mut Columns<'_>) -> Result<InteractionState, StorageError> {
    let state = columns.text("state")?;
    let user_id: Option<UserId> = columns.opt_parse("user_id")?;
    let authenticated_at = columns.opt_time("authenticated_at")?;
    let grant_id: Option<GrantId> = columns.opt_parse("grant_id")?;
    match (state, user_id, authenticated_at, grant_id) {
        ("pending_sign_in", None, None, None) => Ok(InteractionState::PendingSignIn),
        ("pending_hand_over", None, None, None) => Ok(InteractionState::PendingHandOver),
        ("pending_consent", Some(user_id), Some(authenticated_at), None) => {
            Ok(InteractionState::PendingConsent {
                user_id,
                authenticated_at,
            })
        }
        ("approved", Some(_), Some(_), Some(grant_id)) => {
            Ok(InteractionState::Approved { grant_id })
        }
        ("denied", _, _, None) => Ok(InteractionState::Denied),
        _ => Err(columns.corrupt("state")),
    }
}

/// Begins an interaction.
#[derive(Clone, Debug)]
pub struct StartInteraction {
    /// The interaction, waiting for sign-in or, when this browser is signed in, for consent.
    pub interaction: Interaction,
    /// How many may be open at once, everybody's together. Under PostgreSQL, concurrent starts
    /// can pass it by their own number.
    pub open_cap: i64,
}

/// What [`StartInteraction`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionStart {
    /// It is open.
    Started,
    /// Too many are open.
    TooMany,
}

impl Command for StartInteraction {
    type Outcome = InteractionStart;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let Interaction {
            id,
            browser,
            client_id,
            request,
            state,
            created_at,
            expires_at,
        } = &self.interaction;
        let open = tx
            .opt(&COUNT_OPEN, vals![*created_at, self.open_cap], |columns| {
                columns.of("interaction").int("open")
            })
            .await?;
        if open.unwrap_or(0) >= self.open_cap {
            return Ok(InteractionStart::TooMany);
        }
        let (state, user_id, authenticated_at) = match state {
            InteractionState::PendingSignIn => ("pending_sign_in", None, None),
            InteractionState::PendingConsent {
                user_id,
                authenticated_at,
            } => (
                "pending_consent",
                Some(user_id.to_string()),
                Some(*authenticated_at),
            ),
            InteractionState::PendingHandOver
            | InteractionState::Approved { .. }
            | InteractionState::Denied => {
                return Err(StorageError::Backend(
                    "an interaction starts before sign-in or before consent".to_owned(),
                ));
            }
        };
        tx.exec(
            &INSERT_INTERACTION,
            vals![
                &id.to_string(),
                browser,
                client_id.as_str(),
                &json(request)?,
                state,
                user_id.as_deref(),
                authenticated_at,
                *created_at,
                *expires_at,
            ],
        )
        .await?;
        Ok(InteractionStart::Started)
    }
}

/// Finds an interaction, open or over.
#[derive(Clone, Copy, Debug)]
pub struct FindInteraction {
    /// Its identifier.
    pub id: InteractionId,
}

impl Query for FindInteraction {
    type Outcome = Option<Interaction>;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        tx.opt(&FIND_INTERACTION, vals![&self.id.to_string()], interaction)
            .await
    }
}

/// What a step of an interaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionStep {
    /// The step was taken.
    Done,
    /// It was decided before.
    AlreadyCompleted,
    /// It is past its end.
    Expired,
    /// Another browser began it.
    WrongBrowser,
    /// It is open, but another step is its next.
    OutOfTurn,
    /// No such interaction.
    Unknown,
}

/// Why a guarded step of `id` by `browser` found nothing to change.
pub(super) async fn refusal(
    tx: &mut impl Tx,
    id: InteractionId,
    browser: &Hashed<PlainSessionCookie>,
    now: Timestamp,
) -> Result<InteractionStep, StorageError> {
    let found = tx
        .opt(&STATE_OF_INTERACTION, vals![&id.to_string()], |columns| {
            let columns = columns.of("interaction");
            columns.text("id")?;
            let began: Hashed<PlainSessionCookie> = columns.hash("browser_hash")?;
            let expires_at = columns.time("expires_at")?;
            Ok((began, expires_at, columns.opt_time("completed_at")?))
        })
        .await?;
    Ok(match found {
        None => InteractionStep::Unknown,
        Some((began, ..)) if began != *browser => InteractionStep::WrongBrowser,
        Some((_, _, Some(_))) => InteractionStep::AlreadyCompleted,
        Some((_, expires_at, None)) if expires_at <= now => InteractionStep::Expired,
        Some(_) => InteractionStep::OutOfTurn,
    })
}

/// What a guarded step that changed so many rows came to.
pub(super) async fn stepped(
    tx: &mut impl Tx,
    changed: u64,
    id: InteractionId,
    browser: &Hashed<PlainSessionCookie>,
    now: Timestamp,
) -> Result<InteractionStep, StorageError> {
    if changed > 0 {
        return Ok(InteractionStep::Done);
    }
    refusal(tx, id, browser, now).await
}

/// Somebody signed in for an interaction: consent is next. Replaces who signed in before.
#[derive(Clone, Debug)]
pub struct AuthenticateInteraction {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// Who signed in.
    pub user_id: UserId,
    /// When they proved who they are.
    pub authenticated_at: Timestamp,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for AuthenticateInteraction {
    type Outcome = InteractionStep;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(
                &AUTHENTICATE,
                vals![
                    &self.id.to_string(),
                    &self.browser,
                    &self.user_id.to_string(),
                    self.authenticated_at,
                    self.now
                ],
            )
            .await?;
        stepped(tx, changed, self.id, &self.browser, self.now).await
    }
}

/// Sends an interaction back to sign-in, to switch the account. An upstream session that was handed
/// over for it is forgotten.
#[derive(Clone, Debug)]
pub struct ReturnInteractionToSignIn {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for ReturnInteractionToSignIn {
    type Outcome = InteractionStep;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(
                &RETURN_TO_SIGN_IN,
                vals![&self.id.to_string(), &self.browser, self.now],
            )
            .await?;
        if changed > 0 {
            upstream_session::forget(tx, self.id).await?;
        }
        stepped(tx, changed, self.id, &self.browser, self.now).await
    }
}

/// Denies an interaction; nobody needs to have signed in for that.
#[derive(Clone, Debug)]
pub struct DenyInteraction {
    /// The interaction.
    pub id: InteractionId,
    /// The browser that takes the step.
    pub browser: Hashed<PlainSessionCookie>,
    /// The current moment.
    pub now: Timestamp,
}

impl Command for DenyInteraction {
    type Outcome = InteractionStep;

    async fn run<T: Tx>(&self, tx: &mut T) -> Result<Self::Outcome, StorageError> {
        let changed = tx
            .exec(&DENY, vals![&self.id.to_string(), &self.browser, self.now])
            .await?;
        stepped(tx, changed, self.id, &self.browser, self.now).await
    }
}
