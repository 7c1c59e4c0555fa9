//! How long an answer says it stays fresh (RFC 9111, section 4.2).

#[cfg(test)]
mod tests;

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderName};

/// What is left of the answer's freshness; `None` when it does not say. This is a private cache,
/// so that `s-maxage` and `private` are not for it.
pub(crate) fn lifetime(headers: &HeaderMap) -> Option<Duration> {
    let mut max_age = None;
    for directive in directives(headers) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            // Twice or unreadable: what cannot be understood is stale (section 4.2.1).
            let seconds = value.trim().trim_matches('"').parse().unwrap_or(0);
            max_age = Some(max_age.map_or(seconds, |other: u64| other.min(seconds)));
        }
    }
    let total = match max_age {
        Some(seconds) => Duration::from_secs(seconds),
        None => until_expiry(headers)?,
    };
    let age = text(headers, &AGE)
        .and_then(|value| value.trim().parse().ok())
        .map_or(Duration::ZERO, Duration::from_secs);
    Some(total.saturating_sub(age))
}

fn directives(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// `Expires` counts from the answer's own `Date`, so that the host's clock does not matter. `0` and
/// every other text that is no date mean the past (section 5.3).
fn until_expiry(headers: &HeaderMap) -> Option<Duration> {
    let expires = headers.get(EXPIRES)?;
    let moment = expires
        .to_str()
        .ok()
        .and_then(|value| httpdate::parse_http_date(value).ok());
    let Some(moment) = moment else {
        return Some(Duration::ZERO);
    };
    let sent = httpdate::parse_http_date(text(headers, &DATE)?).ok()?;
    Some(moment.duration_since(sent).unwrap_or_default())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
