//! The address under which someone else's API lives.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::{Host, Url};

use super::public_url::is_loopback;

/// An absolute `http://` or `https://` address, perhaps with a path, in the one spelling that `Url`
/// gives it and without a slash at the end, so that a path that begins with one can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    host: Host,
    https: bool,
}

impl BaseUrl {
    /// `https://DOMAIN`. The domain is a constant of this crate, in lower case.
    pub(crate) fn https(domain: &'static str) -> Self {
        Self {
            text: format!("https://{domain}"),
            host: Host::Domain(domain.to_owned()),
            https: true,
        }
    }

    /// The address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host: a domain or an address.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Whether nobody on the way can read what is sent: `https://`, or a loopback host, to which
    /// nothing travels.
    pub fn is_private(&self) -> bool {
        self.https || is_loopback(&self.host)
    }

    /// Whether only this machine has it: `localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// A text that is no base address, each with the way out. Quotes nothing that may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// Not a URL, or one without a host.
    #[error("not a URL: write scheme and host, for example \"https://api.example.com\"")]
    Syntax,
    /// A scheme other than http and https.
    #[error("must begin with https:// or http://")]
    Scheme,
    /// A user name or password.
    #[error("must not contain a user name or password: remove them")]
    UserInfo,
    /// A query or a fragment, to which no path can be added.
    #[error("must not have a query or a fragment: end it after the path")]
    QueryOrFragment,
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidBaseUrl::Syntax)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(InvalidBaseUrl::Scheme),
        };
        let host = url.host().ok_or(InvalidBaseUrl::Syntax)?.to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, host, https })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for BaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for BaseUrl {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BaseUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri", "pattern": "^https?://[^?#@]+$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_kept_in_one_spelling_without_a_slash_at_the_end() {
        for (written, kept) in [
            ("https://api.example.com", "https://api.example.com"),
            ("https://API.example.com:443/", "https://api.example.com"),
            ("http://localhost:3001/api/", "http://localhost:3001/api"),
            ("http://[::1]:3001//", "http://[::1]:3001"),
        ] {
            let url: BaseUrl = written.parse().unwrap();
            assert_eq!(url.as_str(), kept, "{written}");
            assert_eq!(url.as_str().parse(), Ok(url), "{written}");
        }
    }

    #[test]
    fn what_no_path_can_be_added_to_is_refused() {
        for (written, error) in [
            ("", InvalidBaseUrl::Syntax),
            ("api.example.com", InvalidBaseUrl::Syntax),
            ("https://", InvalidBaseUrl::Syntax),
            ("localhost:3000", InvalidBaseUrl::Scheme),
            ("ftp://api.example.com", InvalidBaseUrl::Scheme),
            ("https://u:p@api.example.com", InvalidBaseUrl::UserInfo),
            ("https://api.example.com?", InvalidBaseUrl::QueryOrFragment),
            (
                "https://api.example.com/#a",
                InvalidBaseUrl::QueryOrFragment,
            ),
        ] {
            assert_eq!(written.parse::<BaseUrl>(), Err(error), "{written:?}");
        }
    }

    #[test]
    fn the_constant_is_spelled_as_if_it_were_read() {
        let constant = BaseUrl::https("api.privy.io");
        assert_eq!(constant.as_str().parse(), Ok(constant));
    }

    #[test]
    fn only_https_and_loopback_keep_a_secret() {
        let private = |text: &str| text.parse::<BaseUrl>().unwrap().is_private();
        assert!(private("https://api.example.com") && private("http://127.0.0.1:1"));
        assert!(!private("http://api.example.com") && !private("http://10.0.0.1"));
    }
}
