//! `WWW-Authenticate` challenges (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1).

use std::fmt;

use crate::error::ErrorCode;
use crate::scope::ScopeSet;

/// Why a protected resource refused a request that carried a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerError {
    /// The request is malformed; answered with 400.
    InvalidRequest,
    /// The token is expired, revoked, malformed or not for here; answered with 401.
    InvalidToken,
    /// The token is good and does not allow this; answered with 403.
    InsufficientScope,
    /// The person must sign in again (RFC 9470); answered with 401.
    InsufficientUserAuthentication,
}

impl BearerError {
    /// The code on the wire.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::InvalidRequest => ErrorCode::InvalidRequest,
            Self::InvalidToken => ErrorCode::InvalidToken,
            Self::InsufficientScope => ErrorCode::InsufficientScope,
            Self::InsufficientUserAuthentication => ErrorCode::InsufficientUserAuthentication,
        }
    }
}

/// A Bearer challenge; `Display` writes the header's value.
///
/// Whatever the fields hold, the value is printable ASCII: a header with other bytes breaks
/// clients, and one with a raw quote is another header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerChallenge {
    /// `None` when the request carried no credentials (RFC 6750 §3.1).
    pub error: Option<BearerError>,
    /// A sentence for the developer of the client. ChatGPT wants one beside every `error`.
    pub error_description: Option<String>,
    /// All scopes that the request needs, at once: clients ask for exactly these.
    pub scope: Option<ScopeSet>,
    /// The absolute URL of the protected resource metadata.
    pub resource_metadata: String,
}

impl fmt::Display for BearerChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer ")?;
        if let Some(error) = self.error {
            write!(f, "error=\"{}\", ", error.code())?;
        }
        if let Some(description) = &self.error_description {
            write!(f, "error_description={}, ", Quoted(description))?;
        }
        write!(f, "resource_metadata={}", Quoted(&self.resource_metadata))?;
        if let Some(scope) = self.scope.as_ref().filter(|scope| !scope.is_empty()) {
            write!(f, ", scope=\"{scope}\"")?;
        }
        Ok(())
    }
}

/// The Basic challenge that the token endpoint owes to a client that tried Basic (RFC 6749 §5.2).
pub fn basic(realm: &str) -> String {
    format!("Basic realm={}, charset=\"UTF-8\"", Quoted(realm))
}

/// A quoted string without escapes. RFC 6750 §3 allows neither `"` nor `\` inside, and clients'
/// parsers do not undo escapes, so both become an apostrophe.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.chars().map(|character| match character {
            '"' | '\\' => '\'',
            ' '..='~' => character,
            _ => '?',
        });
        write!(f, "\"{}\"", plain.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::{BearerChallenge, BearerError, basic};
    use crate::scope::ScopeSet;

    fn challenge() -> BearerChallenge {
        BearerChallenge {
            error: None,
            error_description: None,
            scope: Some(ScopeSet::parse("notes:read notes:write").unwrap()),
            resource_metadata: "https://h.example/.well-known/oauth-protected-resource/mcp"
                .to_owned(),
        }
    }

    #[test]
    fn no_error_attribute_without_credentials() {
        assert_eq!(
            challenge().to_string(),
            r#"Bearer resource_metadata="https://h.example/.well-known/oauth-protected-resource/mcp", scope="notes:read notes:write""#
        );
    }

    #[test]
    fn error_and_description_come_first() {
        let challenge = BearerChallenge {
            error: Some(BearerError::InvalidToken),
            error_description: Some("the token has expired".to_owned()),
            scope: None,
            ..challenge()
        };
        assert_eq!(
            challenge.to_string(),
            r#"Bearer error="invalid_token", error_description="the token has expired", resource_metadata="https://h.example/.well-known/oauth-protected-resource/mcp""#
        );
    }

    #[test]
    fn value_cannot_leave_its_quotes_or_the_header() {
        let challenge = BearerChallenge {
            error: Some(BearerError::InsufficientScope),
            error_description: Some("a\", scope=\"all\\\r\nX: é".to_owned()),
            scope: Some(ScopeSet::empty()),
            resource_metadata: "https://h.example/".to_owned(),
        };
        assert_eq!(
            challenge.to_string(),
            r#"Bearer error="insufficient_scope", error_description="a', scope='all'??X: ?", resource_metadata="https://h.example/""#
        );
    }

    #[test]
    fn basic_names_its_realm() {
        assert_eq!(basic("token"), r#"Basic realm="token", charset="UTF-8""#);
    }
}
