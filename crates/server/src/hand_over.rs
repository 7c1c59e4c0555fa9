//! The hand-over: a person has signed in at the product's login, on our page, and the page brings
//! the token that the login gave it.
//!
//! It is worth something only in the interaction it was made for: at the browser that began it, after
//! the person agreed to the client, once, and while it is fresh. A token of the login alone, which the
//! product's own pages and servers hold as well, opens nothing here.

mod device;

use countersign_domain::{
    EventKind, Interaction, InteractionId, InteractionState, Milliseconds, PlainSessionCookie,
    Timestamp, UpstreamIdentity, UpstreamSessionId, UserId,
};
use countersign_identity::privy::{PrivyToken, TokenRefusal, UserError};
use countersign_jose::hash::sha256;
use countersign_storage::commands::{
    HandOver, HandOverInteraction, HandOverOutcome, NewUpstreamSession,
};

pub use self::device::DeviceCodesError;
use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::interaction::InteractionError;
use crate::refusal::Unavailable;
use crate::server::Subject;
use crate::sign_in::SignInRefusal;
use crate::upstream::{ApiToken, SessionSecrets};

/// How much older than the interaction a token may be: clocks differ, and the login may round.
const CLOCK_SKEW: Milliseconds = 60_000;

/// How old a token may be where no interaction says when it all began.
const FRESH: Milliseconds = 5 * 60_000;

/// How a hand-over can be refused.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The interaction cannot go on.
    #[error(transparent)]
    Interaction(#[from] InteractionError),
    /// The server signs people in otherwise.
    #[error("people do not sign in here with another login")]
    NoSuchLogin,
    /// The person has not agreed to the connection.
    #[error("the person has not agreed to the connection yet")]
    NotAgreed,
    /// The token is not one of the login's for this app.
    #[error("the login's token was refused: {0}")]
    Token(TokenRefusal),
    /// The token was made before this sign-in began.
    #[error("the login's token is older than this sign-in")]
    Stale,
    /// The token was handed over before.
    #[error("the login's token was handed over before")]
    Used,
    /// The login no longer knows the person.
    #[error("the login no longer knows the person")]
    UserGone,
    /// The account is disabled here.
    #[error("the account is disabled")]
    UserDisabled,
    /// The session at the login was not confirmed.
    #[error("the session at the login could not be made: {0}")]
    Device(#[from] DeviceCodesError),
    /// The login does not answer at the moment.
    #[error("the login cannot be reached: {0}")]
    Unreachable(String),
    /// The login refuses this server: something in its configuration is wrong.
    #[error("the login refuses this server: {0}")]
    Misconfigured(String),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<TokenRefusal> for HandOverError {
    fn from(refusal: TokenRefusal) -> Self {
        if refusal.is_transient() {
            Self::Unreachable(refusal.to_string())
        } else {
            Self::Token(refusal)
        }
    }
}

impl AuthorizationServer {
    /// Signs in whoever `token` is about, and brings the interaction to consent. Answers the new
    /// session's cookie. Whatever is refused leaves everything as it was.
    pub async fn hand_over(
        &self,
        token: &str,
        interaction: Option<InteractionId>,
        browser: &Browser,
    ) -> Result<PlainSessionCookie, HandOverError> {
        let visit = match interaction {
            Some(id) => Some(self.visit(id, browser).await?),
            None => None,
        };
        let interaction = visit.as_ref().map(|visit| &visit.interaction);
        let outcome = self.hand_over_to(token, interaction, browser).await;
        if let Err(error) = &outcome {
            let subject = Subject {
                client: visit.as_ref().map(|visit| &visit.client.id),
                ..Subject::default()
            };
            self.record(EventKind::SignInFailed, subject, &error.to_string())
                .await;
        }
        outcome
    }

    async fn hand_over_to(
        &self,
        token: &str,
        interaction: Option<&Interaction>,
        browser: &Browser,
    ) -> Result<PlainSessionCookie, HandOverError> {
        let privy = self.privy().ok_or(HandOverError::NoSuchLogin)?;
        if interaction
            .is_some_and(|interaction| interaction.state != InteractionState::PendingHandOver)
        {
            return Err(HandOverError::NotAgreed);
        }
        let proof = privy.verify(token).await?;
        let now = self.now();
        let oldest = interaction.map_or_else(
            || now.minus(FRESH),
            |interaction| interaction.created_at.minus(CLOCK_SKEW),
        );
        if proof.issued_at < oldest {
            return Err(HandOverError::Stale);
        }
        let profile = privy.user(&proof.did).await.map_err(|error| match error {
            UserError::Gone => HandOverError::UserGone,
            UserError::CredentialsRefused | UserError::NotADid => {
                HandOverError::Misconfigured(error.to_string())
            }
            UserError::Unavailable(_) => HandOverError::Unreachable(error.to_string()),
        })?;
        let session = match interaction {
            Some(interaction) => self.new_session(interaction, token, &proof).await?,
            None => None,
        };
        let hand_over = HandOver {
            interaction: interaction.map(|interaction| HandOverInteraction {
                id: interaction.id,
                browser: interaction.browser,
            }),
            token: sha256(token.as_bytes()),
            token_expires_at: proof.expires_at,
            identity: UpstreamIdentity {
                issuer: privy.issuer().to_owned(),
                subject: proof.did,
                profile,
                checked_at: now,
            },
            user_id: UserId::generate(now, self.entropy()),
            session,
            authenticated_at: now,
            now,
        };
        let user = match self
            .store()
            .execute(hand_over)
            .await
            .map_err(Unavailable::from)?
        {
            HandOverOutcome::Accepted { user, .. } => user,
            HandOverOutcome::TokenUsed => return Err(HandOverError::Used),
            HandOverOutcome::UserDisabled => return Err(HandOverError::UserDisabled),
            HandOverOutcome::NotAgreed => return Err(HandOverError::NotAgreed),
            HandOverOutcome::WrongBrowser => return Err(InteractionError::AnotherBrowser.into()),
            HandOverOutcome::AlreadyCompleted
            | HandOverOutcome::Expired
            | HandOverOutcome::Unknown => return Err(InteractionError::Over.into()),
        };
        let cookie = self
            .start_session(&user, browser)
            .await
            .map_err(|refusal| match refusal {
                SignInRefusal::Unavailable(unavailable) => unavailable.into(),
                _ => HandOverError::UserDisabled,
            })?;
        let subject = Subject {
            user: Some(user.id),
            ..Subject::default()
        };
        self.record(EventKind::UpstreamSignedIn, subject, "signed in with Privy")
            .await;
        Ok(cookie)
    }

    /// The session at the login that the grant will have, where the product's API wants one.
    async fn new_session(
        &self,
        interaction: &Interaction,
        token: &str,
        proof: &PrivyToken,
    ) -> Result<Option<NewUpstreamSession>, HandOverError> {
        let (secrets, expires_at): (SessionSecrets, Timestamp) = match self.settings().api_token {
            ApiToken::Countersign { .. } => return Ok(None),
            ApiToken::Browser => {
                let secrets = SessionSecrets::lent(token.to_owned(), self.now());
                (secrets, proof.expires_at)
            }
            ApiToken::Device => self.redeem_device_codes(interaction, &proof.did).await?,
        };
        let id = UpstreamSessionId::generate(self.now(), self.entropy());
        let sealed = self.vault().seal(id, &secrets).map_err(|fault| {
            tracing::error!("{fault}");
            Unavailable
        })?;
        Ok(Some(NewUpstreamSession {
            id,
            sealed,
            expires_at,
        }))
    }
}
