//! Pages and redirects.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse as _, Response};
use countersign_domain::{Entropy as _, SystemEntropy};
use countersign_server::interaction::InteractionError;
use countersign_ui::{ErrorPage, Page};

use crate::answer::RETRY_SECONDS;
use crate::headers::protect_page;
use crate::site::Site;

/// A page.
pub(crate) fn show(status: StatusCode, page: &impl Page) -> Response {
    let mut response = (status, page.render()).into_response();
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    protect_page(response.headers_mut());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return retry_after(response, RETRY_SECONDS);
    }
    response
}

/// The same answer with when to try again, in seconds (RFC 9110 section 10.2.3).
pub(crate) fn retry_after(mut response: Response, seconds: u64) -> Response {
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// 303: the browser goes on with GET, whatever it came with. Never 307 or 308, which would carry
/// a password or a decision along (RFC 9700 section 4.12).
pub(crate) fn redirect(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
    protect_page(response.headers_mut());
    response
}

/// An error page with a reference that finds `detail` in the log.
pub(crate) fn refuse(status: StatusCode, page: ErrorPage<'_>, detail: &str) -> Response {
    let reference = reference();
    tracing::info!(
        reference,
        status = status.as_u16(),
        "page refused: {detail}"
    );
    show(status, &page.with_reference(&reference))
}

/// Short enough to read out on the telephone, long enough to be alone in a day's log.
fn reference() -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut random = [0_u8; 8];
    SystemEntropy.fill(&mut random);
    random
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}

/// The page for an interaction that cannot go on.
pub(crate) fn interaction_error(site: &Site, error: &InteractionError) -> Response {
    let brand = &site.brand;
    let (status, page) = match error {
        InteractionError::Over => (StatusCode::BAD_REQUEST, ErrorPage::interaction_ended(brand)),
        InteractionError::AnotherBrowser => {
            (StatusCode::FORBIDDEN, ErrorPage::other_browser(brand))
        }
        InteractionError::ForeignForm => (StatusCode::FORBIDDEN, ErrorPage::forbidden(brand)),
        InteractionError::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorPage::unavailable(brand),
        ),
    };
    refuse(status, page, &error.to_string())
}

/// The page for a passing fault.
pub(crate) fn unavailable(site: &Site) -> Response {
    let page = ErrorPage::unavailable(&site.brand);
    refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        page,
        "the store could not answer",
    )
}

/// The page for a form that this server did not show to this browser.
pub(crate) fn foreign_form(site: &Site) -> Response {
    interaction_error(site, &InteractionError::ForeignForm)
}
