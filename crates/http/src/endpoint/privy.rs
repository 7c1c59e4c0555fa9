//! Signing in with Privy: the page that its SDK runs on, and what the page brings back. The script's
//! requests and answers are JSON; `{"location": …}` says where to go on, `{"error": …, "code": …}` what
//! to show.

mod policy;
mod refusal;

use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::{HeaderValue, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::InteractionId;
use countersign_server::browser::Browser;
use countersign_server::hand_over::HandOverError;
use countersign_server::interaction::InteractionError;
use countersign_ui::{
    ErrorPage, Form, PrivyCaptcha, PrivyMethods, PrivyReturnPage, PrivySignInPage,
};
use serde::Deserialize;
use serde_json::json;

use super::sign_in::{Waiting, base, form};
use crate::site::{Shared, Site};
use crate::{answer, cookie, page};

/// Where Privy's OAuth providers send the browser back to: one path, because the Privy app lists it
/// by the letter.
pub(crate) const RETURN_PATH: &str = "/sign-in/privy";

/// Largest body in bytes; a token has about 1 KiB.
const LARGEST_TOKEN: usize = 16 * 1024;

/// The page with the Privy form, for an interaction or for `/account`.
pub(crate) async fn page(site: &Site, browser: &Browser, waiting: Waiting<'_>) -> Response {
    let Some(privy) = site.server.privy() else {
        return page::unavailable(site);
    };
    let interaction = waiting.map(|(id, _)| id);
    let base = base(interaction);
    let app = match privy.app().await {
        Ok(app) => app,
        Err(error) => {
            let page = ErrorPage::login_unavailable(&site.brand, &base);
            return page::refuse(StatusCode::SERVICE_UNAVAILABLE, page, &error.to_string());
        }
    };
    let csrf = browser.csrf_token(&form(interaction)).unwrap_or_default();
    let device = format!("{base}/privy/device");
    let keeps_session = site.server.keeps_device_session() && interaction.is_some();
    let methods = &app.methods;
    let sign_in = PrivySignInPage {
        brand: &site.brand,
        client: waiting.map(|(_, name)| name),
        app_id: privy.app_id(),
        client_id: privy.client_id(),
        auth_url: privy.auth_url(),
        methods: PrivyMethods {
            email: methods.email,
            sms: methods.sms,
            wallet: methods.wallet,
            passkey: methods.passkey,
            oauth: &methods.oauth,
        },
        captcha: app.captcha.as_ref().map(|captcha| PrivyCaptcha {
            provider: &captcha.provider,
            site_key: &captcha.site_key,
        }),
        hand_over: Form {
            action: &format!("{base}/privy"),
            csrf: &csrf,
        },
        device: keeps_session.then_some(device.as_str()),
        return_path: RETURN_PATH,
    };
    let mut response = page::show(StatusCode::OK, &sign_in);
    policy::allow_privy(response.headers_mut(), privy.auth_url(), &app);
    response
}

/// `GET /sign-in/privy`: back from a provider. What it brings stays in the tab that left for it.
pub(crate) async fn returned(State(site): Shared) -> Response {
    page::show(StatusCode::OK, &PrivyReturnPage { brand: &site.brand })
}

/// `POST /authorize/{interaction}/privy/device`: codes for the page to approve.
pub(crate) async fn device(
    State(site): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse() else {
        return refusal::interaction(&InteractionError::Over);
    };
    if !accepts(&site, &headers, Some(id)) {
        return refusal::interaction(&InteractionError::ForeignForm);
    }
    let browser = cookie::browser(&site, &headers);
    match site.server.device_codes(id, &browser).await {
        Ok(codes) => answer::json(StatusCode::OK, &json!({ "user_codes": codes })),
        Err(error) => refusal::hand_over(&error),
    }
}

/// `POST /authorize/{interaction}/privy`: the hand-over.
pub(crate) async fn post(
    State(site): Shared,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match id.parse() {
        Ok(id) => hand_over(&site, Some(id), request).await,
        Err(_) => refusal::interaction(&InteractionError::Over),
    }
}

/// `POST /account/privy`: the same without a client.
pub(crate) async fn post_account(State(site): Shared, request: Request) -> Response {
    hand_over(&site, None, request).await
}

#[derive(Deserialize)]
struct Body {
    token: String,
}

async fn hand_over(site: &Site, interaction: Option<InteractionId>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !accepts(site, &parts.headers, interaction) {
        return refusal::interaction(&InteractionError::ForeignForm);
    }
    let Ok(bytes) = to_bytes(body, LARGEST_TOKEN).await else {
        return refusal::too_large();
    };
    let Ok(Body { token }) = serde_json::from_slice(&bytes) else {
        return refusal::malformed();
    };
    let browser = cookie::browser(site, &parts.headers);
    match site.server.hand_over(&token, interaction, &browser).await {
        Ok(session) => {
            let location = json!({ "location": base(interaction) });
            let mut response = answer::json(StatusCode::OK, &location);
            cookie::set_session(site, response.headers_mut(), &session);
            response
        }
        Err(HandOverError::Interaction(error)) => refusal::interaction(&error),
        Err(error) => refusal::hand_over(&error),
    }
}

/// The script sends the form's token in a header of its own, and the browser where the script is
/// from: every POST of a script has an `Origin`, so one without is no page of ours. `Sec-Fetch-Site` is
/// newer, and says the same where it is sent.
fn accepts(site: &Site, headers: &HeaderMap, interaction: Option<InteractionId>) -> bool {
    let token = headers
        .get("x-csrf-token")
        .and_then(|token| token.to_str().ok());
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let fetched = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if origin != Some(site.server.settings().issuer.as_bytes())
        || fetched.is_some_and(|site| site != b"same-origin")
    {
        return false;
    }
    cookie::browser(site, headers).accepts_csrf_token(&form(interaction), token.unwrap_or_default())
}
