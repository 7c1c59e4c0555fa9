use super::{InvalidRedirectUri, MAX_BYTES, RedirectUri, RedirectUriPolicy};

fn parse(uri: &str) -> Result<RedirectUri, InvalidRedirectUri> {
    RedirectUri::parse(uri, &RedirectUriPolicy::default())
}

#[track_caller]
fn registered(uri: &str) -> RedirectUri {
    parse(uri).unwrap_or_else(|error| panic!("{uri}: {error}"))
}

#[test]
fn accepts_what_real_clients_register() {
    for uri in [
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "https://chatgpt.com/connector/oauth/abc123",
        "https://claude.ai/api/mcp/auth_callback",
        "http://localhost:49152/callback",
        "http://localhost/callback",
        "http://127.0.0.1:33418/",
        "http://127.0.0.1/",
        "http://[::1]:8080/oauth_callback",
        "https://vscode.dev/redirect",
        "https://insiders.vscode.dev/redirect",
        "http://localhost:8787/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "http://127.0.0.1:1456/mcp/oauth/callback",
        "https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect",
        "https://example.com/cb?tenant=a%20b&x=%2F",
        "https://example.com:8443",
    ] {
        assert_eq!(registered(uri).as_str(), uri);
    }
}

#[test]
fn rejects_executable_and_local_schemes() {
    let listed = RedirectUriPolicy {
        private_schemes: vec!["javascript".to_owned(), "data".to_owned()],
    };
    for uri in [
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "JavaScript://x/",
        "data:text/html,x",
        "data:/text",
        "vbscript:/x",
        "file:///etc/passwd",
        "blob:https://example.com/x",
        " javascript:/x",
        "java\tscript:/x",
        "\u{1}javascript:/x",
    ] {
        assert!(parse(uri).is_err(), "{uri:?}");
        assert!(
            RedirectUri::parse(uri, &listed).is_err(),
            "{uri:?} although listed"
        );
    }
}

#[test]
fn rejects_private_schemes_that_are_not_listed() {
    for uri in [
        "evil://callback",
        "Cursor://anysphere.cursor-mcp/x",
        "com.example.app:/oauth",
        "cursors://x/",
    ] {
        assert_eq!(parse(uri), Err(InvalidRedirectUri::Scheme), "{uri}");
    }
    let policy = RedirectUriPolicy {
        private_schemes: vec!["com.example.app".to_owned()],
    };
    let uri = RedirectUri::parse("com.example.app:/oauth", &policy).unwrap();
    assert_eq!(uri.host(), None);
}

#[test]
fn rejects_http_that_is_not_loopback() {
    for uri in [
        "http://example.com/cb",
        "http://localhost.evil/cb",
        "http://127.0.0.1.evil/cb",
        "http://10.0.0.1/",
        "http://[::2]/",
        "HTTP://example.com/",
    ] {
        assert_eq!(parse(uri), Err(InvalidRedirectUri::PlainHttp), "{uri}");
    }
}

#[test]
fn rejects_shapes_that_hide_the_target() {
    use InvalidRedirectUri::{
        DotSegment, Fragment, Host, IllegalCharacter, NotAbsolute, ResponseParameter, UserInfo,
        Wildcard,
    };
    for (uri, reason) in [
        ("https://example.com/cb#", Fragment),
        ("https://example.com/cb#x", Fragment),
        ("https://user@example.com/", UserInfo),
        ("https://user:secret@example.com/", UserInfo),
        ("https://@example.com/", UserInfo),
        ("http://localhost@evil.example/", UserInfo),
        ("https://*.example.com/", Wildcard),
        ("https://example.com/*", Wildcard),
        ("https://example.com/a/../b", DotSegment),
        ("https://example.com/a/./b", DotSegment),
        ("https://example.com/a/..", DotSegment),
        ("https://example.com/a/%2e%2E/b", DotSegment),
        ("https://example.com\\@evil.example/", IllegalCharacter),
        ("https://example.com/a\\b", IllegalCharacter),
        ("https://example.com/a\r\nLocation: x", IllegalCharacter),
        ("https://example.com/a b", IllegalCharacter),
        ("https://example.com/%zz", IllegalCharacter),
        ("https://example.com/[", IllegalCharacter),
        ("https://exämple.com/", IllegalCharacter),
        ("https://example.com/\u{202e}", IllegalCharacter),
        ("https://example.com:/cb", Host),
        ("https://example.com:65536/", Host),
        ("https://example.com:1:2/", Host),
        ("https://ex%61mple.com/", Host),
        ("https://0x7f.1/", Host),
        ("https://2130706433/", Host),
        ("https://[::ffff:7f00:1/", Host),
        ("cursor://:8/cb", Host),
        ("https:///path", NotAbsolute),
        ("https:example.com", NotAbsolute),
        ("https:/example.com", NotAbsolute),
        ("//example.com/", NotAbsolute),
        ("/callback", NotAbsolute),
        ("", NotAbsolute),
        ("cursor:opaque", NotAbsolute),
        (
            "https://example.com/?iss=https://evil.example",
            ResponseParameter,
        ),
        ("https://example.com/?x=1&c%6fde=stolen", ResponseParameter),
    ] {
        assert_eq!(parse(uri), Err(reason), "{uri:?}");
    }
}

#[test]
fn bounds_the_length() {
    let of_length = |length: usize| format!("https://e.example/{}", "a".repeat(length - 18));
    assert!(parse(&of_length(MAX_BYTES)).is_ok());
    assert_eq!(
        parse(&of_length(MAX_BYTES + 1)),
        Err(InvalidRedirectUri::TooLong)
    );
}

#[test]
fn https_matches_only_itself() {
    let uri = registered("https://app.example/oauth/callback");
    assert!(uri.matches("https://app.example/oauth/callback"));
    for other in [
        "https://app.example/oauth/callback/",
        "https://app.example/oauth/callback2",
        "https://app.example/oauth/callbac",
        "https://app.example/oauth",
        "https://app.example/oauth/Callback",
        "https://app.example//oauth/callback",
        "https://app.example/oauth//callback",
        "https://app.example/oauth/callback?x=1",
        "https://app.example/oauth/callback?",
        "https://app.example/oauth%2fcallback",
        "https://app.example/oauth%2Fcallback",
        "https://app.example:443/oauth/callback",
        "https://app.example:8443/oauth/callback",
        "https://user@app.example/oauth/callback",
        "https://app.example/oauth/x/../callback",
        "https://app.example./oauth/callback",
        "https://APP.example/oauth/callback",
        "https://app.example.evil/oauth/callback",
        "https://evilapp.example/oauth/callback",
        "http://app.example/oauth/callback",
        "https://app.example/oauth/callback#",
        "https://app.example/oauth/callback ",
        "",
    ] {
        assert!(!uri.matches(other), "{other}");
    }
}

#[test]
fn loopback_matches_any_port_and_nothing_else() {
    let uri = registered("http://localhost:8787/callback?a=1");
    for port in ["", ":1", ":8787", ":65535"] {
        assert!(
            uri.matches(&format!("http://localhost{port}/callback?a=1")),
            "{port}"
        );
    }
    for other in [
        "http://localhost:1/other?a=1",
        "http://localhost:1/callback",
        "http://localhost:1/callback?a=2",
        "http://localhost:1/callback/?a=1",
        "http://127.0.0.1:8787/callback?a=1",
        "http://[::1]:8787/callback?a=1",
        "https://localhost:8787/callback?a=1",
        "http://localhost@evil/callback?a=1",
        "http://localhost:8787@evil/callback?a=1",
        "http://localhost.evil:8787/callback?a=1",
        "http://localhost:/callback?a=1",
        "http://localhost:65536/callback?a=1",
        "http://localhost:8787#/callback?a=1",
        "http://LOCALHOST:1/callback?a=1",
    ] {
        assert!(!uri.matches(other), "{other}");
    }
}

#[test]
fn loopback_hosts_never_cross() {
    let hosts = ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"];
    for registered_host in hosts {
        let uri = registered(&format!("http://{registered_host}/cb"));
        assert!(uri.is_loopback());
        for host in hosts {
            assert_eq!(
                uri.matches(&format!("http://{host}:5000/cb")),
                host == registered_host
            );
        }
    }
    let uri = registered("http://127.0.0.1/cb");
    assert!(!uri.matches("http://127.0.0.1.evil/cb"));
    assert!(!uri.matches("http://127.1:5000/cb"));
}

#[test]
fn private_scheme_matches_only_itself() {
    let uri = registered("cursor://anysphere.cursor-mcp/oauth/callback");
    assert!(uri.matches("cursor://anysphere.cursor-mcp/oauth/callback"));
    assert!(!uri.matches("cursor://anysphere.cursor-mcp:80/oauth/callback"));
    assert!(!uri.matches("cursor://anysphere.cursor-mcp/oauth/callback/"));
    assert_eq!(uri.host(), Some("anysphere.cursor-mcp"));
    assert!(!uri.is_loopback());
}

#[test]
fn presented_keeps_the_ephemeral_port() {
    let uri = registered("http://127.0.0.1/cb");
    let presented = uri.presented("http://127.0.0.1:40000/cb").unwrap();
    assert_eq!(presented.as_str(), "http://127.0.0.1:40000/cb");
    assert_eq!(uri.presented("http://127.0.0.1:40000/x"), None);
}

#[test]
fn shows_the_host_as_written() {
    assert_eq!(
        registered("https://app.example:8443/x").host(),
        Some("app.example")
    );
    assert_eq!(registered("http://[::1]:80/x").host(), Some("[::1]"));
    assert_eq!(registered("http://localhost").host(), Some("localhost"));
}

#[test]
fn stored_uri_outlives_the_list_but_not_the_syntax() {
    let stored: RedirectUri = serde_json::from_str("\"gone://x/cb\"").unwrap();
    assert_eq!(serde_json::to_string(&stored).unwrap(), "\"gone://x/cb\"");
    assert!(serde_json::from_str::<RedirectUri>("\"javascript:/x\"").is_err());
    assert!(serde_json::from_str::<RedirectUri>("\"http://evil.example/\"").is_err());
}
