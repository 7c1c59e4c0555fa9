//! `/account`: what a person has connected.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::Client;
use countersign_server::browser::Browser;
use countersign_server::interaction::SignedIn;
use countersign_ui::{AccountPage, ConnectedApp, Form, PasskeyCeremony, RegisteredPasskey, When};

use super::privy;
use super::sign_in::{self, Attempt};
use crate::form::PageForm;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// Names the forms of this page for their CSRF token.
pub(crate) const FORM: &str = "account";

/// `GET /account`: the apps of whoever is signed in, or the sign-in page.
pub(crate) async fn get(State(site): Shared, headers: HeaderMap) -> Response {
    let (browser, bound) = cookie::bound_browser(&site, &headers);
    let mut response = match site.server.signed_in(&browser).await {
        Ok(Some(signed_in)) => show(&site, &browser, &signed_in).await,
        Ok(None) if site.server.privy().is_some() => privy::page(&site, &browser, None).await,
        Ok(None) => {
            let attempt = Attempt {
                username: "",
                error: None,
            };
            sign_in::page(&site, &browser, None, attempt, StatusCode::OK)
        }
        Err(_) => page::unavailable(&site),
    };
    response.headers_mut().extend(bound);
    response
}

async fn show(site: &Site, browser: &Browser, signed_in: &SignedIn) -> Response {
    let user = &signed_in.user;
    let server = &site.server;
    let (Ok(apps), Ok(passkeys), Ok(shown)) = (
        server.connected_apps(user).await,
        server.passkeys().list(user.id).await,
        server.shown_name(user).await,
    ) else {
        return page::unavailable(site);
    };
    let csrf = browser.csrf_token(FORM).unwrap_or_default();
    let now = server.now().as_millis();
    let when = |at: countersign_domain::Timestamp| When::new(at.as_millis(), now);
    let described: Vec<Described> = apps
        .iter()
        .map(|app| Described {
            grant: app.grant.id.to_string(),
            name: app
                .client
                .as_ref()
                .map_or_else(|| "An app".to_owned(), Client::display_name),
            scopes: app
                .grant
                .scope
                .iter()
                .map(|scope| server.settings().describe(scope))
                .collect(),
        })
        .collect();
    let passkey_ids: Vec<String> = passkeys
        .iter()
        .map(|passkey| passkey.id.to_string())
        .collect();
    let page = AccountPage {
        brand: &site.brand,
        username: &shown,
        notice: None,
        apps: apps
            .iter()
            .zip(&described)
            .map(|(app, described)| ConnectedApp {
                grant: &described.grant,
                name: &described.name,
                host: app.grant.redirect_uri.host().unwrap_or_default(),
                scopes: described.scopes.iter().map(String::as_str).collect(),
                connected: when(app.grant.created_at),
                last_used: Some(when(app.grant.last_used_at)),
            })
            .collect(),
        disconnect: Form {
            action: "/account/disconnect",
            csrf: &csrf,
        },
        passkeys: passkeys
            .iter()
            .zip(&passkey_ids)
            .map(|(passkey, id)| RegisteredPasskey {
                id,
                name: &passkey.name,
                added: when(passkey.created_at),
                last_used: passkey.last_used_at.map(when),
            })
            .collect(),
        add_passkey: server.offers_passkeys().then_some(PasskeyCeremony {
            options: "/account/passkey/add/options",
            finish: "/account/passkey/add/finish",
            csrf: &csrf,
        }),
        remove_passkey: Form {
            action: "/account/passkey/remove",
            csrf: &csrf,
        },
        sign_out: Form {
            action: "/account/sign-out",
            csrf: &csrf,
        },
    };
    page::show(StatusCode::OK, &page)
}

/// The texts that the page borrows.
struct Described {
    grant: String,
    name: String,
    scopes: Vec<String>,
}

/// `POST /account/disconnect`: ends one grant.
pub(crate) async fn disconnect(
    State(site): Shared,
    headers: HeaderMap,
    fields: PageForm,
) -> Response {
    let browser = cookie::browser(&site, &headers);
    if !browser.accepts_csrf_token(FORM, fields.field("csrf")) {
        return page::foreign_form(&site);
    }
    let Ok(signed_in) = site.server.signed_in(&browser).await else {
        return page::unavailable(&site);
    };
    if let (Some(signed_in), Ok(grant)) = (signed_in, fields.field("grant").parse())
        && site
            .server
            .disconnect(&signed_in.user, grant)
            .await
            .is_err()
    {
        return page::unavailable(&site);
    }
    page::redirect("/account")
}
