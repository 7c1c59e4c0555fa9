//! `/register` (RFC 7591).

mod quota;

use std::net::IpAddr;

use countersign_domain::{
    Client, ClientId, ClientKind, ClientState, EventKind, Milliseconds, PlainClientSecret,
    StatelessRegistration,
};
use countersign_oauth::client_metadata::{
    ClientMetadata, RegistrationError as MetadataError, RegistrationPolicy,
};
use countersign_oauth::error::ErrorCode;
use countersign_oauth::scope::ScopeSet;
use countersign_storage::commands::{ClientRegistration, FindClient, RegisterClient};

pub(crate) use self::quota::RegistrationQuota;
use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// When to try again where unused registrations have to be forgotten first: the jobs run more often.
const UNTIL_SOME_ARE_FORGOTTEN: u64 = 60 * 60;

/// How a registration can be refused.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The operator turned registration off: there is no such endpoint.
    #[error("dynamic client registration is off")]
    Off,
    /// The metadata cannot be registered.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// Too many registrations, from this address or on the whole.
    #[error("too many registrations; try again in {retry_after_seconds} seconds")]
    TooMany {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl RegisterError {
    /// The OAuth error code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Metadata(error) => error.code(),
            Self::Off => ErrorCode::InvalidRequest,
            Self::TooMany { .. } | Self::Unavailable(_) => ErrorCode::TemporarilyUnavailable,
        }
    }
}

/// A client that has just been registered.
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, told this once.
    pub secret: Option<PlainClientSecret>,
}

impl AuthorizationServer {
    /// Registers a client from the JSON it sent.
    pub async fn register(
        &self,
        body: &[u8],
        address: IpAddr,
    ) -> Result<Registered, RegisterError> {
        let settings = self
            .settings()
            .registration
            .as_ref()
            .ok_or(RegisterError::Off)?;
        let catalogue = self.settings().catalogue();
        let policy = RegistrationPolicy::new(self.settings().redirect_uris.clone(), catalogue);
        let metadata = ClientMetadata::register(body, &policy)?;
        let now = self.now();
        self.registration_quota()
            .take(address, settings.per_address_per_hour, now)
            .map_err(|wait| RegisterError::TooMany {
                retry_after_seconds: seconds(wait),
            })?;
        let uses_secret = metadata.token_endpoint_auth_method.uses_secret();
        let secret = uses_secret.then(|| PlainClientSecret::generate(self.entropy()));
        let sealed = self.sealed_id(&metadata, secret.as_ref()).await?;
        let is_sealed = sealed.is_some();
        let client = Client {
            id: sealed.unwrap_or_else(|| ClientId::generate(self.entropy())),
            kind: ClientKind::Registered,
            metadata,
            secret: secret.as_ref().map(PlainClientSecret::hash),
            // Also of an identifier that was issued before, to somebody who registered the same: to
            // this one it is issued now (RFC 7591 section 3.2.1).
            created_at: now,
            last_used_at: None,
            state: ClientState::Active,
        };
        if is_sealed {
            // No entry in the flight recorder before somebody consents: it would be a row.
            let name = client.display_name();
            tracing::info!(
                event = EventKind::ClientRegistered.as_str(),
                client.id = client.id.as_str(),
                "registered as {name:?}"
            );
        } else {
            self.register_in_store(&client, settings.never_used_limit)
                .await?;
        }
        Ok(Registered { client, secret })
    }

    /// The identifier that is this registration, unless it is too long to be one.
    ///
    /// One that the operator revoked stays revoked; whoever registers the same again gets the next
    /// edition, as they would get another row, and needs a person's consent as any other.
    async fn sealed_id(
        &self,
        metadata: &ClientMetadata,
        secret: Option<&PlainClientSecret>,
    ) -> Result<Option<ClientId>, Unavailable> {
        let mut metadata = metadata.clone();
        if metadata.scope == self.settings().catalogue() {
            // No scope stands for every scope, also those that are added later: the identifier gets
            // shorter, and outlives the catalogue of the day.
            metadata.scope = ScopeSet::empty();
        }
        let mut registration = StatelessRegistration {
            metadata,
            secret: secret.map(PlainClientSecret::hash),
            edition: 0,
        };
        while let Some(id) = self.sealed_clients().seal(&registration) {
            let known = self.store().read(FindClient { id: id.clone() }).await?;
            if known.is_none_or(|client| client.is_active()) {
                return Ok(Some(id));
            }
            registration.edition += 1;
        }
        Ok(None)
    }

    async fn register_in_store(
        &self,
        client: &Client,
        never_used_limit: u32,
    ) -> Result<(), RegisterError> {
        let register = RegisterClient {
            client: client.clone(),
            unused_cap: i64::from(never_used_limit),
        };
        match self
            .store()
            .execute(register)
            .await
            .map_err(Unavailable::from)?
        {
            ClientRegistration::Registered => {
                self.record_registration(client).await;
                Ok(())
            }
            ClientRegistration::TooMany => Err(RegisterError::TooMany {
                retry_after_seconds: UNTIL_SOME_ARE_FORGOTTEN,
            }),
        }
    }

    /// Notes a registration at the moment at which it becomes a row.
    pub(crate) async fn record_registration(&self, client: &Client) {
        let name = client.display_name();
        let subject = Subject {
            client: Some(&client.id),
            ..Subject::default()
        };
        let detail = format!("registered as {name:?}");
        self.record(EventKind::ClientRegistered, subject, &detail)
            .await;
    }
}

fn seconds(milliseconds: Milliseconds) -> u64 {
    u64::try_from(milliseconds)
        .unwrap_or(0)
        .div_ceil(1000)
        .max(1)
}
