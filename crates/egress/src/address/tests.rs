//! The table at its edges.

use std::net::IpAddr;

use super::{check, is_public};
use crate::FetchError;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn knows_every_special_purpose_network_from_its_first_to_its_last_address() {
    let special = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("168.63.129.16", "168.63.129.16"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "239.255.255.255"),
        ("240.0.0.0", "255.255.255.255"),
        // Unspecified, loopback and IPv4-compatible.
        ("::", "::255.255.255.255"),
        // IPv4-mapped and IPv4-translated (RFC 2765).
        ("::ffff:0.0.0.0", "::ffff:255.255.255.255"),
        ("::ffff:0:0.0.0.0", "::ffff:0:255.255.255.255"),
        // NAT64, also with a public address inside.
        ("64:ff9b::", "64:ff9b::255.255.255.255"),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        ("100::", "100::ffff:ffff:ffff:ffff"),
        // Protocol assignments; Teredo, benchmarking and ORCHID lie inside.
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        // ISATAP under a public prefix, with either universal bit.
        ("2606:4700::5efe:8.8.8.8", "2606:4700::200:5efe:10.0.0.1"),
    ];
    for (first, last) in special {
        assert!(!is_public(address(first)), "{first}");
        assert!(!is_public(address(last)), "{last}");
    }
}

#[test]
fn calls_the_neighbours_of_those_networks_public() {
    let public = [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700::1111",
        "2606:4700::5eff:808:808",
        "3ffe:ffff::1",
        "3fff:1000::1",
    ];
    for text in public {
        assert!(is_public(address(text)), "{text}");
    }
}

#[test]
fn takes_an_exception_by_the_very_network_that_was_allowed() {
    let allowed = ["10.1.0.0/16".parse().unwrap()];
    assert_eq!(check(&[address("10.1.2.3")], &allowed), Ok(()));
    // Neither its neighbour nor another spelling of the same address.
    for other in ["10.2.0.1", "::ffff:10.1.2.3"] {
        let refused = Err(FetchError::NotPublic(address(other)));
        assert_eq!(check(&[address(other)], &allowed), refused);
    }
}
