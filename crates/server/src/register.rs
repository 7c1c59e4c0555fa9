//! `/register` (RFC 7591).

use std::net::IpAddr;

use countersign_domain::{Client, ClientId, ClientKind, ClientState, EventKind, PlainClientSecret};
use countersign_oauth::client_metadata::{
    ClientMetadata, RegistrationError as MetadataError, RegistrationPolicy,
};
use countersign_oauth::error::ErrorCode;
use countersign_storage::commands::{ClientRegistration, RateToken, RegisterClient, TakeRateToken};

use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// One hour, in milliseconds.
const HOUR: u32 = 3_600_000;

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
        let take = TakeRateToken {
            key: format!("register {}", prefix(address)),
            capacity: i64::from(settings.per_address_per_hour),
            refill: i64::from(HOUR / settings.per_address_per_hour.max(1)),
            now,
        };
        if let RateToken::RetryAfter(milliseconds) = self
            .store()
            .execute(take)
            .await
            .map_err(Unavailable::from)?
        {
            return Err(RegisterError::TooMany {
                retry_after_seconds: seconds(milliseconds),
            });
        }
        let uses_secret = metadata.token_endpoint_auth_method.uses_secret();
        let secret = uses_secret.then(|| PlainClientSecret::generate(self.entropy()));
        let client = Client {
            id: ClientId::generate(self.entropy()),
            kind: ClientKind::Registered,
            metadata,
            secret: secret.as_ref().map(PlainClientSecret::hash),
            created_at: now,
            last_used_at: None,
            state: ClientState::Active,
        };
        let register = RegisterClient {
            client: client.clone(),
            unused_cap: i64::from(settings.never_used_limit),
        };
        match self
            .store()
            .execute(register)
            .await
            .map_err(Unavailable::from)?
        {
            ClientRegistration::Registered => {}
            ClientRegistration::TooMany => {
                return Err(RegisterError::TooMany {
                    retry_after_seconds: u64::from(HOUR) / 1000,
                });
            }
        }
        let name = client.display_name();
        let subject = Subject {
            client: Some(&client.id),
            ..Subject::default()
        };
        self.record(
            EventKind::ClientRegistered,
            subject,
            &format!("registered as {name:?}"),
        )
        .await;
        Ok(Registered { client, secret })
    }
}

/// What counts as one address: a household or a machine owns a whole IPv6 /64.
fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", std::net::Ipv6Addr::from(network))
        }
    }
}

fn seconds(milliseconds: i64) -> u64 {
    u64::try_from(milliseconds)
        .unwrap_or(0)
        .div_ceil(1000)
        .max(1)
}
