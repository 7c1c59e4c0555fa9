//! Stylesheets, the passkey script and the icon.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use countersign_ui::Asset;

use crate::site::Site;

/// A route for each file.
pub(crate) fn routes(site: &Site) -> Router<Arc<Site>> {
    let assets = countersign_ui::assets()
        .iter()
        .cloned()
        .chain(site.brand.assets());
    assets.fold(Router::new(), |router, asset| {
        let path = asset.path.clone();
        let asset = Arc::new(asset);
        router.route(&path, get(async move || answer(&asset)))
    })
}

fn answer(asset: &Asset) -> Response {
    let mut response = Bytes::copy_from_slice(&asset.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let cache = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
