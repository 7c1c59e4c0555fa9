use super::*;

/// Proxies stand in 10.0.0.0/8 and fd00::/8.
fn trusted(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[0] == 10,
        IpAddr::V6(address) => address.octets()[0] == 0xfd,
    }
}

fn told(lines: &[(&'static str, &str)]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    client(&headers, trusted).map(|address| address.to_string())
}

#[track_caller]
fn means(value: &str, expected: Option<&str>) {
    assert_eq!(
        told(&[("x-forwarded-for", value)]).as_deref(),
        expected,
        "{value}"
    );
}

#[test]
fn the_client_is_the_first_untrusted_address_from_the_right() {
    means("203.0.113.7", Some("203.0.113.7"));
    means("203.0.113.7, 10.0.0.2,10.0.0.1", Some("203.0.113.7"));
    means("198.51.100.1, 203.0.113.7, 10.0.0.1", Some("203.0.113.7"));
    means("2001:db8::7, fd00::1", Some("2001:db8::7"));
}

#[test]
fn what_the_client_wrote_itself_is_not_even_read() {
    means("garbage, 203.0.113.7", Some("203.0.113.7"));
    means("10.0.0.9, 203.0.113.7", Some("203.0.113.7"));
}

#[test]
fn a_client_inside_the_trusted_network_is_the_leftmost_address() {
    means("10.0.0.3, 10.0.0.2", Some("10.0.0.3"));
}

#[test]
fn an_illegible_hop_names_nobody() {
    for value in [
        "",
        "unknown",
        "203.0.113.7, ",
        "203.0.113.7, _hidden, 10.0.0.1",
        "203.0.113.300",
        "proxy.example",
        "[::1",
    ] {
        means(value, None);
    }
    let mut headers = HeaderMap::new();
    headers.insert(X_FORWARDED_FOR, HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(client(&headers, trusted), None);
}

#[test]
fn an_address_may_have_a_port_and_is_canonical() {
    means("203.0.113.7:4711", Some("203.0.113.7"));
    means("[2001:db8::7]:4711", Some("2001:db8::7"));
    means("[2001:db8::7]", Some("2001:db8::7"));
    means("::ffff:203.0.113.7", Some("203.0.113.7"));
    means("203.0.113.7, ::ffff:10.0.0.1", Some("203.0.113.7"));
}

#[test]
fn several_lines_are_one_list() {
    let lines = [
        ("x-forwarded-for", "198.51.100.1"),
        ("x-forwarded-for", "203.0.113.7, 10.0.0.1"),
    ];
    assert_eq!(told(&lines).as_deref(), Some("203.0.113.7"));
}

#[test]
fn forwarded_is_read_where_it_stands_alone() {
    for value in [
        "for=203.0.113.7",
        "For=\"203.0.113.7:4711\";proto=https",
        "for=198.51.100.1, host=notes.example; for=203.0.113.7, for=10.0.0.1",
        "for=\"198.51.100.1, for=203.0.113.7",
        "for=\"[::ffff:203.0.113.7]\"",
    ] {
        assert_eq!(
            told(&[("forwarded", value)]).as_deref(),
            Some("203.0.113.7"),
            "{value}"
        );
    }
    for value in ["for=unknown", "for=_x", "proto=https", "203.0.113.7"] {
        assert_eq!(told(&[("forwarded", value)]), None, "{value}");
    }
    let both = [
        ("forwarded", "for=198.51.100.1"),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    assert_eq!(told(&both).as_deref(), Some("203.0.113.7"));
}

#[test]
fn the_host_is_what_the_nearest_proxy_was_asked_for() {
    let mut headers = HeaderMap::new();
    assert_eq!(host(&headers), None);
    headers.insert(
        X_FORWARDED_HOST,
        "evil.example, notes.example".parse().unwrap(),
    );
    assert_eq!(host(&headers).unwrap(), "notes.example");
}

#[test]
fn nothing_of_it_is_left() {
    let mut headers = HeaderMap::new();
    for name in ALL {
        headers.append(name.clone(), "a".parse().unwrap());
        headers.append(name, "b".parse().unwrap());
    }
    strip(&mut headers);
    assert!(headers.is_empty(), "{headers:?}");
}
