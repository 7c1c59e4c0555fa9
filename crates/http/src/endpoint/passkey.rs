//! Passkeys: signing in with one, adding one, removing one. The script's requests and answers are
//! JSON; `{"location": …}` says where to go on, `{"error": …}` what to show.

use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_domain::{InteractionId, PlainPasskeyCeremony};
use countersign_identity::local::PasskeyError;
use countersign_server::interaction::SignedIn;
use countersign_server::sign_in::{Proof, SignInRefusal};
use serde_json::json;

use super::account::FORM;
use super::sign_in::{base, form};
use crate::form::PageForm;
use crate::headers::no_store;
use crate::peer::Peer;
use crate::site::{Shared, Site};
use crate::{answer, cookie, page};

/// Largest credential in bytes; one with an attestation has about 2 KiB.
const LARGEST_CREDENTIAL: usize = 32 * 1024;

/// What a passkey is called until names can be given.
const NAME: &str = "Passkey";

/// `POST /authorize/{interaction}/passkey/options`.
pub(crate) async fn options(
    State(site): Shared,
    Path(id): Path<String>,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    match id.parse() {
        Ok(id) => begin_sign_in(&site, Some(id), peer, &headers).await,
        Err(_) => over(),
    }
}

/// `POST /account/passkey/options`.
pub(crate) async fn account_options(
    State(site): Shared,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    begin_sign_in(&site, None, peer, &headers).await
}

async fn begin_sign_in(
    site: &Site,
    interaction: Option<InteractionId>,
    Peer(address): Peer,
    headers: &HeaderMap,
) -> Response {
    if !accepts(site, headers, &form(interaction)) {
        return foreign();
    }
    began(
        site,
        site.server.passkeys().start_authentication(address).await,
    )
}

/// `POST /authorize/{interaction}/passkey/finish`.
pub(crate) async fn finish(
    State(site): Shared,
    Path(id): Path<String>,
    peer: Peer,
    request: Request,
) -> Response {
    match id.parse() {
        Ok(id) => finish_sign_in(&site, Some(id), peer, request).await,
        Err(_) => over(),
    }
}

/// `POST /account/passkey/finish`.
pub(crate) async fn account_finish(State(site): Shared, peer: Peer, request: Request) -> Response {
    finish_sign_in(&site, None, peer, request).await
}

async fn finish_sign_in(
    site: &Site,
    interaction: Option<InteractionId>,
    Peer(address): Peer,
    request: Request,
) -> Response {
    let (headers, credential) = match read(request).await {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    if !accepts(site, &headers, &form(interaction)) {
        return foreign();
    }
    let browser = cookie::browser(site, &headers);
    let handle = cookie::ceremony(site, &headers).unwrap_or_default();
    let proof = Proof::Passkey {
        handle,
        credential: &credential,
    };
    match site
        .server
        .sign_in(proof, interaction, &browser, address)
        .await
    {
        Ok(session) => {
            let mut response = go_on(&base(interaction));
            cookie::set_session(site, response.headers_mut(), &session);
            response
        }
        Err(SignInRefusal::Passkey(error)) => refused(&error),
        Err(SignInRefusal::Interaction(_)) => over(),
        Err(_) => unavailable(),
    }
}

/// `POST /account/passkey/add/options`.
pub(crate) async fn add_options(State(site): Shared, headers: HeaderMap) -> Response {
    match owner(&site, &headers).await {
        Ok(owner) => began(
            &site,
            site.server.passkeys().start_registration(&owner.user).await,
        ),
        Err(refusal) => refusal,
    }
}

/// `POST /account/passkey/add/finish`.
pub(crate) async fn add_finish(State(site): Shared, request: Request) -> Response {
    let (headers, credential) = match read(request).await {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    let owner = match owner(&site, &headers).await {
        Ok(owner) => owner,
        Err(refusal) => return refusal,
    };
    let handle = cookie::ceremony(&site, &headers).unwrap_or_default();
    let passkeys = site.server.passkeys();
    match passkeys
        .finish_registration(handle, &owner.user, &credential, NAME)
        .await
    {
        Ok(_) => go_on("/account"),
        Err(error) => refused(&error),
    }
}

/// `POST /account/passkey/remove`: a plain form.
pub(crate) async fn remove(State(site): Shared, headers: HeaderMap, fields: PageForm) -> Response {
    let browser = cookie::browser(&site, &headers);
    if !browser.accepts_csrf_token(FORM, fields.field("csrf")) {
        return page::foreign_form(&site);
    }
    let Ok(signed_in) = site.server.signed_in(&browser).await else {
        return page::unavailable(&site);
    };
    if let (Some(owner), Ok(passkey)) = (signed_in, fields.field("passkey").parse())
        && site
            .server
            .passkeys()
            .remove(owner.user.id, passkey)
            .await
            .is_err()
    {
        return page::unavailable(&site);
    }
    page::redirect("/account")
}

/// Headers and text of the script's request.
async fn read(request: Request) -> Result<(HeaderMap, String), Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST_CREDENTIAL)
        .await
        .map_err(|_| too_large())?;
    let text = String::from_utf8(bytes.into()).map_err(|_| refused(&PasskeyError::Rejected))?;
    Ok((parts.headers, text))
}

/// The script sends the form's token in a header of its own.
fn accepts(site: &Site, headers: &HeaderMap, form: &str) -> bool {
    let token = headers
        .get("x-csrf-token")
        .and_then(|token| token.to_str().ok());
    cookie::browser(site, headers).accepts_csrf_token(form, token.unwrap_or_default())
}

/// Who adds a passkey: somebody who is signed in, from the account page.
async fn owner(site: &Site, headers: &HeaderMap) -> Result<SignedIn, Response> {
    if !accepts(site, headers, FORM) {
        return Err(foreign());
    }
    match site.server.signed_in(&cookie::browser(site, headers)).await {
        Ok(Some(owner)) => Ok(owner),
        Ok(None) => Err(explain(
            StatusCode::UNAUTHORIZED,
            "Sign in again to add a passkey.",
        )),
        Err(_) => Err(unavailable()),
    }
}

fn began(site: &Site, begun: Result<(PlainPasskeyCeremony, String), PasskeyError>) -> Response {
    match begun {
        Ok((handle, options)) => {
            let mut response = options.into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            no_store(headers);
            cookie::set_ceremony(site, headers, &handle);
            response
        }
        Err(error) => refused(&error),
    }
}

fn go_on(location: &str) -> Response {
    answer::json(StatusCode::OK, &json!({ "location": location }))
}

fn refused(error: &PasskeyError) -> Response {
    let (status, words) = match error {
        PasskeyError::Expired => (
            StatusCode::BAD_REQUEST,
            "That took too long. Please try again.",
        ),
        PasskeyError::Rejected => (
            StatusCode::UNAUTHORIZED,
            "This passkey is not known here, or was not accepted.",
        ),
        PasskeyError::AlreadyRegistered => (
            StatusCode::CONFLICT,
            "This passkey belongs to an account already.",
        ),
        PasskeyError::TooMany => (
            StatusCode::CONFLICT,
            "You have as many passkeys as an account can have.",
        ),
        PasskeyError::TooManyAttempts {
            retry_after_seconds,
        } => {
            let response = explain(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts. Wait a few minutes, then try again.",
            );
            return page::retry_after(response, *retry_after_seconds);
        }
        PasskeyError::NotAvailable => (
            StatusCode::NOT_FOUND,
            "Passkeys cannot be used at this address.",
        ),
        PasskeyError::Unavailable(_) => return unavailable(),
    };
    explain(status, words)
}

fn over() -> Response {
    explain(
        StatusCode::BAD_REQUEST,
        "This sign-in has ended. Go back to the app and try again.",
    )
}

fn foreign() -> Response {
    explain(StatusCode::FORBIDDEN, "Reload the page and try again.")
}

fn too_large() -> Response {
    explain(
        StatusCode::PAYLOAD_TOO_LARGE,
        "This passkey is too large to be one.",
    )
}

fn unavailable() -> Response {
    let response = explain(
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is busy. Try again in a moment.",
    );
    page::retry_after(response, answer::RETRY_SECONDS)
}

fn explain(status: StatusCode, words: &str) -> Response {
    answer::json(status, &json!({ "error": words }))
}
