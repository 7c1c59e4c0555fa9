//! `GET /authorize/{interaction}`: whichever page is due.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::{Client, ClientKind, DocumentCopy, InteractionId, Timestamp, User};
use countersign_oauth::redirect_uri::RedirectUri;
use countersign_server::browser::Browser;
use countersign_server::consent::consent_form;
use countersign_server::interaction::{InteractionError, Step, Visit};
use countersign_ui::{
    ConsentPage, Form, Origin, RedirectTarget, RequestedScope, RequestingClient, When,
};

use super::sign_in::{self, Attempt};
use super::{agree, privy};
use crate::site::{Shared, Site};
use crate::{cookie, page};

pub(crate) async fn get(
    State(site): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else {
        return page::interaction_error(&site, &InteractionError::Over);
    };
    let browser = cookie::browser(&site, &headers);
    match site.server.step(id, &browser).await {
        Ok(Step::SignIn(visit)) => {
            let hint = visit
                .interaction
                .request
                .login_hint
                .as_deref()
                .unwrap_or_default();
            let name = visit.client.display_name();
            let attempt = Attempt {
                username: hint,
                error: None,
            };
            sign_in::page(&site, &browser, Some((id, &name)), attempt, StatusCode::OK)
        }
        Ok(Step::Agree(visit)) => agree::page(&site, &browser, id, &visit),
        Ok(Step::HandOver(visit)) => {
            let name = visit.client.display_name();
            privy::page(&site, &browser, Some((id, &name))).await
        }
        Ok(Step::Consent(visit, signed_in)) => {
            let Ok(shown) = site.server.shown_name(&signed_in.user).await else {
                return page::unavailable(&site);
            };
            consent(&site, &browser, id, &visit, &signed_in.user, &shown)
        }
        Err(error) => page::interaction_error(&site, &error),
    }
}

fn consent(
    site: &Site,
    browser: &Browser,
    id: InteractionId,
    visit: &Visit,
    user: &User,
    shown: &str,
) -> Response {
    let name = requesting_name(visit);
    let requested = site.server.requested_scopes(visit);
    let consent_csrf = browser
        .csrf_token(&consent_form(id, user))
        .unwrap_or_default();
    let sign_out_csrf = browser
        .csrf_token(&format!("sign-out {id}"))
        .unwrap_or_default();
    let page = ConsentPage {
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
        username: shown,
        consent: Form {
            action: &format!("/authorize/{id}/consent"),
            csrf: &consent_csrf,
        },
        switch_account: Form {
            action: &format!("/authorize/{id}/sign-out"),
            csrf: &sign_out_csrf,
        },
    };
    page::show(StatusCode::OK, &page)
}

/// What the page calls the client.
pub(crate) fn requesting_name(visit: &Visit) -> String {
    visit.client.display_name()
}

/// Who asks, what vouches for them, and where the answer goes.
pub(crate) fn requesting<'a>(site: &Site, visit: &'a Visit, name: &'a str) -> RequestingClient<'a> {
    let redirect_uri = &visit.interaction.request.redirect_uri;
    RequestingClient {
        name,
        origin: origin(&visit.client, site.server.now()),
        redirect: target(redirect_uri, authority(redirect_uri.as_str())),
    }
}

/// What vouches for the client.
fn origin(client: &Client, now: Timestamp) -> Origin<'_> {
    match client.kind {
        ClientKind::Configured => Origin::Configured,
        ClientKind::Registered => Origin::Registered,
        ClientKind::Document(copy) => Origin::Document {
            host: authority(client.id.as_str()),
            copied: (copy != DocumentCopy::Live)
                .then(|| When::new(client.created_at.as_millis(), now.as_millis())),
        },
    }
}

fn target<'a>(redirect_uri: &'a RedirectUri, host: &'a str) -> RedirectTarget<'a> {
    if redirect_uri.is_loopback() {
        RedirectTarget::Loopback { host }
    } else if redirect_uri.as_str().starts_with("https://") {
        RedirectTarget::Web { host }
    } else {
        let scheme = redirect_uri.as_str().split(':').next().unwrap_or_default();
        RedirectTarget::PrivateUse { scheme }
    }
}

/// Host and port of a redirect URI or of a client's document: what a person decides by. Empty where
/// a private-use scheme has none.
fn authority(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}
