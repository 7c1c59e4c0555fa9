//! Line 1 is registered, line 2 presented. What is accepted goes where a browser would go, and
//! what matches differs in a loopback port at most.
#![no_main]

use countersign_oauth::authorization_response;
use countersign_oauth::redirect_uri::{RedirectUri, RedirectUriPolicy};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &str| {
    let (registered, presented) = input.split_once('\n').unwrap_or((input, input));
    let Ok(uri) = RedirectUri::parse(registered, &RedirectUriPolicy::default()) else {
        return;
    };
    let url = Url::parse(registered).expect("an accepted redirect URI is a URL");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
    match url.scheme() {
        "https" => {
            assert!(url.host_str().is_some_and(
                |host| Some(host) == uri.host().map(str::to_ascii_lowercase).as_deref()
            ))
        }
        "http" => assert!(uri.is_loopback()),
        scheme => assert!(
            RedirectUriPolicy::default()
                .private_schemes
                .iter()
                .any(|allowed| allowed == scheme)
        ),
    }
    if let Some(matched) = uri.presented(presented)
        && matched != uri
    {
        assert!(uri.is_loopback() && matched.is_loopback());
        let (mut a, mut b) = (url, Url::parse(presented).expect("a match is a URL"));
        a.set_port(None).expect("http has ports");
        b.set_port(None).expect("http has ports");
        assert_eq!(a, b);
    }
    let target = authorization_response::success(&uri, "c", Some(presented), "https://h.example");
    let target = Url::parse(&target).expect("a response is a URL");
    let values = |name: &str| {
        target
            .query_pairs()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
    };
    assert_eq!(values("state"), [presented]);
    assert_eq!(values("iss"), ["https://h.example"]);
});
