//! The pages between `/authorize` and its answer: which step is due, and whose browser it is.

use countersign_domain::{Client, Interaction, InteractionId, InteractionState, User};
use countersign_storage::commands::{
    AuthenticateInteraction, FindInteraction, FindSession, InteractionStep,
};

use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::refusal::Unavailable;

/// How an interaction can be refused.
#[derive(Debug, thiserror::Error)]
pub enum InteractionError {
    /// There is none by that id, or it is over.
    #[error("this sign-in is over")]
    Over,
    /// It was begun at another browser.
    #[error("this sign-in was begun in another browser")]
    AnotherBrowser,
    /// The form was not shown by this server to this browser.
    #[error("the form does not belong to this page")]
    ForeignForm,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The step that is due.
#[derive(Debug)]
pub enum Step {
    /// Somebody has to sign in with an account of this server.
    SignIn(Visit),
    /// Somebody has to agree before they are sent to the product's login.
    Agree(Visit),
    /// Somebody has to sign in at the product's login.
    HandOver(Visit),
    /// The person has to decide.
    Consent(Visit, SignedIn),
}

/// An interaction at the browser that began it.
#[derive(Debug)]
pub struct Visit {
    /// The interaction.
    pub interaction: Interaction,
    /// Who asks.
    pub client: Client,
}

impl AuthorizationServer {
    /// The step that is due at this browser.
    pub async fn step(
        &self,
        id: InteractionId,
        browser: &Browser,
    ) -> Result<Step, InteractionError> {
        let visit = self.visit(id, browser).await?;
        let signed_in = self.signed_in(browser).await?;
        let Some(signed_in) = signed_in.filter(|who| self.counts(&visit.interaction, who)) else {
            return Ok(match (self.privy(), &visit.interaction.state) {
                (None, _) => Step::SignIn(visit),
                (Some(_), InteractionState::PendingHandOver) => Step::HandOver(visit),
                (Some(_), _) => Step::Agree(visit),
            });
        };
        self.bring_to_consent(&visit, &signed_in).await?;
        Ok(Step::Consent(visit, signed_in))
    }

    /// Whether a browser session is enough for this interaction.
    fn counts(&self, interaction: &Interaction, signed_in: &SignedIn) -> bool {
        // `prompt=login` asks for a fresh proof (OpenID Connect Core section 3.1.2.1): a session
        // counts only when it is younger than the request.
        if interaction.request.prompt.login && signed_in.authenticated_at < interaction.created_at {
            return false;
        }
        // Each grant has a session of its own at the login: only who signed in there for this
        // very interaction brought one.
        !self.settings().api_token.needs_session()
            || matches!(
                interaction.state,
                InteractionState::PendingConsent { user_id, .. } if user_id == signed_in.user.id
            )
    }

    /// Notes who is asked to consent, so that only they can approve.
    pub(crate) async fn bring_to_consent(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
    ) -> Result<(), InteractionError> {
        let before = &visit.interaction.state;
        let due = before
            .clone()
            .authenticate(signed_in.user.id, signed_in.authenticated_at)
            .map_err(|_| InteractionError::Over)?;
        if *before == due {
            return Ok(());
        }
        let authenticate = AuthenticateInteraction {
            id: visit.interaction.id,
            browser: visit.interaction.browser,
            user_id: signed_in.user.id,
            authenticated_at: signed_in.authenticated_at,
            now: self.now(),
        };
        match self
            .store()
            .execute(authenticate)
            .await
            .map_err(Unavailable::from)?
        {
            InteractionStep::Done => Ok(()),
            _ => Err(InteractionError::Over),
        }
    }

    /// The undecided interaction `id`, if it was begun at this browser (design: consent is bound
    /// to the browser, or a link could lead somebody into another person's consent).
    pub(crate) async fn visit(
        &self,
        id: InteractionId,
        browser: &Browser,
    ) -> Result<Visit, InteractionError> {
        let interaction = self
            .store()
            .read(FindInteraction { id })
            .await
            .map_err(Unavailable::from)?
            .ok_or(InteractionError::Over)?;
        let bound = browser
            .binding
            .as_ref()
            .is_some_and(|cookie| cookie.hash() == interaction.browser);
        if !bound {
            return Err(InteractionError::AnotherBrowser);
        }
        if interaction.expires_at <= self.now() || interaction.state.is_complete() {
            return Err(InteractionError::Over);
        }
        let client = self
            .find_client(&interaction.client_id)
            .await
            .map_err(|error| match error {
                // The document that began the interaction was taken away meanwhile.
                error if !error.is_transient() => InteractionError::Over,
                _ => InteractionError::Unavailable(Unavailable),
            })?
            .ok_or(InteractionError::Over)?;
        Ok(Visit {
            interaction,
            client,
        })
    }

    /// The name of the client that waits behind an interaction, for the pages of sign-in.
    pub async fn client_name(
        &self,
        id: InteractionId,
        browser: &Browser,
    ) -> Result<String, InteractionError> {
        Ok(self.visit(id, browser).await?.client.display_name())
    }

    /// Who is signed in at this browser.
    pub async fn signed_in(&self, browser: &Browser) -> Result<Option<SignedIn>, Unavailable> {
        let Some(cookie) = &browser.session else {
            return Ok(None);
        };
        let find = FindSession {
            cookie: cookie.hash(),
            now: self.now(),
        };
        let found = self.store().read(find).await?;
        Ok(found.map(|found| SignedIn {
            user: found.user,
            authenticated_at: found.session.authenticated_at,
        }))
    }
}

/// A person at a browser.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// When they proved it.
    pub authenticated_at: countersign_domain::Timestamp,
}
