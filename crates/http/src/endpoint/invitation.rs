//! `/invite/{token}`: an invited person chooses a password.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::PlainInvitation;
use countersign_identity::local::InvitationError;
use countersign_server::browser::Browser;
use countersign_server::sign_in::{Proof, SignInRefusal};
use countersign_ui::{ErrorPage, Form, InvitationPage};

use super::sign_in::{entered, refused};
use super::sign_up::PASSWORD_RULES;
use crate::form::PageForm;
use crate::peer::Peer;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// Names the form for its CSRF token.
const FORM: &str = "invitation";

/// `GET /invite/{token}`.
pub(crate) async fn get(
    State(site): Shared,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (browser, bound) = cookie::bound_browser(&site, &headers);
    let mut response = show(&site, &browser, &token, None, StatusCode::OK).await;
    response.headers_mut().extend(bound);
    response
}

/// `POST /invite/{token}`.
pub(crate) async fn post(
    State(site): Shared,
    Path(token): Path<String>,
    Peer(address): Peer,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    let browser = cookie::browser(&site, &headers);
    if !browser.accepts_csrf_token(FORM, fields.field("csrf")) {
        return page::foreign_form(&site);
    }
    let Some(invitation) = PlainInvitation::parse(&token) else {
        return ended(&site);
    };
    let proof = Proof::Invitation {
        token: &invitation,
        password: fields.field("password"),
    };
    match site.server.sign_in(proof, None, &browser, address).await {
        Ok(session) => entered(&site, None, &session),
        Err(SignInRefusal::Invitation(error)) => match error {
            InvitationError::WeakPassword(reason) => {
                let words = reason.to_string();
                show(
                    &site,
                    &browser,
                    &token,
                    Some(&words),
                    StatusCode::BAD_REQUEST,
                )
                .await
            }
            InvitationError::Busy | InvitationError::Unavailable(_) => page::unavailable(&site),
            _ => ended(&site),
        },
        Err(refusal) => refused(&site, &refusal),
    }
}

async fn show(
    site: &Site,
    browser: &Browser,
    token: &str,
    error: Option<&str>,
    status: StatusCode,
) -> Response {
    let Some(plain) = PlainInvitation::parse(token) else {
        return ended(site);
    };
    match site.server.accounts().find_invitation(&plain).await {
        Ok(Some(invitation)) => {
            let csrf = browser.csrf_token(FORM).unwrap_or_default();
            let page = InvitationPage {
                brand: &site.brand,
                username: invitation.username.as_str(),
                accept: Form {
                    action: &format!("/invite/{token}"),
                    csrf: &csrf,
                },
                password_rules: PASSWORD_RULES,
                error,
            };
            page::show(status, &page)
        }
        Ok(None) => ended(site),
        Err(_) => page::unavailable(site),
    }
}

fn ended(site: &Site) -> Response {
    let page = ErrorPage::invitation_ended(&site.brand);
    page::refuse(
        StatusCode::NOT_FOUND,
        page,
        "the invitation is unknown, used or expired",
    )
}
