use proptest::prelude::*;

use super::*;

fn refusal(text: &str) -> InvalidPublicUrl {
    text.parse::<PublicUrl>().unwrap_err()
}

#[test]
fn accepts_https_and_loopback_http_as_written() {
    for text in [
        "https://mcp.example.com",
        "https://mcp.example.com:8443",
        "https://localhost:3002",
        "https://203.0.113.7",
        "http://localhost:3002",
        "http://127.0.0.1:3002",
        "http://127.9.9.9",
        "http://[::1]:3002",
    ] {
        assert_eq!(text.parse::<PublicUrl>().unwrap().as_str(), text);
    }
}

#[test]
fn rejects_http_outside_loopback_and_names_the_https_form() {
    for host in [
        "mcp.example.com",
        "0.0.0.0:3002",
        "10.0.0.1",
        "localhost.example.com",
        "[::]",
    ] {
        let expected = format!("https://{host}");
        assert_eq!(
            refusal(&format!("http://{host}")),
            InvalidPublicUrl::NotEncrypted(expected)
        );
    }
}

#[test]
fn rejects_a_trailing_slash_and_says_how_to_write_it() {
    let error = refusal("https://mcp.example.com/");
    assert_eq!(
        error,
        InvalidPublicUrl::TrailingSlash("https://mcp.example.com".to_owned())
    );
    assert!(
        error
            .to_string()
            .ends_with("write \"https://mcp.example.com\"")
    );
}

#[test]
fn rejects_path_query_fragment_and_user_info() {
    let origin = "https://a.example".to_owned();
    assert_eq!(
        refusal("https://a.example/mcp"),
        InvalidPublicUrl::Path(origin.clone())
    );
    assert_eq!(
        refusal("https://a.example?"),
        InvalidPublicUrl::Query(origin.clone())
    );
    assert_eq!(
        refusal("https://a.example?x=1"),
        InvalidPublicUrl::Query(origin.clone())
    );
    assert_eq!(
        refusal("https://a.example#"),
        InvalidPublicUrl::Fragment(origin.clone())
    );
    assert_eq!(
        refusal("https://u:p@a.example"),
        InvalidPublicUrl::UserInfo(origin.clone())
    );
    assert_eq!(
        refusal("https://@a.example"),
        InvalidPublicUrl::UserInfo(origin)
    );
}

#[test]
fn rejects_every_spelling_but_the_canonical_one() {
    for (text, canonical) in [
        ("HTTPS://a.example", "https://a.example"),
        ("https://A.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://localhost:80", "http://localhost"),
        ("https://a.example:08443", "https://a.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://127.1:3002", "http://127.0.0.1:3002"),
        (" https://a.example", "https://a.example"),
    ] {
        assert_eq!(
            refusal(text),
            InvalidPublicUrl::NotCanonical(canonical.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn rejects_other_schemes_and_no_url() {
    assert_eq!(refusal("ftp://a.example"), InvalidPublicUrl::Scheme);
    assert_eq!(refusal("localhost:3002"), InvalidPublicUrl::Scheme);
    assert_eq!(refusal("mcp.example.com"), InvalidPublicUrl::Syntax);
    assert_eq!(refusal(""), InvalidPublicUrl::Syntax);
    assert_eq!(refusal("https://"), InvalidPublicUrl::Syntax);
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_its_own_origin(text in "https?://[a-zA-Z0-9.:@/?#\\[\\]-]{1,30}") {
        if let Ok(url) = text.parse::<PublicUrl>() {
            prop_assert_eq!(url.as_str(), &text);
            prop_assert_eq!(Url::parse(&text).unwrap().origin().ascii_serialization(), text);
        }
    }
}
