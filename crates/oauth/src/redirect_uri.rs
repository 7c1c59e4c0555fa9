//! Redirect URIs: which may be registered, and when a presented one is a registered one.

mod syntax;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use self::syntax::{Parts, Scheme};

/// The longest redirect URI, in bytes.
pub const MAX_BYTES: usize = 2048;

/// Which redirect URIs a client may register beyond `https` and loopback `http`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUriPolicy {
    /// Private-use schemes (RFC 8252 §7.1) without the colon, in lower case. An exact list, not a
    /// shape: any program on the user's machine may claim any scheme, so that each entry is a
    /// decision. Schemes that a browser executes or reads locally are refused even when listed.
    pub private_schemes: Vec<String>,
}

impl Default for RedirectUriPolicy {
    /// The schemes that MCP clients are known to register. Cursor sends `cursor:` together with
    /// its https and loopback URIs in one registration, so that refusing the one kills all three;
    /// Windsurf is allow-listed elsewhere. Further ones are the operator's to add.
    fn default() -> Self {
        Self {
            private_schemes: ["cursor", "windsurf"].map(str::to_owned).to_vec(),
        }
    }
}

/// Why a redirect URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// Longer than [`MAX_BYTES`].
    #[error("a redirect URI is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// A character outside RFC 3986, among them spaces, control characters, backslashes and
    /// everything that is not ASCII; or a `%` without two hexadecimal digits.
    #[error("a redirect URI has a character that RFC 3986 does not allow")]
    IllegalCharacter,
    /// No `scheme:` followed by an authority or an absolute path.
    #[error("a redirect URI is not an absolute URI")]
    NotAbsolute,
    /// A fragment, even an empty one (RFC 6749 §3.1.2).
    #[error("a redirect URI has a fragment")]
    Fragment,
    /// `user@` before the host: what is before the `@` reads like the host.
    #[error("a redirect URI has user information")]
    UserInfo,
    /// A `*`: redirect URIs are compared exactly, so that it could only mean a mistake.
    #[error("a redirect URI has a wildcard")]
    Wildcard,
    /// A `.` or `..` segment, also percent-encoded: browsers resolve it to another path.
    #[error("a redirect URI has a dot segment")]
    DotSegment,
    /// A host or port that URL parsers would read differently from how it is written.
    #[error("a redirect URI has a host or port that is not in its plain form")]
    Host,
    /// `http` to anything but the user's own machine (RFC 8252 §7.3).
    #[error("a redirect URI with `http` must be loopback: `localhost`, `127.0.0.1` or `[::1]`")]
    PlainHttp,
    /// A scheme that is neither `https`, `http` nor on the policy's list.
    #[error("a redirect URI has a scheme that this server does not allow")]
    Scheme,
    /// A query parameter that the authorization response sets, which would then be there twice.
    #[error("a redirect URI has a parameter of the authorization response in its query")]
    ResponseParameter,
}

/// A redirect URI that passed the rules, kept byte for byte as the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Checks a redirect URI for registration.
    pub fn parse(uri: &str, policy: &RedirectUriPolicy) -> Result<Self, InvalidRedirectUri> {
        let parts = Parts::parse(uri)?;
        if let Scheme::Private(scheme) = parts.scheme
            && !policy
                .private_schemes
                .iter()
                .any(|allowed| allowed == scheme)
        {
            return Err(InvalidRedirectUri::Scheme);
        }
        Ok(Self(uri.to_owned()))
    }

    /// The URI as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host as written, to show on a consent page. `None` where a private-use scheme has no
    /// authority.
    pub fn host(&self) -> Option<&str> {
        self.parts().and_then(|parts| parts.host)
    }

    /// Whether the answer goes to a program on the user's own machine over `http`, which nobody
    /// can tell from any other program there.
    pub fn is_loopback(&self) -> bool {
        self.parts()
            .is_some_and(|parts| parts.scheme == Scheme::Loopback)
    }

    /// Whether `presented` is this redirect URI: the same bytes (RFC 9700 §2.1), or, for loopback
    /// `http`, the same but for the port (RFC 8252 §7.3). A client that listens on an ephemeral
    /// port may register any port or none. `localhost`, `127.0.0.1` and `[::1]` stay different
    /// hosts, since different programs may listen on each.
    pub fn matches(&self, presented: &str) -> bool {
        if self.0 == presented {
            return true;
        }
        let (Some(registered), Ok(presented)) = (self.parts(), Parts::parse(presented)) else {
            return false;
        };
        registered.scheme == Scheme::Loopback
            && presented.scheme == Scheme::Loopback
            && registered.scheme_text == presented.scheme_text
            && registered.host == presented.host
            && registered.path_and_query == presented.path_and_query
    }

    /// The presented URI, where it is this one: the address that the authorization response goes
    /// to and that the code is bound to, ephemeral port included.
    pub fn presented(&self, presented: &str) -> Option<Self> {
        self.matches(presented).then(|| Self(presented.to_owned()))
    }

    fn parts(&self) -> Option<Parts<'_>> {
        Parts::parse(&self.0).ok()
    }
}

impl Serialize for RedirectUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Checks everything but the list of private-use schemes: a stored URI passed the policy of its
/// day, and a client must stay readable after the operator shortens the list.
impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uri = String::deserialize(deserializer)?;
        Parts::parse(&uri).map_err(de::Error::custom)?;
        Ok(Self(uri))
    }
}
