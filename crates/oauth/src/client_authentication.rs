//! How a client says who it is (RFC 6749 §2.3, RFC 7521 §4.2).
//!
//! Extraction only: whether the secret is right, and whether the client may authenticate in this
//! way at all, is decided against its registration.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::ErrorCode;
use crate::params::{self, DuplicateParameter, Params};

/// The credentials of a request, by the method they were sent with. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientCredentials {
    /// A public client: `client_id` alone (`none`).
    None {
        /// Who the client says it is.
        client_id: String,
    },
    /// `client_secret_basic`.
    Basic {
        /// Who the client says it is.
        client_id: String,
        /// What it proves it with.
        secret: String,
    },
    /// `client_secret_post`.
    Post {
        /// Who the client says it is.
        client_id: String,
        /// What it proves it with.
        secret: String,
    },
    /// An assertion (RFC 7523 §2.2), such as `private_key_jwt`'s.
    Assertion {
        /// Optional beside an assertion, whose `sub` is the client (RFC 7521 §4.2).
        client_id: Option<String>,
        /// The kind of assertion.
        assertion_type: String,
        /// The assertion itself.
        assertion: String,
    },
}

impl ClientCredentials {
    /// Who the client says it is; `None` if only the assertion tells.
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::None { client_id }
            | Self::Basic { client_id, .. }
            | Self::Post { client_id, .. } => Some(client_id),
            Self::Assertion { client_id, .. } => client_id.as_deref(),
        }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self {
            Self::None { .. } => "None",
            Self::Basic { .. } => "Basic",
            Self::Post { .. } => "Post",
            Self::Assertion { .. } => "Assertion",
        };
        f.debug_struct(method)
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}

/// Why a request does not say who the client is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthenticationError {
    /// The `Authorization` header has another scheme than Basic.
    #[error("the Authorization header must use the Basic scheme")]
    UnsupportedScheme,
    /// The Basic credentials cannot be decoded as RFC 6749 §2.3.1 says.
    #[error("the Basic credentials are malformed")]
    MalformedBasic,
    /// More than one method in one request (RFC 6749 §2.3).
    #[error("the client authenticates in more than one way")]
    SeveralMethods,
    /// `client_id` in the body is not the one of the Basic credentials.
    #[error("client_id differs from the one of the Basic credentials")]
    ClientIdMismatch,
    /// An assertion without its type, or a type without an assertion.
    #[error("client_assertion and client_assertion_type belong together")]
    IncompleteAssertion,
    /// Nothing says who the client is.
    #[error("client_id is missing")]
    MissingClientId,
    /// A credential was sent more than once.
    #[error(transparent)]
    Duplicate(#[from] DuplicateParameter),
}

impl ClientAuthenticationError {
    /// The `error` of the answer.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::UnsupportedScheme | Self::MalformedBasic | Self::MissingClientId => {
                ErrorCode::InvalidClient
            }
            Self::SeveralMethods
            | Self::ClientIdMismatch
            | Self::IncompleteAssertion
            | Self::Duplicate(_) => ErrorCode::InvalidRequest,
        }
    }

    /// Whether the answer is a 401 with a Basic challenge: only to a client that used the header
    /// (RFC 6749 §5.2). Browser-based clients would otherwise show a password prompt.
    pub const fn is_basic_challenge_due(&self) -> bool {
        matches!(self, Self::UnsupportedScheme | Self::MalformedBasic)
    }
}

impl ClientCredentials {
    /// Reads the credentials from the `Authorization` header and the body.
    pub fn extract(
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<Self, ClientAuthenticationError> {
        let client_id = params.get("client_id")?.map(str::to_owned);
        let secret = params.get("client_secret")?.map(str::to_owned);
        let assertion = params.get("client_assertion")?.map(str::to_owned);
        let assertion_type = params.get("client_assertion_type")?.map(str::to_owned);
        let assertion = match (assertion_type, assertion) {
            (Some(assertion_type), Some(assertion)) => Some((assertion_type, assertion)),
            (None, None) => None,
            _ => return Err(ClientAuthenticationError::IncompleteAssertion),
        };
        match (
            authorization.map(decode_basic).transpose()?,
            secret,
            assertion,
        ) {
            (Some((basic_id, secret)), None, None) => match client_id {
                Some(client_id) if client_id != basic_id => {
                    Err(ClientAuthenticationError::ClientIdMismatch)
                }
                _ => Ok(Self::Basic {
                    client_id: basic_id,
                    secret,
                }),
            },
            (None, None, Some((assertion_type, assertion))) => Ok(Self::Assertion {
                client_id,
                assertion_type,
                assertion,
            }),
            (None, Some(secret), None) => Ok(Self::Post {
                client_id: known(client_id)?,
                secret,
            }),
            (None, None, None) => Ok(Self::None {
                client_id: known(client_id)?,
            }),
            _ => Err(ClientAuthenticationError::SeveralMethods),
        }
    }
}

fn known(client_id: Option<String>) -> Result<String, ClientAuthenticationError> {
    client_id.ok_or(ClientAuthenticationError::MissingClientId)
}

/// RFC 7617 with both halves form-encoded (RFC 6749 §2.3.1), which is why the colon is found
/// before decoding.
fn decode_basic(header: &str) -> Result<(String, String), ClientAuthenticationError> {
    let (scheme, encoded) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ClientAuthenticationError::UnsupportedScheme);
    }
    let malformed = ClientAuthenticationError::MalformedBasic;
    let Ok(decoded) = STANDARD.decode(encoded.trim_start()) else {
        return Err(malformed);
    };
    let mut halves = decoded.splitn(2, |&byte| byte == b':').map(params::decode);
    match (halves.next(), halves.next()) {
        (Some(Ok(client_id)), Some(Ok(secret))) if !client_id.is_empty() => Ok((client_id, secret)),
        _ => Err(malformed),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::{ClientAuthenticationError, ClientCredentials};
    use crate::error::ErrorCode;
    use crate::params::Params;

    fn extract(
        authorization: Option<&str>,
        body: &str,
    ) -> Result<ClientCredentials, ClientAuthenticationError> {
        ClientCredentials::extract(authorization, &Params::parse(body.as_bytes()).unwrap())
    }

    fn basic(user_pass: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(user_pass))
    }

    #[test]
    fn reads_each_method() {
        let id = || "c1".to_owned();
        let secret = || "s".to_owned();
        assert_eq!(
            extract(None, "client_id=c1"),
            Ok(ClientCredentials::None { client_id: id() })
        );
        assert_eq!(
            extract(None, "client_id=c1&client_secret="),
            Ok(ClientCredentials::None { client_id: id() })
        );
        assert_eq!(
            extract(None, "client_id=c1&client_secret=s"),
            Ok(ClientCredentials::Post {
                client_id: id(),
                secret: secret()
            })
        );
        assert_eq!(
            extract(Some(&basic(b"c1:s")), "client_id=c1"),
            Ok(ClientCredentials::Basic {
                client_id: id(),
                secret: secret()
            })
        );
        assert_eq!(
            extract(None, "client_assertion=a&client_assertion_type=t"),
            Ok(ClientCredentials::Assertion {
                client_id: None,
                assertion_type: "t".to_owned(),
                assertion: "a".to_owned()
            })
        );
    }

    #[test]
    fn basic_scheme_is_case_insensitive_and_both_halves_are_form_encoded() {
        let header = basic(b"a%3Ab+c:p%25%C3%A9+:x").replace("Basic", "basic");
        assert_eq!(
            extract(Some(&header), ""),
            Ok(ClientCredentials::Basic {
                client_id: "a:b c".to_owned(),
                secret: "p%é :x".to_owned()
            })
        );
    }

    #[test]
    fn malformed_basic_is_an_invalid_client_with_a_challenge() {
        for header in [
            "Basic",
            "Basic ",
            "Basic !!!!",
            "Basic YzE6cw",
            "Basic YzE6c",
            &basic(b"no-colon"),
            &basic(b":secret"),
            &basic(b"c1:%zz"),
            &basic(b"c1:\xff"),
            &basic(b"c1:%00"),
        ] {
            let error = extract(Some(header), "").unwrap_err();
            assert_eq!(error, ClientAuthenticationError::MalformedBasic, "{header}");
            assert_eq!(error.code(), ErrorCode::InvalidClient);
            assert!(error.is_basic_challenge_due());
        }
    }

    #[test]
    fn other_schemes_are_an_invalid_client_with_a_challenge() {
        for header in ["Bearer abc", "", "Digest x", "BasicYzE6cw=="] {
            let error = extract(Some(header), "client_id=c1").unwrap_err();
            assert_eq!(
                error,
                ClientAuthenticationError::UnsupportedScheme,
                "{header}"
            );
            assert_eq!(error.code(), ErrorCode::InvalidClient);
        }
    }

    #[test]
    fn two_methods_are_an_invalid_request() {
        let header = basic(b"c1:s");
        for (authorization, body) in [
            (Some(header.as_str()), "client_secret=s"),
            (
                Some(header.as_str()),
                "client_assertion=a&client_assertion_type=t",
            ),
            (
                None,
                "client_id=c1&client_secret=s&client_assertion=a&client_assertion_type=t",
            ),
        ] {
            let error = extract(authorization, body).unwrap_err();
            assert_eq!(error, ClientAuthenticationError::SeveralMethods, "{body}");
            assert_eq!(error.code(), ErrorCode::InvalidRequest);
            assert!(!error.is_basic_challenge_due());
        }
    }

    #[test]
    fn basic_id_and_body_client_id_must_agree() {
        let error = extract(Some(&basic(b"c1:s")), "client_id=c2").unwrap_err();
        assert_eq!(error, ClientAuthenticationError::ClientIdMismatch);
        assert_eq!(error.code(), ErrorCode::InvalidRequest);
    }

    #[test]
    fn no_client_at_all_is_an_invalid_client_without_a_challenge() {
        for body in ["", "client_id=", "client_secret=s"] {
            let error = extract(None, body).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidClient, "{body}");
            assert!(!error.is_basic_challenge_due());
        }
    }

    #[test]
    fn half_an_assertion_and_duplicates_are_invalid_requests() {
        for body in [
            "client_assertion=a",
            "client_assertion_type=t",
            "client_id=c&client_id=c",
        ] {
            assert_eq!(
                extract(None, body).unwrap_err().code(),
                ErrorCode::InvalidRequest,
                "{body}"
            );
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", extract(Some(&basic(b"c1:hunter2")), "").unwrap());
        assert!(
            shown.contains("c1") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
