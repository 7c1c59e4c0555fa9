//! Why there is no answer.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use hyper_util::client::legacy;

use crate::FetchError;

/// Why a configured host gave no answer. None of the reasons is a verdict of the host: whoever
/// asked knows as much as before. The message names the host and what is wrong, never the path,
/// the query, a header or any content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    host: Option<String>,
    fault: ApiFault,
}

/// What is wrong, in words that go on "the host …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiFault {
    /// Not an absolute `http` or `https` URL, or one with a user name.
    #[error("is not an http or https URL without a user name")]
    NotAUrl,
    /// As many exchanges as are allowed were under way, and none of them ended in time.
    #[error("is asked by too many at the moment")]
    Busy,
    /// The machine's resolver knows no address.
    #[error("does not resolve")]
    Unresolved,
    /// No TCP connection.
    #[error("cannot be reached: {0}")]
    Connect(io::ErrorKind),
    /// This machine trusts no certificate authority.
    #[error(
        "cannot be verified, because this server trusts no certificate authority; install ca-certificates or set egress.ca_file"
    )]
    NoRoots,
    /// The certificate does not prove that this is the host.
    #[error("showed a certificate that {0}")]
    Certificate(&'static str),
    /// The TLS handshake failed for another reason.
    #[error("did not complete the TLS handshake")]
    Tls,
    /// The connection ended before the answer did.
    #[error("closed the connection before its answer was complete")]
    Interrupted,
    /// Not HTTP/1.1.
    #[error("gave an answer that is not HTTP/1.1")]
    Malformed,
    /// An encoding that was not asked for. The size that is limited is the decoded one.
    #[error("encoded its answer, although no encoding was accepted")]
    Encoded,
    /// More bytes than the limit.
    #[error("gave an answer that is larger than {0} bytes")]
    TooLarge(usize),
    /// The deadline, which covers everything from the name to the last byte.
    #[error("did not answer completely within {0:?}")]
    Timeout(Duration),
}

impl ApiError {
    pub(super) fn at(host: String, fault: ApiFault) -> Self {
        Self {
            host: Some(host),
            fault,
        }
    }

    pub(super) const fn not_a_url() -> Self {
        Self {
            host: None,
            fault: ApiFault::NotAUrl,
        }
    }

    /// What is wrong.
    pub const fn fault(&self) -> ApiFault {
        self.fault
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or("the configured address");
        write!(formatter, "{host} {}", self.fault)
    }
}

impl Error for ApiError {}

impl ApiFault {
    pub(super) fn of(error: &legacy::Error) -> Self {
        let mut cause = error.source();
        while let Some(found) = cause {
            if let Some(fault) = found.downcast_ref::<Self>() {
                return *fault;
            }
            if let Some(error) = found.downcast_ref::<hyper::Error>() {
                return Self::of_connection(error);
            }
            cause = found.source();
        }
        Self::Interrupted
    }

    pub(super) fn of_connection(error: &hyper::Error) -> Self {
        if error.is_parse() {
            Self::Malformed
        } else {
            Self::Interrupted
        }
    }

    pub(super) const fn late(waiting: bool, limit: Duration) -> Self {
        if waiting {
            Self::Busy
        } else {
            Self::Timeout(limit)
        }
    }
}

/// Of the faults of a TLS connection; there are no others where this is used.
impl From<FetchError> for ApiFault {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::NoRoots => Self::NoRoots,
            FetchError::Certificate(reason) => Self::Certificate(reason),
            FetchError::Interrupted => Self::Interrupted,
            _ => Self::Tls,
        }
    }
}
