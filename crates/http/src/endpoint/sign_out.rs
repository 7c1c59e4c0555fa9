//! Signing out, and switching the account on the consent page.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use countersign_domain::InteractionId;
use countersign_server::interaction::InteractionError;

use super::sign_in::base;
use crate::form::PageForm;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// `POST /authorize/{interaction}/sign-out`.
pub(crate) async fn post(
    State(site): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    match id.parse::<InteractionId>() {
        Ok(id) => {
            sign_out(
                &site,
                Some(id),
                &format!("sign-out {id}"),
                &headers,
                &fields,
            )
            .await
        }
        Err(_) => page::interaction_error(&site, &InteractionError::Over),
    }
}

/// `POST /account/sign-out`.
pub(crate) async fn post_account(
    State(site): Shared,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    sign_out(&site, None, super::account::FORM, &headers, &fields).await
}

async fn sign_out(
    site: &Site,
    interaction: Option<InteractionId>,
    form: &str,
    headers: &HeaderMap,
    fields: &PageForm,
) -> Response {
    let browser = cookie::browser(site, headers);
    if !browser.accepts_csrf_token(form, fields.field("csrf")) {
        return page::foreign_form(site);
    }
    match site.server.sign_out(interaction, &browser).await {
        Ok(()) => {
            let mut response = page::redirect(&base(interaction));
            cookie::clear_session(site, response.headers_mut());
            response
        }
        Err(error) => page::interaction_error(site, &error),
    }
}
