//! Token exchange (RFC 8693), read from its parameters: one token for another.
//!
//! One form of it: an access token of this server for one that the product's own API accepts.

use std::fmt;

use crate::params::{DuplicateParameter, Params};

/// `grant_type` of a token exchange (RFC 8693 §2.1).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The type of every token here: presented, asked for and issued (RFC 8693 §3).
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A well-formed exchange request. Whether the client may exchange, and whether the token is good,
/// is for the caller to find out. `Debug` does not show the token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenExchangeRequest {
    /// The access token that is given.
    pub subject_token: String,
    /// The values of `audience` and `resource`: where the new token is to be used. None means the
    /// product's API.
    pub targets: Vec<String>,
}

impl fmt::Debug for TokenExchangeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchangeRequest")
            .field("targets", &self.targets)
            .finish_non_exhaustive()
    }
}

/// Which rule an exchange request breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenExchangeError {
    /// A parameter that stands once was sent twice (RFC 6749 §3.2).
    #[error(transparent)]
    Duplicate(#[from] DuplicateParameter),
    /// A required parameter is missing; holds its name.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Another kind of token is given.
    #[error("subject_token_type must be `{ACCESS_TOKEN_TYPE}`")]
    SubjectTokenType,
    /// Another kind of token is wanted.
    #[error("requested_token_type must be `{ACCESS_TOKEN_TYPE}`, or absent")]
    RequestedTokenType,
    /// Somebody would act for the person (RFC 8693 §2.1). Who does is the client, which
    /// authenticates itself.
    #[error("actor_token is not supported; the client itself is the actor")]
    ActorToken,
}

impl TokenExchangeRequest {
    /// Reads the request from the parameters of the body.
    pub fn parse(params: &Params) -> Result<Self, TokenExchangeError> {
        if let Some(name) = params.first_duplicate(&["audience", "resource"]) {
            return Err(DuplicateParameter(name.to_owned()).into());
        }
        let required = |name| params.get(name)?.ok_or(TokenExchangeError::Missing(name));
        let subject_token = required("subject_token")?.to_owned();
        if required("subject_token_type")? != ACCESS_TOKEN_TYPE {
            return Err(TokenExchangeError::SubjectTokenType);
        }
        if params
            .get("requested_token_type")?
            .is_some_and(|wanted| wanted != ACCESS_TOKEN_TYPE)
        {
            return Err(TokenExchangeError::RequestedTokenType);
        }
        if params.get("actor_token")?.is_some() || params.get("actor_token_type")?.is_some() {
            return Err(TokenExchangeError::ActorToken);
        }
        let targets = ["audience", "resource"]
            .into_iter()
            .flat_map(|name| params.all(name))
            .map(str::to_owned)
            .collect();
        Ok(Self {
            subject_token,
            targets,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token";

    fn parse(body: &str) -> Result<TokenExchangeRequest, TokenExchangeError> {
        TokenExchangeRequest::parse(&Params::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn reads_an_exchange_with_its_targets() {
        let body = format!(
            "subject_token=at&subject_token_type={TYPE}&requested_token_type={TYPE}\
             &audience=a&audience=b&resource=https%3A%2F%2Fapi.example"
        );
        let request = parse(&body).unwrap();
        assert_eq!(request.subject_token, "at");
        assert_eq!(request.targets, ["a", "b", "https://api.example"]);
    }

    #[test]
    fn refuses_what_is_missing_or_twice() {
        assert_eq!(
            parse(&format!("subject_token_type={TYPE}")),
            Err(TokenExchangeError::Missing("subject_token"))
        );
        assert_eq!(
            parse("subject_token=at"),
            Err(TokenExchangeError::Missing("subject_token_type"))
        );
        let twice = format!("subject_token=at&subject_token=at&subject_token_type={TYPE}");
        assert!(matches!(
            parse(&twice),
            Err(TokenExchangeError::Duplicate(_))
        ));
    }

    #[test]
    fn refuses_other_kinds_of_tokens_and_actors() {
        let id_token = "urn:ietf:params:oauth:token-type:id_token";
        assert_eq!(
            parse(&format!("subject_token=at&subject_token_type={id_token}")),
            Err(TokenExchangeError::SubjectTokenType)
        );
        let good = format!("subject_token=at&subject_token_type={TYPE}");
        assert_eq!(
            parse(&format!("{good}&requested_token_type={id_token}")),
            Err(TokenExchangeError::RequestedTokenType)
        );
        assert_eq!(
            parse(&format!("{good}&actor_token=x&actor_token_type={TYPE}")),
            Err(TokenExchangeError::ActorToken)
        );
    }

    #[test]
    fn debug_shows_no_token() {
        let request = parse(&format!("subject_token=s3cret&subject_token_type={TYPE}"));
        assert!(!format!("{request:?}").contains("s3cret"));
    }
}
