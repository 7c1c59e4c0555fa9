//! The challenges of this resource, ready to be sent (RFC 6750 section 3, RFC 9728 section 5.1).

use countersign_oauth::scope::{OFFLINE_ACCESS, ScopeSet};
use countersign_oauth::www_authenticate::{BearerChallenge, BearerError};
use http::HeaderValue;

use crate::McpConfig;

/// Writes `WWW-Authenticate` for one resource.
#[derive(Debug)]
pub(crate) struct Challenges {
    template: BearerChallenge,
    /// The first answer every client gets, written once.
    unauthenticated: HeaderValue,
}

impl Challenges {
    pub(crate) fn new(config: &McpConfig) -> Self {
        let template = BearerChallenge {
            error: None,
            error_description: None,
            scope: Some(config.challenge_scope.clone()),
            resource_metadata: config.resource_metadata.clone(),
        };
        Self {
            unauthenticated: header(&template),
            template,
        }
    }

    /// For a request without credentials: no error, as nothing went wrong yet.
    pub(crate) fn unauthenticated(&self) -> HeaderValue {
        self.unauthenticated.clone()
    }

    /// For a request whose credentials are no good.
    pub(crate) fn error(&self, error: BearerError, description: &str) -> HeaderValue {
        header(&BearerChallenge {
            error: Some(error),
            error_description: Some(description.to_owned()),
            ..self.template.clone()
        })
    }

    /// For a call by nobody, told in its result: ChatGPT wants an error where RFC 6750 section 3.1
    /// wants none.
    pub(crate) fn sign_in(&self, description: &str) -> HeaderValue {
        self.error(BearerError::InsufficientScope, description)
    }

    /// For a token that is good and needs a new sign-in all the same. Asks for what every client
    /// is asked for and for what this one has, so that it signs in once.
    pub(crate) fn sign_in_again(&self, granted: &ScopeSet, description: &str) -> HeaderValue {
        let usual = self.template.scope.clone().unwrap_or_default();
        self.with_scope(
            BearerError::InvalidToken,
            description,
            granted.union(&usual),
        )
    }

    /// For a token that lacks scope. Names every scope of the operation and those that the token
    /// has, so that a client which asks for exactly this loses nothing and is asked once
    /// (clients.md F77).
    pub(crate) fn insufficient_scope(
        &self,
        granted: &ScopeSet,
        required: &ScopeSet,
        description: &str,
    ) -> HeaderValue {
        let scope = granted.union(required);
        self.with_scope(BearerError::InsufficientScope, description, scope)
    }

    fn with_scope(&self, error: BearerError, description: &str, scope: ScopeSet) -> HeaderValue {
        // `offline_access` is between client and authorization server and stays out of challenges.
        let scope = scope
            .into_iter()
            .filter(|scope| scope.as_str() != OFFLINE_ACCESS)
            .collect();
        header(&BearerChallenge {
            error: Some(error),
            error_description: Some(description.to_owned()),
            scope: Some(scope),
            ..self.template.clone()
        })
    }
}

/// A challenge is printable ASCII by its own contract; the fallback only keeps a mistake there
/// from taking a request down.
fn header(challenge: &BearerChallenge) -> HeaderValue {
    HeaderValue::try_from(challenge.to_string())
        .unwrap_or_else(|_| HeaderValue::from_static("Bearer"))
}
