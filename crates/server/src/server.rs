//! The authorization server as one value.

use std::sync::Arc;

use countersign_domain::{
    ClientId, Clock, Entropy, Event, EventId, EventKind, GrantId, Timestamp, UserId,
};
use countersign_egress::Egress;
use countersign_identity::local::{LocalAccounts, Passkeys};
use countersign_identity::privy::Privy;
use countersign_storage::Store;
use countersign_storage::commands::{LoadSigningKeys, RecordEvent};

use crate::access::VerifiedTokens;
use crate::clients::{ClientKeys, DocumentClients};
use crate::keys::KeyRing;
use crate::register::RegistrationQuota;
use crate::sealed_client::SealedClients;
use crate::settings::Settings;
use crate::upstream::{PersonChecks, Turns, Vault};

/// What the authorization server is made of; the binary and the tests fill it in.
pub struct Parts {
    /// What the operator decided.
    pub settings: Settings,
    /// Where state lives.
    pub store: Store,
    /// What signs.
    pub keys: KeyRing,
    /// What makes client identifiers that need no row.
    pub sealed_clients: SealedClients,
    /// Who can sign in with a password.
    pub accounts: LocalAccounts,
    /// Who can sign in with a passkey.
    pub passkeys: Passkeys,
    /// Which login people sign in with.
    pub login: Login,
    /// What seals the sessions that people have there.
    pub vault: Vault,
    /// The way to what clients say of themselves.
    pub egress: Egress,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where secrets come from.
    pub entropy: Arc<dyn Entropy>,
}

/// The login that knows the people.
pub enum Login {
    /// Accounts of this server.
    Local,
    /// The product's own, at Privy.
    Privy(Privy),
}

/// The authorization server. Cheap to clone; every clone is the same server.
#[derive(Clone)]
pub struct AuthorizationServer {
    parts: Arc<Parts>,
    verified: Arc<VerifiedTokens>,
    document_clients: Arc<DocumentClients>,
    client_keys: Arc<ClientKeys>,
    registration_quota: Arc<RegistrationQuota>,
    turns: Arc<Turns>,
    person_checks: Arc<PersonChecks>,
}

impl AuthorizationServer {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let documents = || (parts.egress.clone(), Arc::clone(&parts.clock));
        let (egress, clock) = documents();
        let document_clients = DocumentClients::new(&parts.settings, egress, clock);
        let (egress, clock) = documents();
        Self {
            document_clients: Arc::new(document_clients),
            client_keys: Arc::new(ClientKeys::new(egress, clock)),
            verified: Arc::new(VerifiedTokens::new()),
            parts: Arc::new(parts),
            registration_quota: Arc::new(RegistrationQuota::new()),
            turns: Arc::default(),
            person_checks: Arc::default(),
        }
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// Where state lives.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// What signs.
    pub fn keys(&self) -> &KeyRing {
        &self.parts.keys
    }

    /// Who can sign in with a password.
    pub fn accounts(&self) -> &LocalAccounts {
        &self.parts.accounts
    }

    /// Who can sign in with a passkey.
    pub fn passkeys(&self) -> &Passkeys {
        &self.parts.passkeys
    }

    /// The product's login at Privy, where people sign in with it.
    pub fn privy(&self) -> Option<&Privy> {
        match &self.parts.login {
            Login::Local => None,
            Login::Privy(privy) => Some(privy),
        }
    }

    /// Whether people can sign in with a passkey here, and add one.
    pub fn offers_passkeys(&self) -> bool {
        self.privy().is_none() && self.passkeys().available()
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Whether the store answers, so that requests can be sent here.
    pub async fn is_ready(&self) -> bool {
        self.store().read(LoadSigningKeys).await.is_ok()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.parts.entropy
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.parts.vault
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(crate) fn person_checks(&self) -> &PersonChecks {
        &self.person_checks
    }

    pub(crate) fn document_clients(&self) -> &DocumentClients {
        &self.document_clients
    }

    pub(crate) fn sealed_clients(&self) -> &SealedClients {
        &self.parts.sealed_clients
    }

    pub(crate) fn registration_quota(&self) -> &RegistrationQuota {
        &self.registration_quota
    }

    pub(crate) fn client_keys(&self) -> &ClientKeys {
        &self.client_keys
    }

    pub(crate) fn verified(&self) -> &VerifiedTokens {
        &self.verified
    }

    /// Notes in the flight recorder what happened. Best effort: what it notes has happened, and
    /// must not be undone because the note cannot be written.
    pub(crate) async fn record(&self, kind: EventKind, subject: Subject<'_>, detail: &str) {
        let now = self.now();
        let event = Event {
            id: EventId::generate(now, self.entropy()),
            at: now,
            kind,
            client_id: subject.client.cloned(),
            user_id: subject.user,
            grant_id: subject.grant,
            detail: detail.to_owned(),
        };
        tracing::info!(
            event = kind.as_str(),
            client.id = subject.client.map(ClientId::as_str),
            user.id = subject.user.map(tracing::field::display),
            grant.id = subject.grant.map(tracing::field::display),
            "{detail}"
        );
        if let Err(fault) = self.store().execute(RecordEvent { event }).await {
            tracing::warn!(error = %fault, "the flight recorder could not be written");
        }
    }
}

/// Whom an event concerns.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) client: Option<&'a ClientId>,
    pub(crate) user: Option<UserId>,
    pub(crate) grant: Option<GrantId>,
}
