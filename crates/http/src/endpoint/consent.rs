//! `POST /authorize/{interaction}/consent`: the person decides.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_server::consent::{ConsentError, Decision};
use countersign_server::interaction::InteractionError;
use countersign_ui::ErrorPage;

use super::sign_in::base;
use crate::form::PageForm;
use crate::site::Shared;
use crate::{cookie, page};

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
    let decision = match fields.field("decision") {
        "approve" => Decision::Approve {
            ticked: fields
                .0
                .all("scope")
                .into_iter()
                .map(str::to_owned)
                .collect(),
        },
        "deny" => Decision::Deny,
        _ => return page::foreign_form(&site),
    };
    match site
        .server
        .decide(id, &browser, fields.field("csrf"), decision)
        .await
    {
        Ok(location) => page::redirect(&location),
        Err(ConsentError::SignInAgain) => page::redirect(&base(Some(id))),
        Err(ConsentError::ScopeNotRequested) => {
            let page = ErrorPage::forbidden(&site.brand);
            page::refuse(
                StatusCode::BAD_REQUEST,
                page,
                "a scope was ticked that was not asked for",
            )
        }
        Err(ConsentError::Interaction(error)) => page::interaction_error(&site, &error),
        Err(ConsentError::Unavailable(_)) => page::unavailable(&site),
    }
}
