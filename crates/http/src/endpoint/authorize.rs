//! `GET` and `POST /authorize` (RFC 6749 section 3.1).

use std::sync::Arc;

use axum::extract::{FromRequest, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use countersign_oauth::params::Params;
use countersign_server::authorize::{AuthorizeError, UntrustedRequest};
use countersign_server::clients::ClientError;
use countersign_ui::ErrorPage;

use super::mcp2;
use crate::form::PageForm;
use crate::site::{Shared, Site};
use crate::{cookie, page};

/// Longest request target. Real requests stay below 2 KiB; a `state` of 4 KiB must fit.
const LONGEST_TARGET: usize = 8 * 1024;

/// The parameters in the query.
pub(crate) async fn get(
    site: Shared,
    headers: HeaderMap,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    if uri.path().len() + query.len() > LONGEST_TARGET {
        return refuse(
            &site,
            StatusCode::URI_TOO_LONG,
            "The request is longer than any app needs.",
        );
    }
    match Params::parse(query.as_bytes()) {
        Ok(params) => begin(&site, &headers, &params).await,
        Err(error) => refuse(&site, StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// The parameters in a form: the same request (OpenID Connect Core section 3.1.2.1).
pub(crate) async fn post(State(site): Shared, request: Request) -> Response {
    let headers = request.headers().clone();
    if site.server.privy().is_some() && mcp2::is_mcp2(&headers) {
        return mcp2::complete().await;
    }
    match PageForm::from_request(request, &site).await {
        Ok(PageForm(params)) => begin(&site, &headers, &params).await,
        Err(refusal) => refusal,
    }
}

async fn begin(site: &Arc<Site>, headers: &HeaderMap, params: &Params) -> Response {
    let browser = cookie::browser(site, headers);
    match site.server.authorize(params, &browser).await {
        Ok(begun) => {
            let mut response = page::redirect(&format!("/authorize/{}", begun.interaction));
            if let Some(binding) = &begun.new_binding {
                cookie::set_binding(site, response.headers_mut(), binding);
            }
            response
        }
        Err(AuthorizeError::Redirect(refusal)) => page::redirect(&refusal.location),
        Err(AuthorizeError::Page(error)) => untrusted(site, &error),
    }
}

fn untrusted(site: &Site, error: &UntrustedRequest) -> Response {
    let status = if error.is_transient() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::BAD_REQUEST
    };
    match error {
        // Nothing about the app: it is this server that cannot answer.
        UntrustedRequest::Overloaded | UntrustedRequest::Client(ClientError::Unavailable(_)) => {
            let page = ErrorPage::unavailable(&site.brand);
            page::refuse(status, page, &error.to_string())
        }
        _ => refuse(site, status, &sentence(&error.to_string())),
    }
}

fn refuse(site: &Site, status: StatusCode, happened: &str) -> Response {
    page::refuse(
        status,
        ErrorPage::bad_authorization_request(&site.brand, happened),
        happened,
    )
}

/// An error message as a sentence for people.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
