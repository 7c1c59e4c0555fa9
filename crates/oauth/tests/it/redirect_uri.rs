use countersign_oauth::authorization_response;
use countersign_oauth::redirect_uri::{RedirectUri, RedirectUriPolicy};
use proptest::prelude::*;
use url::Url;

fn parse(uri: &str) -> Option<RedirectUri> {
    RedirectUri::parse(uri, &RedirectUriPolicy::default()).ok()
}

/// Strings near enough to redirect URIs that many are accepted.
fn candidate() -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec![
            "https",
            "http",
            "HTTP",
            "cursor",
            "javascript",
            "data",
            "x",
        ]),
        prop::sample::select(vec!["://", ":/", ":", ":///", "//"]),
        prop::sample::select(vec![
            "localhost",
            "127.0.0.1",
            "127.1",
            "[::1]",
            "a.example",
            "u@localhost",
            "A.Example",
            "%61",
            "0x7f.1",
            "",
        ]),
        prop::sample::select(vec!["", ":", ":0", ":80", ":443", ":8787", ":65536", ":x"]),
        "(/|/cb|/\\.\\./|/%2e|/a\\\\b|\\?a=b|\\?iss=x|#|@e|[ -~]){0,3}",
    )
        .prop_map(|(scheme, slashes, host, port, rest)| {
            format!("{scheme}{slashes}{host}{port}{rest}")
        })
}

proptest! {
    #[test]
    fn never_panics(uri in any::<String>(), other in any::<String>()) {
        if let Some(uri) = parse(&uri) {
            let _ = uri.matches(&other);
        }
    }

    #[test]
    fn what_is_accepted_goes_where_a_browser_would_go(uri in candidate()) {
        if let Some(accepted) = parse(&uri) {
            let url = Url::parse(&uri).unwrap();
            prop_assert!(accepted.matches(&uri));
            prop_assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none());
            match url.scheme() {
                "https" | "cursor" => {}
                "http" => {
                    prop_assert!(accepted.is_loopback());
                    let host = url.host_str().unwrap();
                    prop_assert!(host == "localhost" || host == "[::1]" || host.starts_with("127."), "{}", host);
                }
                scheme => prop_assert!(false, "{} was accepted", scheme),
            }
            if url.scheme() != "cursor" {
                prop_assert!(url.host_str().unwrap().eq_ignore_ascii_case(accepted.host().unwrap()));
            }
        }
    }

    #[test]
    fn a_match_differs_in_the_loopback_port_at_most(registered in candidate(), presented in candidate()) {
        if let Some(accepted) = parse(&registered)
            && accepted.matches(&presented)
            && registered != presented
        {
            let (mut a, mut b) = (Url::parse(&registered).unwrap(), Url::parse(&presented).unwrap());
            prop_assert!(accepted.is_loopback());
            a.set_port(None).unwrap();
            b.set_port(None).unwrap();
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn any_loopback_port_matches(registered in 0..=u16::MAX, presented in 0..=u16::MAX) {
        let uri = parse(&format!("http://localhost:{registered}/callback")).unwrap();
        let presented = format!("http://localhost:{presented}/callback");
        let matched = uri.presented(&presented).unwrap();
        prop_assert_eq!(matched.as_str(), presented);
    }

    #[test]
    fn responses_echo_state_and_stay_on_target(uri in candidate(), state in any::<String>()) {
        if let Some(accepted) = parse(&uri) {
            let target = authorization_response::success(&accepted, "c", Some(&state), "https://h.example");
            prop_assert!(target.starts_with(accepted.as_str()));
            let url = Url::parse(&target).unwrap();
            let values = |name: &str| -> Vec<String> {
                url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
            };
            prop_assert_eq!(values("state"), [state]);
            prop_assert_eq!(values("iss"), ["https://h.example"]);
            prop_assert_eq!(values("code"), ["c"]);
        }
    }
}
