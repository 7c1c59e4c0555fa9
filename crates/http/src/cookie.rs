//! The cookies of a browser: the two of `countersign_server::browser::Browser`, and while a
//! passkey is asked for, the name of that ceremony.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use countersign_domain::{PlainPasskeyCeremony, PlainSessionCookie, SystemEntropy};
use countersign_server::browser::Browser;

use crate::site::Site;

/// How long the binding cookie is kept: longer than any session, so that forms of one browser
/// stay its own.
const BINDING_SECONDS: i64 = 400 * 24 * 60 * 60;

/// As long as the ceremony itself lives.
const CEREMONY_SECONDS: i64 = 300;

#[derive(Clone, Copy)]
enum Kind {
    Session,
    Binding,
    Ceremony,
}

impl Kind {
    /// `__Host-` makes the browser refuse the cookie from anybody but this very host over TLS,
    /// so that a neighbour on the same domain cannot plant one. Plain http cannot have it.
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-countersign",
            (Self::Session, false) => "countersign",
            (Self::Binding, true) => "__Host-countersign-browser",
            (Self::Binding, false) => "countersign-browser",
            (Self::Ceremony, true) => "__Host-countersign-passkey",
            (Self::Ceremony, false) => "countersign-passkey",
        }
    }
}

/// The cookies of a request for a page with a form, and what the answer has to set: a browser
/// that comes for the first time is bound now.
pub(crate) fn bound_browser(site: &Site, headers: &HeaderMap) -> (Browser, HeaderMap) {
    let mut browser = browser(site, headers);
    let mut set = HeaderMap::new();
    if browser.binding.is_none() {
        let binding = PlainSessionCookie::generate(&SystemEntropy);
        set_binding(site, &mut set, &binding);
        browser.binding = Some(binding);
    }
    (browser, set)
}

/// The passkey ceremony that this browser began.
pub(crate) fn ceremony<'h>(site: &Site, headers: &'h HeaderMap) -> Option<&'h str> {
    value(headers, Kind::Ceremony.name(site.is_https()))
}

/// The cookies of a request. A value that is none of ours is as good as none.
pub(crate) fn browser(site: &Site, headers: &HeaderMap) -> Browser {
    let https = site.is_https();
    Browser {
        binding: find(headers, Kind::Binding.name(https)),
        session: find(headers, Kind::Session.name(https)),
    }
}

fn find(headers: &HeaderMap, name: &str) -> Option<PlainSessionCookie> {
    value(headers, name).and_then(PlainSessionCookie::parse)
}

fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Binds this browser.
pub(crate) fn set_binding(site: &Site, headers: &mut HeaderMap, value: &PlainSessionCookie) {
    set(
        site,
        headers,
        Kind::Binding,
        value.expose(),
        BINDING_SECONDS,
    );
}

/// Signs this browser in.
pub(crate) fn set_session(site: &Site, headers: &mut HeaderMap, value: &PlainSessionCookie) {
    let seconds = site.server.settings().lifetimes.session / 1000;
    set(site, headers, Kind::Session, value.expose(), seconds);
}

/// Remembers which passkey ceremony this browser began.
pub(crate) fn set_ceremony(site: &Site, headers: &mut HeaderMap, value: &PlainPasskeyCeremony) {
    set(
        site,
        headers,
        Kind::Ceremony,
        value.expose(),
        CEREMONY_SECONDS,
    );
}

/// Signs this browser out.
pub(crate) fn clear_session(site: &Site, headers: &mut HeaderMap) {
    set(site, headers, Kind::Session, "", 0);
}

fn set(site: &Site, headers: &mut HeaderMap, kind: Kind, value: &str, seconds: i64) {
    let https = site.is_https();
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        kind.name(https)
    );
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        headers.append(SET_COOKIE, cookie);
    }
}
