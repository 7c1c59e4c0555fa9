//! Signing in with a user name and a password, on the way to consent or to `/account`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::{InteractionId, PlainSessionCookie};
use countersign_identity::local::SignInError;
use countersign_server::browser::Browser;
use countersign_server::interaction::InteractionError;
use countersign_server::settings::SignUp;
use countersign_server::sign_in::{Proof, SignInRefusal};
use countersign_ui::{Form, PasskeyCeremony, SignInPage};

use crate::form::PageForm;
use crate::peer::Peer;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// What the page knows of the attempt before.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) username: &'a str,
    pub(crate) error: Option<&'a str>,
}

/// Where a sign-in belongs: an interaction with its client's name, or `/account`.
pub(crate) type Waiting<'a> = Option<(InteractionId, &'a str)>;

/// The sign-in page.
pub(crate) fn page(
    site: &Site,
    browser: &Browser,
    waiting: Waiting<'_>,
    attempt: Attempt<'_>,
    status: StatusCode,
) -> Response {
    let base = base(waiting.map(|(id, _)| id));
    let csrf = browser
        .csrf_token(&form(waiting.map(|(id, _)| id)))
        .unwrap_or_default();
    let (options, finish) = (
        format!("{base}/passkey/options"),
        format!("{base}/passkey/finish"),
    );
    let sign_up = format!("{base}/sign-up");
    let page = SignInPage {
        brand: &site.brand,
        client: waiting.map(|(_, name)| name),
        sign_in: Form {
            action: &format!("{base}/sign-in"),
            csrf: &csrf,
        },
        username: attempt.username,
        error: attempt.error,
        sign_up: (site.server.settings().sign_up == SignUp::Open).then_some(sign_up.as_str()),
        passkey: site.server.offers_passkeys().then_some(PasskeyCeremony {
            options: &options,
            finish: &finish,
            csrf: &csrf,
        }),
    };
    page::show(status, &page)
}

/// The address that the pages of a sign-in hang under.
pub(crate) fn base(interaction: Option<InteractionId>) -> String {
    interaction.map_or_else(|| "/account".to_owned(), |id| format!("/authorize/{id}"))
}

/// Names the sign-in form for its CSRF token; sign-up and passkey share it, being one step.
pub(crate) fn form(interaction: Option<InteractionId>) -> String {
    interaction.map_or_else(|| "sign-in".to_owned(), |id| format!("sign-in {id}"))
}

/// `POST /authorize/{interaction}/sign-in`.
pub(crate) async fn post(
    State(site): Shared,
    Path(id): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    match id.parse() {
        Ok(id) => sign_in(&site, Some(id), peer, &headers, &fields).await,
        Err(_) => page::interaction_error(&site, &InteractionError::Over),
    }
}

/// `POST /account/sign-in`.
pub(crate) async fn post_account(
    State(site): Shared,
    peer: Peer,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    sign_in(&site, None, peer, &headers, &fields).await
}

async fn sign_in(
    site: &Site,
    interaction: Option<InteractionId>,
    Peer(address): Peer,
    headers: &HeaderMap,
    fields: &PageForm,
) -> Response {
    let browser = cookie::browser(site, headers);
    if !browser.accepts_csrf_token(&form(interaction), fields.field("csrf")) {
        return page::foreign_form(site);
    }
    let username = fields.field("username");
    let proof = Proof::Password {
        username,
        password: fields.field("password"),
    };
    match site
        .server
        .sign_in(proof, interaction, &browser, address)
        .await
    {
        Ok(session) => entered(site, interaction, &session),
        Err(SignInRefusal::SignIn(error)) => {
            let (status, words) = explain(&error);
            let Some(status) = status else {
                return page::unavailable(site);
            };
            let response = again(site, &browser, interaction, username, words, status).await;
            match error {
                SignInError::TooManyAttempts {
                    retry_after_seconds,
                } => page::retry_after(response, retry_after_seconds),
                _ => response,
            }
        }
        Err(refusal) => refused(site, &refusal),
    }
}

/// The answer to whoever has signed in: the session's cookie, and on to where they were going.
pub(crate) fn entered(
    site: &Site,
    interaction: Option<InteractionId>,
    session: &PlainSessionCookie,
) -> Response {
    let mut response = page::redirect(&base(interaction));
    cookie::set_session(site, response.headers_mut(), session);
    response
}

/// The same page again, with what went wrong.
async fn again(
    site: &Site,
    browser: &Browser,
    interaction: Option<InteractionId>,
    username: &str,
    words: &str,
    status: StatusCode,
) -> Response {
    let attempt = Attempt {
        username,
        error: Some(words),
    };
    let Some(id) = interaction else {
        return page(site, browser, None, attempt, status);
    };
    match site.server.client_name(id, browser).await {
        Ok(name) => page(site, browser, Some((id, &name)), attempt, status),
        Err(error) => page::interaction_error(site, &error),
    }
}

/// Status and words for a failed sign-in; no status for a passing fault of the store. A wrong
/// name, a wrong password and a disabled account read the same.
fn explain(error: &SignInError) -> (Option<StatusCode>, &'static str) {
    match error {
        SignInError::WrongCredentials => (
            Some(StatusCode::UNAUTHORIZED),
            "The user name or the password is not right.",
        ),
        SignInError::TooManyAttempts { .. } => (
            Some(StatusCode::TOO_MANY_REQUESTS),
            "Too many attempts. Wait a few minutes, then try again.",
        ),
        SignInError::Busy => (
            Some(StatusCode::SERVICE_UNAVAILABLE),
            "Many people are signing in right now. Try again in a moment.",
        ),
        SignInError::Unavailable(_) => (None, ""),
    }
}

/// Refusals that every way of signing in shares.
pub(crate) fn refused(site: &Site, refusal: &SignInRefusal) -> Response {
    match refusal {
        SignInRefusal::Interaction(error) => page::interaction_error(site, error),
        SignInRefusal::SignUpClosed | SignInRefusal::AnotherLogin => page::foreign_form(site),
        _ => page::unavailable(site),
    }
}
