//! `GET /playground`: the page, the frames that its widgets are shown in, and what it is told while it is open.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use countersign_ui::{PlaygroundPage, playground_frame};
use futures::{Stream, StreamExt as _};
use serde_json::json;

use crate::endpoint::not_found;
use crate::page;
use crate::site::{Playground, PlaygroundWidget, Shared, Site};

/// As for every page, and with frames of this origin, whose own policies say what is in them.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Shorter than the patience of proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Its addresses, or none where it is off.
pub(crate) fn routes(site: &Site) -> Router<Arc<Site>> {
    let Some(playground) = &site.playground else {
        return Router::new();
    };
    let news = playground.news.clone();
    Router::new()
        .route("/playground", get(document))
        .route("/playground/frame/{widget}", get(frame))
        .route(
            "/playground/events",
            get(async move || events(news.subscribe())),
        )
}

async fn document(State(site): Shared) -> Response {
    let widgets = site.playground.iter().flat_map(|shown| &shown.widgets);
    let widgets: Vec<_> = widgets.map(description).collect();
    let shown = PlaygroundPage {
        brand: &site.brand,
        public_url: &site.server.settings().issuer,
        widgets: &json!(widgets).to_string(),
    };
    let mut response = page::show(StatusCode::OK, &shown);
    let policy = HeaderValue::from_static(PAGE_POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn description(widget: &PlaygroundWidget) -> serde_json::Value {
    json!({
        "name": widget.name,
        "frame": format!("/playground/frame/{}", widget.name),
        "allow": widget.allow,
    })
}

/// A document without an origin, also when it is opened by itself.
async fn frame(State(site): Shared, Path(name): Path<String>) -> Response {
    let widget = site
        .playground
        .as_ref()
        .and_then(|shown| shown.widget(&name));
    let policy = widget.map(|widget| HeaderValue::from_str(&widget.policy));
    let Some(Ok(policy)) = policy else {
        return not_found::page(&site);
    };
    let mut headers = HeaderMap::new();
    let mut set = |name, value| drop(headers.insert(name, HeaderValue::from_static(value)));
    set(CONTENT_TYPE, "text/html; charset=utf-8");
    set(CACHE_CONTROL, "no-store");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    (headers, playground_frame()).into_response()
}

fn events(
    news: impl Stream<Item = crate::WidgetNews> + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = news.map(|news| {
        let event = Event::default().event("widget");
        // A name and a sentence are always JSON.
        Ok(event.data(json!(news).to_string()))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

impl Playground {
    fn widget(&self, name: &str) -> Option<&PlaygroundWidget> {
        self.widgets.iter().find(|widget| widget.name == name)
    }
}
