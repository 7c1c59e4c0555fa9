//! URLs as they are given.

use std::net::IpAddr;

use super::Target;
use crate::FetchError;

#[test]
fn rewrites_nothing_that_is_sent() {
    for (url, authority, port, path) in [
        ("https://App.example/a", "App.example", 443, "/a"),
        ("https://app.example:443/a", "app.example:443", 443, "/a"),
        (
            "https://app.example:8443/a/",
            "app.example:8443",
            8443,
            "/a/",
        ),
        ("https://app.example", "app.example", 443, "/"),
        ("https://app.example?a=b", "app.example", 443, "/?a=b"),
        (
            "https://app.example/%7Ea/../b?c=%2f",
            "app.example",
            443,
            "/%7Ea/../b?c=%2f",
        ),
        (
            "https://[2606:4700::1111]/a",
            "[2606:4700::1111]",
            443,
            "/a",
        ),
    ] {
        let target = Target::parse(url).unwrap();
        assert_eq!(target.authority, authority, "{url}");
        assert_eq!(target.port, port, "{url}");
        assert_eq!(target.path.as_str(), path, "{url}");
    }
}

#[test]
fn reads_an_address_in_every_notation() {
    for (host, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("[::ffff:7f00:1]", "::ffff:127.0.0.1"),
        ("[0:0:0:0:0:ffff:127.0.0.1]", "::ffff:127.0.0.1"),
    ] {
        let target = Target::parse(&format!("https://{host}/a")).unwrap();
        let expected: IpAddr = address.parse().unwrap();
        assert_eq!(target.host, expected.into(), "{host}");
    }
}

#[test]
fn refuses_what_is_not_an_https_url() {
    for url in [
        "",
        "http://app.example/a",
        "HTTPS://app.example/a",
        "ftp://app.example/a",
        "//app.example/a",
        "app.example/a",
        " https://app.example/a",
        "data:application/json,{}",
    ] {
        assert_eq!(Target::parse(url), Err(FetchError::NotHttps), "{url}");
    }
}

#[test]
fn refuses_credentials_in_the_url() {
    for url in [
        "https://user@app.example/a",
        "https://user:secret@app.example/a",
        "https://@app.example/a",
        "https://app.example@127.0.0.1/a",
    ] {
        assert_eq!(Target::parse(url), Err(FetchError::Userinfo), "{url}");
    }
}

#[test]
fn refuses_what_two_parsers_would_read_differently() {
    let long = format!("https://app.example/{}", "a".repeat(2048));
    for url in [
        "https://",
        "https:///a",
        "https://app.example/a#b",
        "https://app.example\\@evil.example/a",
        "https://app.example/a\\b",
        "https://app.example/a b",
        "https://app.example/a\r\nHost: evil.example",
        "https://app.example/a\t",
        "https://app.example/ä",
        "https://äpp.example/a",
        "https://app%2eexample/a",
        "https://app.example./a",
        "https://app..example/a",
        "https://.example/a",
        "https://-app.example/a",
        "https://app.example:/a",
        "https://app.example:65536/a",
        "https://app.example:+443/a",
        "https://app.example:443:443/a",
        "https://256.0.0.1/a",
        "https://1.2.3.4.5/a",
        "https://0x100000000/a",
        "https://[::1/a",
        "https://[fe80::1%25eth0]/a",
        "https://[v1.a]/a",
        &long,
    ] {
        assert_eq!(Target::parse(url), Err(FetchError::NotAUrl), "{url}");
    }
}
