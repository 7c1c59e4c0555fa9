//! Passkeys (WebAuthn level 3): signing in without a user name and a password.
//!
//! User verification is required throughout, so that a passkey is two factors, and credentials
//! are discoverable, so that nobody has to type a name first. What the server must remember between
//! its challenge and the answer stays here, is taken once, and expires.

mod authentication;
mod passkey_id;
mod registration;

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{Clock, Entropy, PlainPasskeyCeremony, Timestamp, UserId};
use countersign_storage::commands::{
    ListPasskeys, Passkey, RemovePasskey, StartCeremony, TakeCeremony,
};
use countersign_storage::{StorageError, Store};
use serde::{Deserialize, Serialize};
use url::Url;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};

pub use self::passkey_id::{InvalidPasskeyId, PasskeyId};
use super::rate_limit::RetryAfter;

/// How long a person may take; the least that WebAuthn section 15.1 recommends with user
/// verification.
const CEREMONY_TTL: Duration = Duration::from_mins(5);

/// Passkeys that one person may have.
const PASSKEYS_PER_USER: i64 = 32;

/// Why a passkey was not registered, or nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The public address is an IP address, and passkeys belong to a domain (WebAuthn section
    /// 5.1.3).
    #[error("this server's address cannot have passkeys")]
    NotAvailable,
    /// The ceremony was finished before, took too long, or never began.
    #[error("the passkey request has expired")]
    Expired,
    /// The authenticator's answer was not accepted. One answer for an unknown passkey, a wrong
    /// signature, a signature counter that went back (a copied authenticator) and a disabled
    /// account.
    #[error("the passkey was not accepted")]
    Rejected,
    /// The passkey is registered already.
    #[error("the passkey is already registered")]
    AlreadyRegistered,
    /// The person has as many passkeys as allowed.
    #[error("no more than {PASSKEYS_PER_USER} passkeys")]
    TooMany,
    /// Too many ceremonies were begun from this address.
    #[error("too many passkey requests")]
    TooManyAttempts {
        /// When the next one can begin, in seconds from now; at least 1.
        retry_after_seconds: u64,
    },
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] StorageError),
}

impl From<RetryAfter> for PasskeyError {
    fn from(wait: RetryAfter) -> Self {
        Self::TooManyAttempts {
            retry_after_seconds: wait.seconds(),
        }
    }
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct RegisteredPasskey {
    /// Names it for [`Passkeys::remove`].
    pub id: PasskeyId,
    /// What the person calls it.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed its owner in.
    pub last_used_at: Option<Timestamp>,
}

impl From<Passkey> for RegisteredPasskey {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: PasskeyId::new(passkey.credential_id),
            name: passkey.name,
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
        }
    }
}

/// What the server remembers between challenge and answer. A ceremony of one kind cannot be
/// finished as the other, nor one person's registration by another person.
#[derive(Serialize, Deserialize)]
enum Ceremony {
    Registration {
        user_id: UserId,
        state: PasskeyRegistration,
    },
    Authentication {
        state: DiscoverableAuthentication,
    },
}

/// The passkeys of this server. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Passkeys {
    /// `None` where the public address cannot have passkeys.
    relying_party: Option<Arc<Webauthn>>,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Passkeys {
    /// Passkeys that belong to the host of `public_url`; authenticators may show `name` as whose
    /// they are.
    pub fn new(
        public_url: &Url,
        name: &str,
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let relying_party = public_url.domain().and_then(|domain| {
            let builder = WebauthnBuilder::new(domain, public_url).ok()?;
            builder.rp_name(name).timeout(CEREMONY_TTL).build().ok()
        });
        Self {
            relying_party: relying_party.map(Arc::new),
            store,
            clock,
            entropy,
        }
    }

    /// Whether there can be passkeys here; if not, every ceremony answers
    /// [`PasskeyError::NotAvailable`].
    pub fn available(&self) -> bool {
        self.relying_party.is_some()
    }

    /// A person's passkeys, oldest first.
    pub async fn list(&self, user_id: UserId) -> Result<Vec<RegisteredPasskey>, StorageError> {
        let passkeys = self.store.read(ListPasskeys { user_id }).await?;
        Ok(passkeys.into_iter().map(RegisteredPasskey::from).collect())
    }

    /// Removes a passkey of this person. Answers whether the person had it.
    pub async fn remove(&self, user_id: UserId, id: PasskeyId) -> Result<bool, StorageError> {
        self.store
            .execute(RemovePasskey {
                credential_id: id.into_bytes(),
                user_id,
            })
            .await
    }

    fn relying_party(&self) -> Result<&Webauthn, PasskeyError> {
        self.relying_party
            .as_deref()
            .ok_or(PasskeyError::NotAvailable)
    }

    async fn remember(&self, ceremony: &Ceremony) -> Result<PlainPasskeyCeremony, PasskeyError> {
        let handle = PlainPasskeyCeremony::generate(&*self.entropy);
        let start = StartCeremony {
            handle: handle.hash(),
            state: json(ceremony)?,
            expires_at: self
                .clock
                .now()
                .plus(i64::try_from(CEREMONY_TTL.as_millis()).unwrap_or(i64::MAX)),
        };
        self.store.execute(start).await?;
        Ok(handle)
    }

    async fn recall(&self, handle: &str) -> Result<Ceremony, PasskeyError> {
        let handle = PlainPasskeyCeremony::parse(handle).ok_or(PasskeyError::Expired)?;
        let take = TakeCeremony {
            handle: handle.hash(),
            now: self.clock.now(),
        };
        let state = self
            .store
            .execute(take)
            .await?
            .ok_or(PasskeyError::Expired)?;
        // Only an upgrade during a ceremony can leave a state that does not read.
        serde_json::from_str(&state).map_err(|_| PasskeyError::Expired)
    }
}

/// The library's reason is for the operator's log; the person cannot do anything about it.
fn rejected(error: &WebauthnError) -> PasskeyError {
    tracing::info!(%error, "a passkey was not accepted");
    PasskeyError::Rejected
}

fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> StorageError {
    StorageError::Backend(format!(
        "a passkey ceremony cannot be written as JSON: {error}"
    ))
}
