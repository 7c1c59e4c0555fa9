//! The access token of a request (RFC 6750 section 2.1, RFC 9110 section 11.6.2).

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What a request says about who sends it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credentials<'a> {
    /// Nothing: there is no `Authorization` header. A token in the query string is nothing too
    /// (MCP "Token Requirements"): addresses end up in logs.
    Absent,
    /// More than one `Authorization` header: which one counts would be a guess.
    Ambiguous,
    /// A header that carries no bearer token.
    Unreadable,
    /// A token, unverified.
    Bearer(&'a str),
}

/// Reads the `Authorization` header. The scheme is case-insensitive (RFC 9110 section 11.1).
pub(crate) fn credentials(headers: &HeaderMap) -> Credentials<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(AUTHORIZATION) {
            Credentials::Ambiguous
        } else {
            Credentials::Absent
        };
    };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        let token = token.trim_start_matches(' ');
        (scheme.eq_ignore_ascii_case("bearer") && is_b64token(token)).then_some(token)
    });
    token.map_or(Credentials::Unreadable, Credentials::Bearer)
}

/// `b64token` of RFC 6750 section 2.1, looser only in where `=` may stand.
fn is_b64token(token: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !token.is_empty() && token.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (AUTHORIZATION, value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn scheme_is_case_insensitive() {
        for value in ["Bearer a.b-c", "bearer a.b-c", "BEARER   a.b-c"] {
            assert_eq!(
                credentials(&with(&[value])),
                Credentials::Bearer("a.b-c"),
                "{value}"
            );
        }
    }

    #[test]
    fn two_headers_are_ambiguous_even_if_equal() {
        assert_eq!(
            credentials(&with(&["Bearer a", "Bearer a"])),
            Credentials::Ambiguous
        );
    }

    #[test]
    fn anything_but_one_bearer_token_is_unreadable() {
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer a b",
            "Bearer a,b",
            "Bearera",
        ] {
            assert_eq!(
                credentials(&with(&[value])),
                Credentials::Unreadable,
                "{value:?}"
            );
        }
    }

    #[test]
    fn no_header_is_no_credentials() {
        assert_eq!(credentials(&HeaderMap::new()), Credentials::Absent);
    }
}
