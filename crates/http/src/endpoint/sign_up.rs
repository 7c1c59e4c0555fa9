//! Making a local account, where anybody may.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::InteractionId;
use countersign_identity::local::SignUpError;
use countersign_server::browser::Browser;
use countersign_server::interaction::InteractionError;
use countersign_server::settings::SignUp;
use countersign_server::sign_in::{Proof, SignInRefusal};
use countersign_ui::{Form, SignUpPage};

use super::not_found;
use super::sign_in::{base, entered, form, refused};
use crate::form::PageForm;
use crate::peer::Peer;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// What a user name may be.
const USERNAME_RULES: &str = "What you sign in with: a name or an e-mail address.";

/// What a password must be.
pub(crate) const PASSWORD_RULES: &str =
    "At least 8 characters. A few words in a row are easier to remember and harder to guess.";

/// `GET /authorize/{interaction}/sign-up`.
pub(crate) async fn get(
    State(site): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else {
        return page::interaction_error(&site, &InteractionError::Over);
    };
    show(
        &site,
        &cookie::browser(&site, &headers),
        Some(id),
        "",
        None,
        StatusCode::OK,
    )
    .await
}

/// `GET /account/sign-up`.
pub(crate) async fn get_account(State(site): Shared, headers: HeaderMap) -> Response {
    show(
        &site,
        &cookie::browser(&site, &headers),
        None,
        "",
        None,
        StatusCode::OK,
    )
    .await
}

/// `POST /authorize/{interaction}/sign-up`.
pub(crate) async fn post(
    State(site): Shared,
    Path(id): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    match id.parse() {
        Ok(id) => sign_up(&site, Some(id), peer, &headers, &fields).await,
        Err(_) => page::interaction_error(&site, &InteractionError::Over),
    }
}

/// `POST /account/sign-up`.
pub(crate) async fn post_account(
    State(site): Shared,
    peer: Peer,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    sign_up(&site, None, peer, &headers, &fields).await
}

async fn show(
    site: &Site,
    browser: &Browser,
    interaction: Option<InteractionId>,
    username: &str,
    error: Option<&str>,
    status: StatusCode,
) -> Response {
    if site.server.settings().sign_up != SignUp::Open {
        return not_found::page(site);
    }
    let name = match interaction {
        Some(id) => match site.server.client_name(id, browser).await {
            Ok(name) => Some(name),
            Err(error) => return page::interaction_error(site, &error),
        },
        None => None,
    };
    let base = base(interaction);
    let csrf = browser.csrf_token(&form(interaction)).unwrap_or_default();
    let page = SignUpPage {
        brand: &site.brand,
        client: name.as_deref(),
        sign_up: Form {
            action: &format!("{base}/sign-up"),
            csrf: &csrf,
        },
        username,
        username_rules: USERNAME_RULES,
        password_rules: PASSWORD_RULES,
        error,
        sign_in: &base,
    };
    page::show(status, &page)
}

async fn sign_up(
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
    let proof = Proof::NewAccount {
        username,
        password: fields.field("password"),
    };
    match site
        .server
        .sign_in(proof, interaction, &browser, address)
        .await
    {
        Ok(session) => entered(site, interaction, &session),
        Err(SignInRefusal::SignUp(error)) => {
            let Some((status, words)) = explain(&error) else {
                return page::unavailable(site);
            };
            let response = show(site, &browser, interaction, username, Some(&words), status).await;
            match error {
                SignUpError::TooManyAttempts {
                    retry_after_seconds,
                } => page::retry_after(response, retry_after_seconds),
                _ => response,
            }
        }
        Err(refusal) => refused(site, &refusal),
    }
}

/// Status and words for an account that cannot be made; `None` for a passing fault of the store.
fn explain(error: &SignUpError) -> Option<(StatusCode, String)> {
    Some(match error {
        SignUpError::NameTaken => (
            StatusCode::CONFLICT,
            "That user name is taken. Choose another one, or sign in if it is yours.".to_owned(),
        ),
        SignUpError::InvalidName(reason) => (StatusCode::BAD_REQUEST, reason.to_string()),
        SignUpError::WeakPassword(reason) => (StatusCode::BAD_REQUEST, reason.to_string()),
        SignUpError::TooManyAttempts { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many attempts. Wait a few minutes, then try again.".to_owned(),
        ),
        SignUpError::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Many people are signing in right now. Try again in a moment.".to_owned(),
        ),
        SignUpError::Unavailable(_) => return None,
    })
}
