//! The form a message may come in and its answer go out.

use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use super::refusal::Refusal;

/// What rmcp wants to read before it answers at all.
const ACCEPT_BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");

/// Checks `Content-Type`, `Content-Encoding` and `Accept` of a `POST`.
///
/// A message is JSON without compression: decompressing for strangers is how a small request
/// becomes a large one, and no MCP client compresses.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let is_json = text(CONTENT_TYPE).is_some_and(|value| essence(value) == Some(Essence::Json));
    let is_plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !is_json || !is_plain {
        return Err(Refusal::UnsupportedMediaType);
    }
    let mut accepted = headers.get_all(ACCEPT).iter().peekable();
    // An absent `Accept` accepts anything (RFC 9110 section 12.5.1).
    let takes_json = accepted.peek().is_none()
        || accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|range| matches!(essence(range), Some(Essence::Json | Essence::Range)));
    if takes_json {
        Ok(())
    } else {
        Err(Refusal::NotAcceptable)
    }
}

/// Whether an answer may be a stream, which a client must have asked for in so many words: one that
/// takes anything may not know how to read it.
pub(crate) fn takes_streams(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| essence(range) == Some(Essence::Stream))
}

/// Makes rmcp accept what was just accepted.
///
/// MCP asks clients to list both types and rmcp insists on it, but answers are JSON unless a tool
/// streams, so a client that takes JSON loses nothing by being served (clients.md F74).
pub(crate) fn widen_accept(headers: &mut HeaderMap) {
    headers.insert(ACCEPT, ACCEPT_BOTH);
}

/// A media type or range that an answer may have.
#[derive(PartialEq, Eq)]
enum Essence {
    Json,
    Stream,
    /// Covers JSON.
    Range,
}

fn essence(value: &str) -> Option<Essence> {
    let mut parts = value.split(';').map(str::trim);
    let name = parts.next()?;
    if parts.any(|parameter| matches!(parameter, "q=0" | "q=0." | "q=0.0" | "q=0.00" | "q=0.000")) {
        return None;
    }
    if name.eq_ignore_ascii_case("application/json") {
        Some(Essence::Json)
    } else if name.eq_ignore_ascii_case("text/event-stream") {
        Some(Essence::Stream)
    } else if name == "*/*" || name.eq_ignore_ascii_case("application/*") {
        Some(Essence::Range)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(content_type: &str, accept: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        if let Some(accept) = accept {
            headers.insert(ACCEPT, accept.parse().unwrap());
        }
        headers
    }

    #[test]
    fn tolerates_parameters_and_case() {
        for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
            assert!(
                check(&request(content_type, None)).is_ok(),
                "{content_type}"
            );
        }
    }

    #[test]
    fn content_type_is_json_and_not_a_range() {
        for content_type in [
            "text/plain",
            "*/*",
            "application/*",
            "application/jsonx",
            "",
        ] {
            let outcome = check(&request(content_type, None));
            assert!(
                matches!(outcome, Err(Refusal::UnsupportedMediaType)),
                "{content_type:?}"
            );
        }
    }

    #[test]
    fn refuses_compressed_messages() {
        let mut headers = request("application/json", None);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
        assert!(check(&headers).is_ok());
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(matches!(
            check(&headers),
            Err(Refusal::UnsupportedMediaType)
        ));
    }

    #[test]
    fn a_stream_must_be_asked_for_by_name() {
        for (accept, expected) in [
            (Some("application/json, text/event-stream"), true),
            (Some("application/json,Text/Event-Stream;q=0.5"), true),
            (Some("application/json, text/event-stream;q=0"), false),
            (Some("application/json"), false),
            (Some("*/*"), false),
            (None, false),
        ] {
            let headers = request("application/json", accept);
            assert_eq!(takes_streams(&headers), expected, "{accept:?}");
        }
    }

    #[test]
    fn accept_must_cover_json() {
        for accept in [
            "application/json, text/event-stream",
            "*/*",
            "text/html, application/*;q=0.1",
        ] {
            assert!(
                check(&request("application/json", Some(accept))).is_ok(),
                "{accept}"
            );
        }
        for accept in ["text/html", "text/event-stream", "application/json;q=0"] {
            let outcome = check(&request("application/json", Some(accept)));
            assert!(matches!(outcome, Err(Refusal::NotAcceptable)), "{accept}");
        }
    }
}
