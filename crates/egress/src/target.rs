//! What a URL says about where to connect and what to ask for.

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use http::Uri;
use http::uri::PathAndQuery;
use rustls::pki_types::ServerName;

use crate::FetchError;

/// Longer than any client's metadata URL; it bounds the cache's keys.
const MAX_LENGTH: usize = 2048;

/// A URL taken apart, nothing in it rewritten: the host and the path are asked for as they were
/// given, because a client id is compared as a plain string.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// A name, or an address in whichever notation it was written.
    pub(crate) host: ServerName<'static>,
    pub(crate) port: u16,
    /// The host and, where the URL names it, the port: the `Host` header.
    pub(crate) authority: String,
    pub(crate) path: PathAndQuery,
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, FetchError> {
        if !url.starts_with("https://") {
            return Err(FetchError::NotHttps);
        }
        if url.len() > MAX_LENGTH || !url.bytes().all(is_url_character) {
            return Err(FetchError::NotAUrl);
        }
        let uri: Uri = url.parse().map_err(|_| FetchError::NotAUrl)?;
        let authority = uri.authority().ok_or(FetchError::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(FetchError::Userinfo);
        }
        let path = match uri.path_and_query() {
            // An empty path, also before a query, is sent as `/` (RFC 9112, section 3.2.1).
            Some(path) => path.to_string().parse().map_err(|_| FetchError::NotAUrl)?,
            None => PathAndQuery::from_static("/"),
        };
        Ok(Self {
            host: host(authority.host())?,
            port: port(authority.as_str(), authority.host())?,
            authority: authority.as_str().to_owned(),
            path,
        })
    }
}

/// By the rules of the URL standard, which read `2130706433`, `0177.0.0.1`, `0x7f.1` and `127.1` as
/// the address that an operating system would connect to (C5 of the security catalogue).
fn host(host: &str) -> Result<ServerName<'static>, FetchError> {
    match url::Host::parse(host) {
        // Written otherwise than it is resolved: percent-encoded or mapped by IDNA. With a dot at
        // the end it would be a second name of the same host.
        Ok(url::Host::Domain(name)) if name.eq_ignore_ascii_case(host) && !name.ends_with('.') => {
            ServerName::try_from(name).map_err(|_| FetchError::NotAUrl)
        }
        Ok(url::Host::Ipv4(address)) => Ok(IpAddr::V4(address).into()),
        Ok(url::Host::Ipv6(address)) => Ok(IpAddr::V6(address).into()),
        Ok(url::Host::Domain(_)) | Err(_) => Err(FetchError::NotAUrl),
    }
}

fn port(authority: &str, host: &str) -> Result<u16, FetchError> {
    match authority.strip_prefix(host) {
        Some("") => Ok(443),
        Some(port) => port
            .strip_prefix(':')
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .ok_or(FetchError::NotAUrl),
        None => Err(FetchError::NotAUrl),
    }
}

/// RFC 3986, section 2, without `#`: a fragment is not part of a request.
const fn is_url_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
        || matches!(byte, b':' | b'/' | b'?' | b'[' | b']' | b'@')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}
