//! Why a document was not fetched.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// Why a document was not fetched, in words that go on "the document was not fetched: …". None of
/// them quotes what the host sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not an absolute URL in the characters of RFC 3986, or one with a fragment.
    #[error("its address is not a URL that can be fetched")]
    NotAUrl,
    /// Another scheme than https.
    #[error("its address does not begin with https://")]
    NotHttps,
    /// A user name or a password in the URL, which would be credentials sent to a stranger.
    #[error("its address contains a user name")]
    Userinfo,
    /// One of the host's addresses belongs to a special-purpose network (RFC 6890).
    #[error("its address {0} is not public, and no network in egress.allowed_networks contains it")]
    NotPublic(IpAddr),
    /// This machine has no `/etc/resolv.conf`, and none was configured.
    #[error("this server knows no name server; set egress.nameservers or /etc/resolv.conf")]
    NoNameServer,
    /// The name does not exist, or has no address.
    #[error("the host does not resolve")]
    Unresolved,
    /// The name servers could not say.
    #[error("the name servers could not resolve the host")]
    NameServers,
    /// This machine trusts no certificate authority.
    #[error(
        "this server trusts no certificate authority; install ca-certificates or set egress.ca_file"
    )]
    NoRoots,
    /// No TCP connection.
    #[error("the host cannot be reached: {0}")]
    Connect(io::ErrorKind),
    /// The certificate does not prove that this is the host.
    #[error("the host's certificate {0}")]
    Certificate(&'static str),
    /// The TLS handshake failed for another reason.
    #[error("the host did not complete the TLS handshake")]
    Tls,
    /// A redirect, which would lead past every check of the address (C8 of the security catalogue).
    #[error("the host answered {0}, and redirects are not followed")]
    Redirect(u16),
    /// Another status than 200.
    #[error("the host answered {0} instead of 200")]
    Status(u16),
    /// Another type than `application/json` or `application/…+json`.
    #[error("its content type is not application/json")]
    ContentType,
    /// An encoding that was not asked for. The size that is limited is the decoded one.
    #[error("its content is encoded, although no encoding was accepted")]
    ContentEncoding,
    /// More bytes than the limit.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    /// The connection ended before the answer did.
    #[error("the host closed the connection before its answer was complete")]
    Interrupted,
    /// Not HTTP/1.1.
    #[error("the host's answer is not HTTP/1.1")]
    Malformed,
    /// The deadline, which covers everything from the name to the last byte.
    #[error("the host did not answer completely within {0:?}")]
    Timeout(Duration),
    /// As many fetches as are allowed were under way.
    #[error("too many documents are being fetched at the moment")]
    Busy,
}

impl FetchError {
    /// Whether the same fetch may succeed in a moment although nobody changes anything.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::NameServers
            | Self::Connect(_)
            | Self::Interrupted
            | Self::Timeout(_)
            | Self::Busy => true,
            Self::Status(status) => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}
