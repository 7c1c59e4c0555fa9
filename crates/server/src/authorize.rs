//! `/authorize`: a client asks for a grant (RFC 6749 section 4.1.1).
//!
//! Until client and redirect URI are known good, every refusal is a page shown here: sending the
//! browser to an address that nobody vouched for would make this an open redirector (RFC 9700
//! section 4.11). After that, every refusal goes back to the client.

use countersign_domain::{
    Client, ClientId, Interaction, InteractionId, InteractionState, PlainSessionCookie,
};
use countersign_oauth::authorization_request::{
    self, AuthorizationRequest, AuthorizationRules, Presented, PresentedError,
};
use countersign_oauth::authorization_response;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::params::Params;
use countersign_oauth::redirect_uri::RedirectUri;
use countersign_storage::commands::{InteractionStart, StartInteraction};

use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::clients::ClientError;
use crate::refusal::Unavailable;

/// Interactions that may be open at once, everybody's together: at 1 KiB each, what a flood of
/// requests that nobody finishes can fill.
const OPEN_INTERACTIONS: i64 = 100_000;

/// Why the answer is a page and not a redirect.
#[derive(Debug, thiserror::Error)]
pub enum UntrustedRequest {
    /// A parameter that decides where to redirect is absent, or there twice.
    #[error("the link is incomplete: {0}")]
    Malformed(#[from] PresentedError),
    /// Nobody by that `client_id` is registered here.
    #[error("no client with this client_id is registered here")]
    UnknownClient,
    /// It cannot be said who the client is.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The client did not register that redirect URI.
    #[error("the redirect_uri is not one that this client registered")]
    UnknownRedirectUri,
    /// Too many people are signing in at this moment.
    #[error("too many sign-ins are under way")]
    Overloaded,
}

impl UntrustedRequest {
    /// Whether the same request may succeed in a moment.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Overloaded => true,
            Self::Client(error) => error.is_transient(),
            Self::Malformed(_) | Self::UnknownClient | Self::UnknownRedirectUri => false,
        }
    }
}

/// How an authorization request can be refused. Two kinds, so that an unchecked redirect cannot
/// be written.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// Shown here.
    #[error(transparent)]
    Page(#[from] UntrustedRequest),
    /// Sent to the client's registered redirect URI.
    #[error("{code}", code = .0.code.as_str())]
    Redirect(RedirectedError),
}

/// A refusal on its way to the client.
#[derive(Debug)]
pub struct RedirectedError {
    /// The error code of RFC 6749 section 4.1.2.1 or an extension.
    pub code: ErrorCode,
    /// The whole address with `error`, `state` and `iss`.
    pub location: String,
}

/// An interaction that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes on.
    pub interaction: InteractionId,
    /// The binding cookie, when this browser had none.
    pub new_binding: Option<PlainSessionCookie>,
}

impl AuthorizationServer {
    /// Checks an authorization request and begins an interaction bound to this browser.
    pub async fn authorize(
        &self,
        params: &Params,
        browser: &Browser,
    ) -> Result<Begun, AuthorizeError> {
        let (client, redirect_uri) = self.trusted_redirect(params).await?;
        // The state of a refusal is the one that was sent, if there was exactly one.
        let state = authorization_request::state(params);
        let refuse = |code: ErrorCode, description: &str| {
            tracing::info!(
                client.id = client.id.as_str(),
                error.code = code.as_str(),
                "authorization request refused: {description}"
            );
            let issuer = &self.settings().issuer;
            let location =
                authorization_response::error(&redirect_uri, code, description, state, issuer);
            AuthorizeError::Redirect(RedirectedError { code, location })
        };

        let allowed = self.allowed_scope(&client);
        let rules = AuthorizationRules {
            allowed: &allowed,
            default: &self.settings().default_scope().intersection(&allowed),
            resource: &self.settings().resource,
        };
        let request = AuthorizationRequest::check(
            params,
            client.id.as_str().to_owned(),
            redirect_uri.clone(),
            rules,
        )
        .map_err(|error| refuse(error.code(), &error.to_string()))?;

        let signed_in = self
            .signed_in(browser)
            .await
            .map_err(|_| refuse(ErrorCode::TemporarilyUnavailable, "try again in a moment"))?;
        if request.prompt.none {
            // There is no remembered consent (it was the hole of several products), so a request
            // that may not show a page can never be granted.
            return Err(if signed_in.is_some() {
                refuse(
                    ErrorCode::ConsentRequired,
                    "the person has to consent on a page",
                )
            } else {
                refuse(
                    ErrorCode::LoginRequired,
                    "nobody is signed in at this browser",
                )
            });
        }
        self.begin(client.id.clone(), request, browser)
            .await
            .map_err(|error| match error {
                BeginError::Overloaded => UntrustedRequest::Overloaded.into(),
                BeginError::Unavailable => {
                    refuse(ErrorCode::TemporarilyUnavailable, "try again in a moment")
                }
            })
    }

    /// The client and the redirect URI that it registered.
    async fn trusted_redirect(
        &self,
        params: &Params,
    ) -> Result<(Client, RedirectUri), UntrustedRequest> {
        let presented = Presented::read(params)?;
        let client = self
            .find_client(&ClientId::new(presented.client_id))
            .await?
            .ok_or(UntrustedRequest::UnknownClient)?;
        let redirect_uri = client
            .redirect_uri(presented.redirect_uri)
            .ok_or(UntrustedRequest::UnknownRedirectUri)?;
        Ok((client, redirect_uri))
    }

    /// What a client may be granted: what it registered, or the whole catalogue for one that
    /// registered no scope.
    fn allowed_scope(&self, client: &Client) -> countersign_oauth::scope::ScopeSet {
        let catalogue = self.settings().catalogue();
        let registered = &client.metadata.scope;
        if registered.is_empty() {
            catalogue
        } else {
            catalogue.intersection(registered)
        }
    }

    async fn begin(
        &self,
        client_id: ClientId,
        request: AuthorizationRequest,
        browser: &Browser,
    ) -> Result<Begun, BeginError> {
        let now = self.now();
        let (binding, new_binding) = if let Some(cookie) = &browser.binding {
            (cookie.hash(), None)
        } else {
            let cookie = PlainSessionCookie::generate(self.entropy());
            (cookie.hash(), Some(cookie))
        };
        let interaction = InteractionId::generate(now, self.entropy());
        let start = StartInteraction {
            interaction: Interaction {
                id: interaction,
                browser: binding,
                client_id,
                request,
                state: InteractionState::PendingSignIn,
                created_at: now,
                expires_at: now.plus(self.settings().lifetimes.interaction),
            },
            open_cap: OPEN_INTERACTIONS,
        };
        match self.store().execute(start).await.map_err(Unavailable::from) {
            Ok(InteractionStart::Started) => Ok(Begun {
                interaction,
                new_binding,
            }),
            Ok(InteractionStart::TooMany) => Err(BeginError::Overloaded),
            Err(Unavailable) => Err(BeginError::Unavailable),
        }
    }
}

enum BeginError {
    Overloaded,
    Unavailable,
}
