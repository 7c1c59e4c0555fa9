//! The grammar of an acceptable redirect URI.
//!
//! The string is taken apart as RFC 3986 writes it and nothing is normalised, because what is
//! compared and what is sent is the string. Where a browser's URL parser would see another host
//! than the one written, the URI is refused.

use std::net::Ipv4Addr;

use url::Url;
use url::form_urlencoded;

use super::{InvalidRedirectUri, MAX_BYTES};

/// Schemes that run script, read local data or leave the browser's origin model: never a redirect
/// target, whatever the configuration says.
const FORBIDDEN_SCHEMES: [&str; 13] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// What the authorization response appends (RFC 6749 §4.1.2, RFC 9207 §2).
const RESPONSE_PARAMETERS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// The three kinds of redirect target, which differ in who receives the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme<'a> {
    Https,
    /// `http` to the user's own machine.
    Loopback,
    /// A private-use scheme, as written.
    Private(&'a str),
}

/// A redirect URI taken apart, each part as written.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) scheme: Scheme<'a>,
    pub(super) scheme_text: &'a str,
    pub(super) host: Option<&'a str>,
    /// Everything behind the authority.
    pub(super) path_and_query: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn parse(uri: &'a str) -> Result<Self, InvalidRedirectUri> {
        check_characters(uri)?;
        let (scheme_text, rest) = uri.split_once(':').ok_or(InvalidRedirectUri::NotAbsolute)?;
        if !is_scheme(scheme_text) {
            return Err(InvalidRedirectUri::NotAbsolute);
        }
        let (host, path_and_query) = match rest.strip_prefix("//") {
            Some(hierarchy) => {
                let end = hierarchy.find(['/', '?']).unwrap_or(hierarchy.len());
                let (authority, path_and_query) = hierarchy.split_at(end);
                (Some(host_of(authority)?), path_and_query)
            }
            None if rest.starts_with('/') => (None, rest),
            None => return Err(InvalidRedirectUri::NotAbsolute),
        };
        let host = host.filter(|host| !host.is_empty());
        check_path_and_query(path_and_query)?;
        let scheme = match (scheme_text.to_ascii_lowercase().as_str(), host) {
            ("https" | "http", None) => return Err(InvalidRedirectUri::NotAbsolute),
            ("https", Some(_)) => Scheme::Https,
            ("http", Some(host)) if is_loopback(host) => Scheme::Loopback,
            ("http", Some(_)) => return Err(InvalidRedirectUri::PlainHttp),
            (forbidden, _) if FORBIDDEN_SCHEMES.contains(&forbidden) => {
                return Err(InvalidRedirectUri::Scheme);
            }
            _ => Scheme::Private(scheme_text),
        };
        check_as_browsers_read_it(uri, host)?;
        Ok(Self {
            scheme,
            scheme_text,
            host,
            path_and_query,
        })
    }
}

fn check_characters(uri: &str) -> Result<(), InvalidRedirectUri> {
    if uri.len() > MAX_BYTES {
        return Err(InvalidRedirectUri::TooLong);
    }
    let mut bytes = uri.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'#' => return Err(InvalidRedirectUri::Fragment),
            b'*' => return Err(InvalidRedirectUri::Wildcard),
            b'%' => {
                let escaped = [bytes.next(), bytes.next()];
                if !escaped
                    .iter()
                    .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
                {
                    return Err(InvalidRedirectUri::IllegalCharacter);
                }
            }
            _ if byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()+,;=".contains(&byte) => {}
            _ => return Err(InvalidRedirectUri::IllegalCharacter),
        }
    }
    Ok(())
}

/// RFC 3986 §3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// The host of an authority, once there is no user information and the port is a plain number.
fn host_of(authority: &str) -> Result<&str, InvalidRedirectUri> {
    if authority.contains('@') {
        return Err(InvalidRedirectUri::UserInfo);
    }
    // The port's colon is behind the bracket of an IPv6 literal.
    let after_literal = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority.get(after_literal..).unwrap_or_default().find(':') {
        Some(colon) => authority.split_at(after_literal + colon),
        None => (authority, ""),
    };
    let plain = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        }
    };
    let literal = host.starts_with('[') && host.ends_with(']');
    if plain && (literal || !host.contains(['[', ']', '%'])) {
        Ok(host)
    } else {
        Err(InvalidRedirectUri::Host)
    }
}

fn check_path_and_query(path_and_query: &str) -> Result<(), InvalidRedirectUri> {
    let (path, query) = path_and_query
        .split_once('?')
        .unwrap_or((path_and_query, ""));
    let is_dots = |segment: &str| {
        matches!(
            segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
            "." | ".."
        )
    };
    if path.split('/').any(is_dots) {
        return Err(InvalidRedirectUri::DotSegment);
    }
    if path_and_query.contains(['[', ']']) {
        return Err(InvalidRedirectUri::IllegalCharacter);
    }
    if form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| RESPONSE_PARAMETERS.contains(&name.as_ref()))
    {
        return Err(InvalidRedirectUri::ResponseParameter);
    }
    Ok(())
}

/// `localhost`, 127.0.0.0/8 and `::1` (RFC 8252 §7.3, §8.3; clients use all three).
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Refuses `0x7f.1`, `2130706433` and whatever else a browser turns into another host, or fails on.
fn check_as_browsers_read_it(uri: &str, host: Option<&str>) -> Result<(), InvalidRedirectUri> {
    let written = host.unwrap_or_default();
    match Url::parse(uri) {
        Ok(url)
            if url
                .host_str()
                .unwrap_or_default()
                .eq_ignore_ascii_case(written) =>
        {
            Ok(())
        }
        _ => Err(InvalidRedirectUri::Host),
    }
}
