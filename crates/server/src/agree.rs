//! Agreeing to a connection before the login is handed over.
//!
//! Where people sign in with a login that is not ours, they learn first who asks, and go on or not.
//! Nobody who merely opens a link can find their login used for a client they have never seen (the
//! takeover that mcp2 allowed).

use countersign_domain::{InteractionId, InteractionState};
use countersign_storage::commands::{AgreeInteraction, InteractionStep, ReturnInteractionToSignIn};

use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::consent::ConsentError;
use crate::interaction::InteractionError;
use crate::refusal::Unavailable;

/// Names the form of the page, for its CSRF token.
pub fn agree_form(id: InteractionId) -> String {
    format!("agree {id}")
}

impl AuthorizationServer {
    /// Carries the decision out; `Some` is where the browser goes with a refusal, `None` means on to
    /// the login.
    pub async fn agree(
        &self,
        id: InteractionId,
        browser: &Browser,
        csrf: &str,
        goes_on: bool,
    ) -> Result<Option<String>, ConsentError> {
        let visit = self.visit(id, browser).await?;
        if !browser.accepts_csrf_token(&agree_form(id), csrf) {
            return Err(InteractionError::ForeignForm.into());
        }
        if !goes_on {
            return self
                .deny(&visit, None, crate::consent::DECLINED)
                .await
                .map(Some);
        }
        let (browser, now) = (visit.interaction.browser, self.now());
        if let InteractionState::PendingConsent { .. } = visit.interaction.state {
            let back = ReturnInteractionToSignIn { id, browser, now };
            self.store()
                .execute(back)
                .await
                .map_err(Unavailable::from)?;
        }
        let agree = AgreeInteraction { id, browser, now };
        match self
            .store()
            .execute(agree)
            .await
            .map_err(Unavailable::from)?
        {
            InteractionStep::Done => Ok(None),
            _ => Err(InteractionError::Over.into()),
        }
    }
}
