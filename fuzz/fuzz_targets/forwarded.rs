//! Whatever a client claims, the address that the proxy appends is the one that counts, and nothing
//! of the claim is left for anybody to believe.
#![no_main]

// The parser's own file and not its crate, which brings two databases and a web server along.
#[path = "../../crates/http/src/forwarded.rs"]
#[allow(dead_code)]
mod forwarded;

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

fn is_trusted(address: IpAddr) -> bool {
    address.is_loopback()
}

fn claims(name: &'static str, values: &[&[u8]]) -> HeaderMap {
    let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
    values.map(|value| (http::HeaderName::from_static(name), value)).collect()
}

fuzz_target!(|values: Vec<&[u8]>| {
    for (name, appended) in [
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-for", "[::ffff:203.0.113.7]:9"),
        ("x-forwarded-for", "203.0.113.7, 127.0.0.1"),
        ("forwarded", "for=203.0.113.7;proto=https"),
        ("forwarded", "for=\"203.0.113.7:80\", for=127.0.0.1"),
    ] {
        let mut headers = claims(name, &values);
        if let Some(client) = forwarded::client(&headers, is_trusted) {
            assert_eq!(client, client.to_canonical());
        }
        headers.append(name, HeaderValue::from_static(appended));
        assert_eq!(forwarded::client(&headers, is_trusted), Some(CLIENT), "{name}");
        forwarded::strip(&mut headers);
        assert!(headers.is_empty());
    }
    let mut hosts = claims("x-forwarded-host", &values);
    hosts.append("x-forwarded-host", HeaderValue::from_static("h.example"));
    assert_eq!(forwarded::host(&hosts).unwrap(), "h.example");
});
