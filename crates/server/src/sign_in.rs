//! Signing in and out at a browser, with or without a client waiting behind it.

use std::net::IpAddr;

use countersign_domain::{
    BrowserSession, EventKind, InteractionId, PlainInvitation, PlainSessionCookie, User,
};
use countersign_identity::local::{InvitationError, PasskeyError, SignInError, SignUpError};
use countersign_storage::commands::{
    EndSession, ReturnInteractionToSignIn, SessionStart, StartSession,
};

use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::interaction::{InteractionError, SignedIn};
use crate::refusal::Unavailable;
use crate::server::Subject;
use crate::settings::SignUp;

/// What a person signs in with.
pub enum Proof<'a> {
    /// A user name and a password.
    Password {
        /// As typed.
        username: &'a str,
        /// As typed.
        password: &'a str,
    },
    /// A new account: a user name and a password to be.
    NewAccount {
        /// As typed.
        username: &'a str,
        /// As typed.
        password: &'a str,
    },
    /// An invitation link and a password to be.
    Invitation {
        /// The token in the link.
        token: &'a PlainInvitation,
        /// As typed.
        password: &'a str,
    },
    /// The answer to a passkey challenge.
    Passkey {
        /// Names the ceremony that the server began.
        handle: &'a str,
        /// The credential as JSON (WebAuthn level 3, section 5.1).
        credential: &'a str,
    },
}

/// Why a person was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    /// The name or the password is wrong.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The account cannot be made.
    #[error(transparent)]
    SignUp(#[from] SignUpError),
    /// The invitation cannot be used.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The passkey was not accepted.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// Accounts are made by invitation only.
    #[error("accounts are made by invitation only")]
    SignUpClosed,
    /// People sign in with the product's login, and local accounts open nothing.
    #[error("people sign in with the product's login here")]
    AnotherLogin,
    /// The interaction cannot go on.
    #[error(transparent)]
    Interaction(#[from] InteractionError),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl AuthorizationServer {
    /// Signs a person in at this browser; with an interaction, brings it to consent. Answers the
    /// new session's cookie: always a new one, because a cookie from before sign-in may have been
    /// planted.
    pub async fn sign_in(
        &self,
        proof: Proof<'_>,
        interaction: Option<InteractionId>,
        browser: &Browser,
        address: IpAddr,
    ) -> Result<PlainSessionCookie, SignInRefusal> {
        let visit = match interaction {
            Some(id) => Some(self.visit(id, browser).await?),
            None => None,
        };
        let user = match self.prove(proof, address).await {
            Ok(user) => user,
            Err(refusal) => {
                let client = visit.as_ref().map(|visit| &visit.client.id);
                let subject = Subject {
                    client,
                    ..Subject::default()
                };
                self.record(EventKind::SignInFailed, subject, &refusal.to_string())
                    .await;
                return Err(refusal);
            }
        };
        let cookie = self.start_session(&user, browser).await?;
        self.record(
            EventKind::SignedIn,
            Subject {
                user: Some(user.id),
                ..Subject::default()
            },
            "signed in",
        )
        .await;
        if let Some(visit) = visit {
            let signed_in = SignedIn {
                user,
                authenticated_at: self.now(),
            };
            self.bring_to_consent(&visit, &signed_in).await?;
        }
        Ok(cookie)
    }

    async fn prove(&self, proof: Proof<'_>, address: IpAddr) -> Result<User, SignInRefusal> {
        if self.privy().is_some() {
            return Err(SignInRefusal::AnotherLogin);
        }
        match proof {
            Proof::Password { username, password } => {
                Ok(self.accounts().sign_in(username, password, address).await?)
            }
            Proof::NewAccount { username, password } => match self.settings().sign_up {
                SignUp::Open => Ok(self.accounts().sign_up(username, password, address).await?),
                SignUp::Invitation => Err(SignInRefusal::SignUpClosed),
            },
            Proof::Invitation { token, password } => {
                Ok(self.accounts().redeem_invitation(token, password).await?)
            }
            Proof::Passkey { handle, credential } => Ok(self
                .passkeys()
                .finish_authentication(handle, credential)
                .await?),
        }
    }

    pub(crate) async fn start_session(
        &self,
        user: &User,
        browser: &Browser,
    ) -> Result<PlainSessionCookie, SignInRefusal> {
        let now = self.now();
        let cookie = PlainSessionCookie::generate(self.entropy());
        let start = StartSession {
            session: BrowserSession {
                cookie: cookie.hash(),
                user_id: user.id,
                authenticated_at: now,
                expires_at: now.plus(self.settings().lifetimes.session),
            },
            replaces: browser.session.as_ref().map(PlainSessionCookie::hash),
            now,
        };
        match self
            .store()
            .execute(start)
            .await
            .map_err(Unavailable::from)?
        {
            SessionStart::Started => Ok(cookie),
            // Disabled between the proof and now: as good as a wrong password.
            SessionStart::UserDisabled => Err(SignInError::WrongCredentials.into()),
        }
    }

    /// Signs out at this browser; an interaction goes back to its sign-in step, so that somebody
    /// else can take it up ("not you? switch account").
    pub async fn sign_out(
        &self,
        interaction: Option<InteractionId>,
        browser: &Browser,
    ) -> Result<(), InteractionError> {
        if let Some(id) = interaction {
            let visit = self.visit(id, browser).await?;
            let back = ReturnInteractionToSignIn {
                id: visit.interaction.id,
                browser: visit.interaction.browser,
                now: self.now(),
            };
            self.store()
                .execute(back)
                .await
                .map_err(Unavailable::from)?;
        }
        if let Some(cookie) = &browser.session {
            let end = EndSession {
                cookie: cookie.hash(),
            };
            self.store().execute(end).await.map_err(Unavailable::from)?;
        }
        Ok(())
    }
}
