//! However an answer says how long it stays fresh, a host that wants it not to be kept is heard.
#![no_main]

// The parser's own file and not its crate, which brings a TLS stack and a resolver along.
#[path = "../../crates/egress/src/freshness.rs"]
mod freshness;

use std::time::Duration;

use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES};
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|values: Vec<(u8, &[u8])>| {
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        let name = [CACHE_CONTROL, AGE, DATE, EXPIRES][usize::from(name % 4)].clone();
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let lifetime = freshness::lifetime(&headers);
    headers.append(CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
    let bounded = freshness::lifetime(&headers).expect("it says");
    assert!(bounded <= Duration::from_secs(60), "the shorter one counts");
    if lifetime == Some(Duration::ZERO) && !headers.contains_key(EXPIRES) {
        assert_eq!(bounded, Duration::ZERO);
    }
    headers.append(CACHE_CONTROL, HeaderValue::from_static("No-Store"));
    assert_eq!(freshness::lifetime(&headers), Some(Duration::ZERO));
});
