//! `private_key_jwt`: a client that holds a private key (RFC 7523 section 2.2).

use countersign_domain::{Client, ClientAssertion as UsedAssertion, ClientId, Timestamp};
use countersign_jose::client_assertion::{
    ASSERTION_TYPE, ClientAssertion, ClientAssertionError, Expected, VerifiedAssertion,
};
use countersign_jose::jwk::JwkSet;
use countersign_oauth::client_metadata::TokenEndpointAuthMethod;
use countersign_storage::commands::{AssertionUse, UseAssertion};

use crate::AuthorizationServer;
use crate::client_authentication::ClientAuthenticationError;
use crate::clients::KeysError;
use crate::refusal::Unavailable;

/// Clock difference to a client that is forgiven.
const LEEWAY_SECONDS: i64 = 30;

/// Why an assertion is not believed. The client hears `invalid_client` and the reason, which it
/// could have computed itself.
#[derive(Debug, thiserror::Error)]
pub enum AssertionError {
    /// Another kind of assertion.
    #[error("client_assertion_type must be {ASSERTION_TYPE}")]
    Type,
    /// `client_id` beside an assertion is somebody else's (RFC 7521 section 4.2).
    #[error("client_id differs from the assertion's subject")]
    ClientIdMismatch,
    /// The assertion breaks a rule.
    #[error(transparent)]
    Invalid(#[from] ClientAssertionError),
    /// There is nothing to verify it with.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// It was used before.
    #[error("the assertion was used before; make one for each request")]
    Replayed,
}

impl AuthorizationServer {
    /// The client that presents this assertion.
    pub(crate) async fn authenticate_by_assertion(
        &self,
        client_id: Option<&str>,
        assertion_type: &str,
        assertion: &str,
    ) -> Result<Client, ClientAuthenticationError> {
        if assertion_type != ASSERTION_TYPE {
            return Err(AssertionError::Type.into());
        }
        let assertion = ClientAssertion::read(assertion).map_err(AssertionError::from)?;
        let claimed = assertion.claimed_client().map_err(AssertionError::from)?;
        if client_id.is_some_and(|id| id != claimed) {
            return Err(AssertionError::ClientIdMismatch.into());
        }
        let client = self
            .recall_client(&ClientId::new(claimed))
            .await?
            .ok_or(ClientAuthenticationError::UnknownClient { basic: false })?;
        let method = TokenEndpointAuthMethod::PrivateKeyJwt;
        if !client.metadata.authenticates_with(method) {
            return Err(ClientAuthenticationError::WrongMethod { basic: false });
        }
        let verified = self.verify_assertion(&assertion, &client).await?;
        self.use_assertion(&client, &verified).await?;
        Ok(client)
    }

    async fn verify_assertion(
        &self,
        assertion: &ClientAssertion<'_>,
        client: &Client,
    ) -> Result<VerifiedAssertion, ClientAuthenticationError> {
        let issuer = self.settings().issuer.as_str();
        let token_endpoint = format!("{issuer}/token");
        let expected = Expected {
            client_id: client.id.as_str(),
            audiences: &[issuer, &token_endpoint],
            now_seconds: self.now().as_seconds(),
            leeway_seconds: LEEWAY_SECONDS,
        };
        let verify = |keys: &JwkSet| assertion.verify(keys, &expected);
        let keys = self.client_keys();
        let known = keys.of(&client.metadata).await.map_err(no_keys)?;
        match verify(&known) {
            // Its keys may have rotated since they were fetched.
            Err(ClientAssertionError::UnknownKey) => {
                match keys.afresh(&client.metadata).await.map_err(no_keys)? {
                    Some(fresh) => Ok(verify(&fresh).map_err(AssertionError::from)?),
                    None => Err(AssertionError::Invalid(ClientAssertionError::UnknownKey).into()),
                }
            }
            outcome => Ok(outcome.map_err(AssertionError::from)?),
        }
    }

    /// An assertion counts once, on whichever replica: who overhears one cannot use it.
    async fn use_assertion(
        &self,
        client: &Client,
        assertion: &VerifiedAssertion,
    ) -> Result<(), ClientAuthenticationError> {
        let acceptable_until = assertion.exp.saturating_add(LEEWAY_SECONDS);
        let command = UseAssertion {
            hash: UsedAssertion::hash(&client.id, &assertion.jti),
            expires_at: Timestamp::from_millis(acceptable_until.saturating_mul(1000)),
        };
        match self
            .store()
            .execute(command)
            .await
            .map_err(Unavailable::from)?
        {
            AssertionUse::First => Ok(()),
            AssertionUse::Replayed => Err(AssertionError::Replayed.into()),
        }
    }
}

/// Keys that cannot be had for a moment are nobody's fault: 503, and the client keeps its grant.
fn no_keys(error: KeysError) -> ClientAuthenticationError {
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::warn!(cause, "a client's assertion cannot be verified: {error}");
    if error.is_transient() {
        Unavailable.into()
    } else {
        AssertionError::Keys(error).into()
    }
}
