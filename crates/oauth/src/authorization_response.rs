//! The address that the browser is sent back to (RFC 6749 §4.1.2, RFC 9207).
//!
//! Both functions take a [`RedirectUri`], which only the rules of registration make: an
//! unvalidated redirect cannot be written. Its query is kept (RFC 6749 §3.1.2) and cannot hold a
//! parameter of the response, so that each of them, `iss` above all, is there exactly once.

use crate::error::ErrorCode;
use crate::redirect_uri::RedirectUri;

/// The redirect that carries an authorization code. `iss` is the issuer, byte for byte.
pub fn success(redirect_uri: &RedirectUri, code: &str, state: Option<&str>, iss: &str) -> String {
    with_query(
        redirect_uri,
        [("code", Some(code)), ("state", state), ("iss", Some(iss))],
    )
}

/// The redirect that carries an error. Errors name the issuer as well: a client that was told to
/// expect `iss` rejects every answer without it.
pub fn error(
    redirect_uri: &RedirectUri,
    code: ErrorCode,
    description: &str,
    state: Option<&str>,
    iss: &str,
) -> String {
    let description = Some(description).filter(|description| !description.is_empty());
    with_query(
        redirect_uri,
        [
            ("error", Some(code.as_str())),
            ("error_description", description),
            ("state", state),
            ("iss", Some(iss)),
        ],
    )
}

fn with_query<const N: usize>(
    redirect_uri: &RedirectUri,
    parameters: [(&str, Option<&str>); N],
) -> String {
    let mut target = redirect_uri.as_str().to_owned();
    let mut separator = match target.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    for (name, value) in parameters {
        if let Some(value) = value {
            target.push_str(separator);
            target.push_str(name);
            target.push('=');
            percent_encode(value, &mut target);
            separator = "&";
        }
    }
    target
}

/// Escapes everything but RFC 3986's unreserved characters. A space becomes `%20`, never `+`, so
/// that the client reads the same bytes whether it decodes a form or a URI component.
fn percent_encode(value: &str, target: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            target.push(char::from(byte));
        } else {
            let digit = |value: u8| {
                char::from_digit(value.into(), 16)
                    .unwrap_or_default()
                    .to_ascii_uppercase()
            };
            target.extend(['%', digit(byte >> 4), digit(byte & 0xF)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{error, success};
    use crate::error::ErrorCode;
    use crate::redirect_uri::{RedirectUri, RedirectUriPolicy};

    const ISS: &str = "https://h.example";

    fn redirect_uri(uri: &str) -> RedirectUri {
        RedirectUri::parse(uri, &RedirectUriPolicy::default()).unwrap()
    }

    #[test]
    fn success_carries_code_state_and_iss() {
        assert_eq!(
            success(
                &redirect_uri("https://app.example/cb"),
                "c0de",
                Some("xyz"),
                ISS
            ),
            "https://app.example/cb?code=c0de&state=xyz&iss=https%3A%2F%2Fh.example"
        );
    }

    #[test]
    fn error_carries_code_description_state_and_iss() {
        assert_eq!(
            error(
                &redirect_uri("cursor://anysphere.cursor-mcp/cb"),
                ErrorCode::AccessDenied,
                "no, thanks",
                None,
                ISS
            ),
            "cursor://anysphere.cursor-mcp/cb?error=access_denied&error_description=no%2C%20thanks&iss=https%3A%2F%2Fh.example"
        );
    }

    #[test]
    fn query_of_the_redirect_uri_is_kept() {
        for (uri, expected) in [
            (
                "https://app.example/cb?a=%2F",
                "https://app.example/cb?a=%2F&code=c&iss=i",
            ),
            (
                "https://app.example/cb?",
                "https://app.example/cb?code=c&iss=i",
            ),
            (
                "https://app.example/cb?a&",
                "https://app.example/cb?a&code=c&iss=i",
            ),
        ] {
            assert_eq!(success(&redirect_uri(uri), "c", None, "i"), expected);
        }
    }

    #[test]
    fn state_comes_back_byte_for_byte() {
        for state in [
            "a b+c&d=e",
            "\r\nSet-Cookie: x",
            "\"'<script>",
            "é\u{202e}🦀",
            "%41",
            &"x".repeat(4096),
        ] {
            let target = success(
                &redirect_uri("http://localhost:1/cb?a=1"),
                "c",
                Some(state),
                ISS,
            );
            assert!(
                target.bytes().all(|byte| byte.is_ascii_graphic()),
                "{state:?}"
            );
            let url = Url::parse(&target).unwrap();
            let states: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| name == "state")
                .collect();
            assert_eq!(states.len(), 1);
            assert_eq!(states[0].1, state);
        }
    }

    #[test]
    fn every_response_has_exactly_one_iss() {
        let uri = redirect_uri("https://app.example/cb?x=iss");
        for target in [
            success(&uri, "c", Some("iss=evil"), ISS),
            error(&uri, ErrorCode::ServerError, "", Some("s"), ISS),
        ] {
            let url = Url::parse(&target).unwrap();
            let issuers: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| name == "iss")
                .map(|(_, iss)| iss)
                .collect();
            assert_eq!(issuers, [ISS]);
        }
    }
}
