//! Consent: the person decides, and a grant comes of it.

use countersign_domain::{
    AuthorizationCode, ClientKind, EventKind, Grant, GrantId, GrantState, InteractionId,
    InteractionState, PlainAuthorizationCode, User,
};
use countersign_oauth::authorization_response;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::scope::{Scope, ScopeSet};
use countersign_storage::commands::{
    ApproveInteraction, DenyInteraction, FindUser, InteractionApproval, InteractionStep,
    UpstreamNeed,
};

use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::interaction::{InteractionError, SignedIn, Step, Visit};
use crate::refusal::Unavailable;
use crate::server::Subject;

/// Why a grant was denied when nothing but the person stood against it.
pub(crate) const DECLINED: &str = "the person declined";

/// What a person decided.
#[derive(Debug)]
pub enum Decision {
    /// Yes, with these of the optional scopes.
    Approve {
        /// The scopes that were left ticked.
        ticked: Vec<String>,
    },
    /// No.
    Deny,
}

/// How a decision can be refused.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The interaction cannot go on.
    #[error(transparent)]
    Interaction(#[from] InteractionError),
    /// Nobody is signed in any more.
    #[error("nobody is signed in at this browser")]
    SignInAgain,
    /// A scope was ticked that was never asked for: the form was tampered with.
    #[error("the form names a scope that was not asked for")]
    ScopeNotRequested,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// One scope on the consent page.
#[derive(Debug)]
pub struct RequestedScope {
    /// The scope token.
    pub scope: Scope,
    /// What it allows, in words.
    pub description: String,
    /// The person may untick it.
    pub optional: bool,
}

impl AuthorizationServer {
    /// The scopes that the consent page lists.
    pub fn requested_scopes(&self, visit: &Visit) -> Vec<RequestedScope> {
        visit
            .interaction
            .request
            .scope
            .iter()
            .map(|scope| RequestedScope {
                scope: scope.clone(),
                description: self.settings().describe(scope),
                optional: self.settings().is_optional(scope),
            })
            .collect()
    }

    /// Carries a decision out; answers where the browser goes with it.
    ///
    /// `csrf` is checked against the account that the page showed, so that a decision made as one
    /// person is never carried out as another.
    pub async fn decide(
        &self,
        id: InteractionId,
        browser: &Browser,
        csrf: &str,
        decision: Decision,
    ) -> Result<String, ConsentError> {
        let (visit, signed_in) = match self.step(id, browser).await? {
            Step::Consent(visit, signed_in) => (visit, signed_in),
            Step::SignIn(visit) | Step::Agree(visit) | Step::HandOver(visit) => {
                return self.decide_without_session(&visit, browser, csrf).await;
            }
        };
        if !browser.accepts_csrf_token(&consent_form(id, &signed_in.user), csrf) {
            return Err(InteractionError::ForeignForm.into());
        }
        match decision {
            Decision::Approve { ticked } => self.approve(&visit, &signed_in, &ticked).await,
            Decision::Deny => self.deny(&visit, Some(&signed_in.user), DECLINED).await,
        }
    }

    /// A decision that arrives after the session has ended. An account that was disabled meanwhile
    /// ends the matter for the client; everybody else signs in again.
    async fn decide_without_session(
        &self,
        visit: &Visit,
        browser: &Browser,
        csrf: &str,
    ) -> Result<String, ConsentError> {
        let InteractionState::PendingConsent { user_id, .. } = visit.interaction.state else {
            return Err(ConsentError::SignInAgain);
        };
        let user = self
            .store()
            .read(FindUser::ById(user_id))
            .await
            .map_err(Unavailable::from)?;
        match user {
            Some(user) if !user.is_active() => {
                if browser.accepts_csrf_token(&consent_form(visit.interaction.id, &user), csrf) {
                    self.deny(visit, Some(&user), "the account is disabled")
                        .await
                } else {
                    Err(InteractionError::ForeignForm.into())
                }
            }
            _ => Err(ConsentError::SignInAgain),
        }
    }

    async fn approve(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        ticked: &[String],
    ) -> Result<String, ConsentError> {
        let user = &signed_in.user;
        let scope = self.granted_scope(visit, ticked)?;
        if scope.is_empty() {
            return self.deny(visit, Some(user), DECLINED).await;
        }
        let now = self.now();
        let grant_id = GrantId::generate(now, self.entropy());
        let code = PlainAuthorizationCode::generate(self.entropy());
        let lifetimes = &self.settings().lifetimes;
        let request = &visit.interaction.request;
        let approve = ApproveInteraction {
            id: visit.interaction.id,
            browser: visit.interaction.browser,
            grant: Grant {
                id: grant_id,
                user_id: user.id,
                client_id: visit.client.id.clone(),
                scope,
                resource: request.resource.clone(),
                redirect_uri: request.redirect_uri.clone(),
                authenticated_at: signed_in.authenticated_at,
                created_at: now,
                last_used_at: now,
                expires_at: now.plus(lifetimes.grant),
                state: GrantState::Live,
            },
            code: AuthorizationCode {
                hash: code.hash(),
                grant_id,
                client_id: visit.client.id.clone(),
                redirect_uri: request.redirect_uri.clone(),
                code_challenge: request.code_challenge.clone(),
                nonce: request.nonce.clone(),
                expires_at: now.plus(lifetimes.authorization_code),
                redeemed_at: None,
            },
            client: (visit.client.kind != ClientKind::Configured).then(|| visit.client.clone()),
            upstream: if self.settings().api_token.needs_session() {
                UpstreamNeed::Session
            } else {
                UpstreamNeed::None
            },
            now,
        };
        let issuer = &self.settings().issuer;
        match self
            .store()
            .execute(approve)
            .await
            .map_err(Unavailable::from)?
        {
            InteractionApproval::Approved { remembered } => {
                if remembered && visit.client.kind == ClientKind::Registered {
                    self.record_registration(&visit.client).await;
                }
                let subject = Subject {
                    client: Some(&visit.client.id),
                    user: Some(user.id),
                    grant: Some(grant_id),
                };
                self.record(EventKind::GrantApproved, subject, "consented")
                    .await;
                Ok(authorization_response::success(
                    &request.redirect_uri,
                    code.expose(),
                    request.state.as_deref(),
                    issuer,
                ))
            }
            InteractionApproval::UpstreamMissing => Err(ConsentError::SignInAgain),
            InteractionApproval::UserDisabled => Ok(self.denied(visit, "the account is disabled")),
            _ => Err(InteractionError::Over.into()),
        }
    }

    /// Denies; nobody needs to have signed in for that.
    pub(crate) async fn deny(
        &self,
        visit: &Visit,
        user: Option<&User>,
        reason: &str,
    ) -> Result<String, ConsentError> {
        let deny = DenyInteraction {
            id: visit.interaction.id,
            browser: visit.interaction.browser,
            now: self.now(),
        };
        match self
            .store()
            .execute(deny)
            .await
            .map_err(Unavailable::from)?
        {
            InteractionStep::Done => {
                let subject = Subject {
                    client: Some(&visit.client.id),
                    user: user.map(|user| user.id),
                    grant: None,
                };
                self.record(EventKind::GrantDenied, subject, reason).await;
                Ok(self.denied(visit, reason))
            }
            _ => Err(InteractionError::Over.into()),
        }
    }

    fn denied(&self, visit: &Visit, description: &str) -> String {
        let request = &visit.interaction.request;
        authorization_response::error(
            &request.redirect_uri,
            ErrorCode::AccessDenied,
            description,
            request.state.as_deref(),
            &self.settings().issuer,
        )
    }

    /// What was asked for, less what was unticked. The form can only narrow: what it names is
    /// held against the stored request.
    fn granted_scope(&self, visit: &Visit, ticked: &[String]) -> Result<ScopeSet, ConsentError> {
        let requested = &visit.interaction.request.scope;
        let foreign = |name: &String| !requested.iter().any(|scope| scope.as_str() == name);
        if ticked.iter().any(foreign) {
            return Err(ConsentError::ScopeNotRequested);
        }
        Ok(requested
            .iter()
            .filter(|scope| {
                !self.settings().is_optional(scope)
                    || ticked.iter().any(|name| scope.as_str() == name)
            })
            .cloned()
            .collect())
    }
}

/// Names the consent form of one interaction and one account, for its CSRF token.
pub fn consent_form(id: InteractionId, user: &User) -> String {
    format!("consent {id} {}", user.id)
}
