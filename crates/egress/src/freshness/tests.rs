//! Headers as hosts send them.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::lifetime;

fn seconds(headers: &[(&'static str, &'static str)]) -> Option<u64> {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        })
        .collect();
    lifetime(&headers).map(|lifetime: Duration| lifetime.as_secs())
}

#[test]
fn takes_max_age_less_the_age() {
    assert_eq!(
        seconds(&[("cache-control", "public, max-age=600")]),
        Some(600)
    );
    assert_eq!(seconds(&[("cache-control", "Max-Age=\"600\"")]), Some(600));
    assert_eq!(
        seconds(&[("cache-control", "max-age=600"), ("age", "100")]),
        Some(500)
    );
    assert_eq!(
        seconds(&[("cache-control", "max-age=600"), ("age", "700")]),
        Some(0)
    );
}

#[test]
fn leaves_s_maxage_to_shared_caches() {
    assert_eq!(
        seconds(&[("cache-control", "s-maxage=600, max-age=60")]),
        Some(60)
    );
    assert_eq!(seconds(&[("cache-control", "s-maxage=600")]), None);
}

#[test]
fn takes_no_store_and_no_cache_as_stale_at_once() {
    assert_eq!(
        seconds(&[("cache-control", "max-age=600, no-store")]),
        Some(0)
    );
    assert_eq!(
        seconds(&[("cache-control", "no-cache"), ("expires", "0")]),
        Some(0)
    );
    assert_eq!(
        seconds(&[("cache-control", "no-cache=\"set-cookie\"")]),
        Some(0)
    );
}

#[test]
fn takes_expires_when_there_is_no_max_age() {
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let later = ("expires", "Sun, 06 Nov 1994 08:59:37 GMT");
    assert_eq!(seconds(&[date, later]), Some(600));
    assert_eq!(
        seconds(&[later, date, ("cache-control", "max-age=5")]),
        Some(5)
    );
    // Without the host's own clock the moment says nothing.
    assert_eq!(seconds(&[later]), None);
    assert_eq!(seconds(&[later, ("date", "now")]), None);
    assert_eq!(seconds(&[("expires", "0")]), Some(0));
    let earlier = ("expires", "Sun, 06 Nov 1994 08:39:37 GMT");
    assert_eq!(seconds(&[date, earlier]), Some(0));
}

#[test]
fn calls_stale_what_it_cannot_read() {
    for unreadable in [
        "max-age",
        "max-age=",
        "max-age=-1",
        "max-age=1y",
        "max-age=1.5",
    ] {
        assert_eq!(
            seconds(&[("cache-control", unreadable)]),
            Some(0),
            "{unreadable}"
        );
    }
    assert_eq!(
        seconds(&[("cache-control", "max-age=600, max-age=60")]),
        Some(60)
    );
}

#[test]
fn says_nothing_for_hosts_that_say_nothing() {
    assert_eq!(seconds(&[]), None);
    assert_eq!(seconds(&[("cache-control", "private")]), None);
    assert_eq!(seconds(&[("age", "7")]), None);
}
