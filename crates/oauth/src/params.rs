//! Form-encoded parameters, from a query or a body, that remember what was sent twice.
//!
//! Written here instead of taken from a form parser, because those are lenient where a security
//! decision follows: they keep broken escapes as text, replace invalid UTF-8, and let the first or
//! the last duplicate win.

use std::fmt;

/// The most parameters a request may have. The longest real request has about twenty.
pub const MAX_PARAMETERS: usize = 100;

/// A request is not `application/x-www-form-urlencoded`, or is not acceptable as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParams {
    /// A `%` without two hexadecimal digits behind it.
    #[error("the request has a malformed percent-encoding")]
    MalformedPercentEncoding,
    /// The decoded bytes are not UTF-8 (RFC 6749 appendix B).
    #[error("the request is not UTF-8")]
    InvalidUtf8,
    /// A NUL character, which no parameter may have and some databases cannot hold.
    #[error("the request has a NUL character")]
    Nul,
    /// More than [`MAX_PARAMETERS`].
    #[error("the request has more than {MAX_PARAMETERS} parameters")]
    TooManyParameters,
}

/// A parameter was sent more than once (RFC 6749 §3.1, §3.2). Holds the parameter's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} was sent more than once", printable(.0))]
pub struct DuplicateParameter(pub String);

/// Names come from outside and end up in descriptions, whose alphabet RFC 6749 §5.2 restricts.
fn printable(name: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        name
    } else {
        "a parameter"
    }
}

/// Decoded parameters in the order in which they were sent. `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Parses a query (without `?`) or a body.
    pub fn parse(encoded: &[u8]) -> Result<Self, InvalidParams> {
        let mut pairs = Vec::new();
        for pair in encoded
            .split(|&byte| byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            if pairs.len() == MAX_PARAMETERS {
                return Err(InvalidParams::TooManyParameters);
            }
            let mut halves = pair.splitn(2, |&byte| byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter that may be sent at most once. An empty value counts as absent
    /// (RFC 6749 §3.1), but an empty duplicate is still a duplicate: two parsers could disagree
    /// about which one counts.
    pub fn get(&self, name: &str) -> Result<Option<&str>, DuplicateParameter> {
        let mut values = self.values(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(DuplicateParameter(name.to_owned()));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// Every non-empty value of a parameter that may be sent several times (`resource`).
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values(name)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// The name of the first parameter that was sent more than once, apart from `except`.
    pub fn first_duplicate(&self, except: &[&str]) -> Option<&str> {
        self.0
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !except.contains(name))
            .find(|name| self.values(name).nth(1).is_some())
    }

    fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |(sent, _)| sent == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Params")?;
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Decodes one `application/x-www-form-urlencoded` name or value (RFC 6749 appendix B).
pub(crate) fn decode(encoded: &[u8]) -> Result<String, InvalidParams> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter().copied();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (hex(bytes.next()), hex(bytes.next()));
                match (high, low) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(InvalidParams::MalformedPercentEncoding),
                }
            }
            other => other,
        });
    }
    if decoded.contains(&0) {
        return Err(InvalidParams::Nul);
    }
    String::from_utf8(decoded).map_err(|_| InvalidParams::InvalidUtf8)
}

fn hex(digit: Option<u8>) -> Option<u8> {
    match digit? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        digit @ b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{DuplicateParameter, InvalidParams, MAX_PARAMETERS, Params};

    fn parse(encoded: &str) -> Params {
        Params::parse(encoded.as_bytes()).unwrap()
    }

    #[test]
    fn decodes_plus_and_percent() {
        let params = parse("a=1+2%20%C3%A9%26&b=x=y&c");
        assert_eq!(params.get("a"), Ok(Some("1 2 é&")));
        assert_eq!(params.get("b"), Ok(Some("x=y")));
        assert_eq!(params.get("c"), Ok(None));
        assert_eq!(params.get("d"), Ok(None));
    }

    #[test]
    fn empty_value_counts_as_absent() {
        assert_eq!(parse("scope=").get("scope"), Ok(None));
        assert!(parse("resource=&resource").all("resource").is_empty());
    }

    #[test]
    fn rejects_malformed_percent_encoding() {
        for bad in ["a=%", "a=%4", "a=%zz", "%g0=1", "a=%+1"] {
            assert_eq!(
                Params::parse(bad.as_bytes()),
                Err(InvalidParams::MalformedPercentEncoding),
                "{bad}"
            );
        }
    }

    #[test]
    fn rejects_invalid_utf8_and_nul() {
        assert_eq!(Params::parse(b"a=%ff"), Err(InvalidParams::InvalidUtf8));
        assert_eq!(Params::parse(b"a=\xff"), Err(InvalidParams::InvalidUtf8));
        assert_eq!(Params::parse(b"a=%00"), Err(InvalidParams::Nul));
        assert_eq!(Params::parse(b"a\0=1"), Err(InvalidParams::Nul));
    }

    #[test]
    fn rejects_more_than_a_hundred_parameters() {
        let many = |n: usize| {
            (0..n)
                .map(|i| format!("p{i}=1"))
                .collect::<Vec<_>>()
                .join("&")
        };
        assert!(Params::parse(many(MAX_PARAMETERS).as_bytes()).is_ok());
        assert_eq!(
            Params::parse(many(10_000).as_bytes()),
            Err(InvalidParams::TooManyParameters)
        );
    }

    #[test]
    fn remembers_duplicates() {
        let params = parse("state=a&resource=x&resource=y&state=");
        assert_eq!(
            params.get("state"),
            Err(DuplicateParameter("state".to_owned()))
        );
        assert_eq!(params.all("resource"), ["x", "y"]);
        assert_eq!(params.first_duplicate(&["resource"]), Some("state"));
        assert_eq!(params.first_duplicate(&["resource", "state"]), None);
    }

    #[test]
    fn array_syntax_is_another_name() {
        assert_eq!(parse("code[a]=1").get("code"), Ok(None));
    }

    #[test]
    fn debug_shows_names_only() {
        let shown = format!("{:?}", parse("client_secret=hunter2&code=abc"));
        assert_eq!(shown, r#"Params["client_secret", "code"]"#);
    }

    #[test]
    fn a_duplicate_is_described_without_echoing_markup() {
        let error = DuplicateParameter("<script>".to_owned());
        assert_eq!(error.to_string(), "a parameter was sent more than once");
    }
}
