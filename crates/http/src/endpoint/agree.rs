//! `/authorize/{interaction}/agree`: the person goes on to the product's login, or does not.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::InteractionId;
use countersign_server::agree::agree_form;
use countersign_server::browser::Browser;
use countersign_server::consent::ConsentError;
use countersign_server::interaction::{InteractionError, Visit};
use countersign_ui::{AskPage, Form, RequestedScope};

use super::interaction::{requesting, requesting_name};
use super::sign_in::base;
use crate::form::PageForm;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// Who asks, before anybody signs in.
pub(crate) fn page(site: &Site, browser: &Browser, id: InteractionId, visit: &Visit) -> Response {
    let name = requesting_name(visit);
    let requested = site.server.requested_scopes(visit);
    let csrf = browser.csrf_token(&agree_form(id)).unwrap_or_default();
    let page = AskPage {
        brand: &site.brand,
        client: requesting(site, visit, &name),
        scopes: requested
            .iter()
            .map(|requested| RequestedScope {
                name: requested.scope.as_str(),
                description: &requested.description,
                required: !requested.optional,
            })
            .collect(),
        agree: Form {
            action: &format!("/authorize/{id}/agree"),
            csrf: &csrf,
        },
    };
    page::show(StatusCode::OK, &page)
}

pub(crate) async fn post(
    State(site): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    let Ok(id) = id.parse() else {
        return page::interaction_error(&site, &InteractionError::Over);
    };
    let browser = cookie::browser(&site, &headers);
    let goes_on = match fields.field("decision") {
        "continue" => true,
        "deny" => false,
        _ => return page::foreign_form(&site),
    };
    match site
        .server
        .agree(id, &browser, fields.field("csrf"), goes_on)
        .await
    {
        Ok(None) | Err(ConsentError::SignInAgain) => page::redirect(&base(Some(id))),
        Ok(Some(location)) => page::redirect(&location),
        Err(ConsentError::Interaction(error)) => page::interaction_error(&site, &error),
        Err(ConsentError::ScopeNotRequested) => page::foreign_form(&site),
        Err(ConsentError::Unavailable(_)) => page::unavailable(&site),
    }
}
