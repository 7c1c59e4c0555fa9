//! Reading `application/x-www-form-urlencoded` bodies: the only form the token endpoint takes
//! (RFC 6749 section 4.1.3), and what HTML forms send.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_oauth::error::ErrorCode;
use countersign_oauth::params::Params;
use countersign_ui::ErrorPage;

use crate::answer::OAuthError;
use crate::page;
use crate::site::Site;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
enum FormError {
    /// Another content type, or none.
    #[error("send the parameters as application/x-www-form-urlencoded")]
    ContentType,
    /// Above the limit.
    #[error("the body is too large")]
    TooLarge,
    /// Malformed percent-encoding, invalid UTF-8, too many parameters.
    #[error("{0}")]
    Malformed(String),
}

async fn read(site: &Site, request: Request) -> Result<Params, FormError> {
    let (parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        return Err(FormError::ContentType);
    }
    let body: Bytes = to_bytes(body, site.body_limit)
        .await
        .map_err(|_| FormError::TooLarge)?;
    let params = Params::parse(&body).map_err(|error| FormError::Malformed(error.to_string()))?;
    Ok(params)
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(first), None) = (types.next(), types.next()) else {
        return false;
    };
    first.to_str().is_ok_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// The parameters of a request to an OAuth endpoint; refused as JSON.
pub(crate) struct OAuthForm(pub(crate) Params);

impl FromRequest<Arc<Site>> for OAuthForm {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        match read(site, request).await {
            Ok(params) => Ok(Self(params)),
            Err(error) => Err(
                OAuthError::new(ErrorCode::InvalidRequest, error.to_string())
                    .with_status(match error {
                        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                        FormError::ContentType | FormError::Malformed(_) => StatusCode::BAD_REQUEST,
                    })
                    .into_response(),
            ),
        }
    }
}

/// The fields of a form on one of our pages; refused as a page.
pub(crate) struct PageForm(pub(crate) Params);

impl PageForm {
    /// A field of the form; empty when it is absent or there twice.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.0.get(name).ok().flatten().unwrap_or_default()
    }
}

impl FromRequest<Arc<Site>> for PageForm {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        match read(site, request).await {
            Ok(params) => Ok(Self(params)),
            Err(error) => {
                let status = match error {
                    FormError::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                    FormError::Malformed(_) => StatusCode::BAD_REQUEST,
                };
                let page = ErrorPage::forbidden(&site.brand);
                Err(page::refuse(status, page, &error.to_string()))
            }
        }
    }
}
