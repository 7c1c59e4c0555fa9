//! What a proxy says of the request that it forwards: `X-Forwarded-For`, `X-Forwarded-Host`, and
//! `Forwarded` (RFC 7239) where a proxy writes that instead.

use std::net::{IpAddr, SocketAddr};

use http::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Every header in which proxies tell such things, also those that are read nowhere.
const ALL: [HeaderName; 8] = [
    FORWARDED,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
];

/// The client for whom a trusted proxy forwards. `None` if it does not say, or not legibly.
///
/// Each proxy appends the address that it saw, and what stands before the addresses of trusted
/// proxies is the client's own invention: so from the right, to the first address that is not
/// trusted. `Forwarded` is not even looked at beside `X-Forwarded-For`, as a proxy that writes the
/// one hands the other on as the client sent it.
pub(crate) fn client(headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    if headers.contains_key(X_FORWARDED_FOR) {
        first_untrusted(hops(headers, &X_FORWARDED_FOR), trusted)
    } else {
        first_untrusted(hops(headers, &FORWARDED).map(forwarded_for), trusted)
    }
}

fn first_untrusted<'h>(
    hops: impl Iterator<Item = &'h str>,
    trusted: impl Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut client = None;
    for hop in hops {
        let address = address(hop)?;
        client = Some(address);
        if !trusted(address) {
            break;
        }
    }
    client
}

/// The elements of a list header, last one first.
fn hops<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(name)
        .iter()
        .rev()
        .flat_map(|value| value.to_str().unwrap_or_default().rsplit(','))
}

/// The `for` of one `Forwarded` element. Quotes are not followed across commas: a client that opens
/// one must not swallow what the proxy appends.
fn forwarded_for(element: &str) -> &str {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map_or("", |(_, node)| node.trim().trim_matches('"'))
}

/// An address, in brackets or not, with a port or not.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let address: Option<IpAddr> = hop.parse().ok().or_else(bare).or_else(with_port);
    address.map(|address| address.to_canonical())
}

/// The host that the client asked the nearest proxy for. Values before the last one were sent to that
/// proxy, by whomever.
pub(crate) fn host(headers: &HeaderMap) -> Option<HeaderValue> {
    let last = hops(headers, &X_FORWARDED_HOST).next()?.trim();
    HeaderValue::from_str(last).ok()
}

/// Takes them all out.
pub(crate) fn strip(headers: &mut HeaderMap) {
    for name in &ALL {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests;
