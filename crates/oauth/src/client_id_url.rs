//! Client identifiers that are the URL of the client's metadata document
//! (draft-ietf-oauth-client-id-metadata-document).

use std::fmt;

use url::Url;

/// The longest such identifier, in bytes.
pub const MAX_BYTES: usize = 1024;

/// What every such identifier starts with, and no other one: those that are issued here do not.
const SCHEME: &str = "https://";

/// The URL of a client id metadata document, kept byte for byte as the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientIdUrl {
    text: String,
    host: String,
}

/// Why a text that starts like such an identifier is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClientIdUrl {
    /// Longer than [`MAX_BYTES`].
    #[error("a client_id URL is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Not a URL.
    #[error("the client_id is not a URL")]
    Syntax,
    /// Upper case in scheme or host, dot segments, a written default port, backslashes, white
    /// space, an address in an unusual notation: two readers could fetch two different documents.
    #[error("a client_id URL must be written in its plain form")]
    NotPlain,
    /// No path but `/`.
    #[error("a client_id URL needs a path")]
    NoPath,
    /// A fragment, even an empty one.
    #[error("a client_id URL must not have a fragment")]
    Fragment,
    /// `user@` before the host.
    #[error("a client_id URL must not have user information")]
    UserInfo,
}

impl ClientIdUrl {
    /// Whether an identifier is meant to be a URL, good or not.
    pub fn is_meant(client_id: &str) -> bool {
        client_id.starts_with(SCHEME)
    }

    /// Checks an identifier that is [meant](Self::is_meant) to be a URL.
    ///
    /// Only the spelling that a URL parser writes is accepted, so that the bytes that are compared
    /// are the address that is fetched.
    pub fn parse(client_id: &str) -> Result<Self, InvalidClientIdUrl> {
        if client_id.len() > MAX_BYTES {
            return Err(InvalidClientIdUrl::TooLong);
        }
        let url = Url::parse(client_id).map_err(|_| InvalidClientIdUrl::Syntax)?;
        if client_id.contains('#') {
            return Err(InvalidClientIdUrl::Fragment);
        }
        let authority = client_id.strip_prefix(SCHEME).unwrap_or_default();
        let authority = authority.split(['/', '?', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(InvalidClientIdUrl::UserInfo);
        }
        if url.as_str() != client_id {
            return Err(InvalidClientIdUrl::NotPlain);
        }
        if url.path() == "/" {
            return Err(InvalidClientIdUrl::NoPath);
        }
        match url.host_str() {
            Some(host) if url.scheme() == "https" => Ok(Self {
                text: client_id.to_owned(),
                host: host.to_owned(),
            }),
            _ => Err(InvalidClientIdUrl::Syntax),
        }
    }

    /// The URL as the client wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host, which vouches for the document. Without a port.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for ClientIdUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientIdUrl, InvalidClientIdUrl, MAX_BYTES};

    #[test]
    fn accepts_the_plain_form() {
        for url in [
            "https://chatgpt.com/oauth/client.json",
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            "https://client.example:8443/client.json",
            "https://client.example/client.json?v=2",
            "https://xn--clent-uta.example/client",
            "https://192.0.2.1/client",
            "https://[2001:db8::1]/client",
        ] {
            assert_eq!(ClientIdUrl::parse(url).unwrap().as_str(), url);
        }
        let url = ClientIdUrl::parse("https://client.example:8443/c").unwrap();
        assert_eq!(url.host(), "client.example");
    }

    #[test]
    fn refuses_every_other_spelling() {
        for url in [
            "https://Client.example/c",
            "HTTPS://client.example/c",
            "https://client.example:443/c",
            "https://client.example/./c",
            "https://client.example/a/../c",
            "https://client.example/a/%2e%2e/c",
            "https://client.example/%2E/c",
            "https://client.example\\c",
            "https://client.example/c ",
            " https://client.example/c",
            "https://client.example/a b",
            "https://client.example/\tc",
            "https://clïent.example/c",
            "https:/client.example/c",
            "https:client.example/c",
            "https://2130706433/c",
            "https://0177.0.0.1/c",
            "https://0x7f.1/c",
            "https://127.1/c",
            "https://[::ffff:7f00:1]:443/c",
        ] {
            assert_eq!(
                ClientIdUrl::parse(url),
                Err(InvalidClientIdUrl::NotPlain),
                "{url}"
            );
        }
    }

    #[test]
    fn refuses_urls_that_name_no_document() {
        use InvalidClientIdUrl::{Fragment, NoPath, Syntax, TooLong, UserInfo};
        let long = format!("https://client.example/{}", "c".repeat(MAX_BYTES));
        for (url, reason) in [
            ("https://client.example/", NoPath),
            ("https://client.example/?c", NoPath),
            ("https://client.example/c#", Fragment),
            ("https://client.example/c#x", Fragment),
            ("https://user@client.example/c", UserInfo),
            ("https://user:secret@client.example/c", UserInfo),
            ("https://@client.example/c", UserInfo),
            ("https://", Syntax),
            ("https://a b/c", Syntax),
            ("http://client.example/c", Syntax),
            ("cli_1", Syntax),
            (&long, TooLong),
        ] {
            assert_eq!(ClientIdUrl::parse(url), Err(reason), "{url}");
        }
    }

    #[test]
    fn an_issued_identifier_is_not_meant_to_be_a_url() {
        assert!(ClientIdUrl::is_meant("https://client.example"));
        assert!(!ClientIdUrl::is_meant("cli_0123"));
        assert!(!ClientIdUrl::is_meant("http://client.example/c"));
    }
}
