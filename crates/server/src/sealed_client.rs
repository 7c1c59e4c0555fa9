//! Client identifiers that are their own registration (RFC 7591 section A.5.2), so that registering
//! costs no row.
//!
//! Sealed and not only signed: the identifier stands in addresses and in logs, and a registration
//! may hold mail addresses and the hash of a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::{
    Client, ClientId, ClientKind, ClientState, StatelessRegistration, Timestamp,
};
use countersign_jose::seal::{DeterministicKey, MasterKey, SealError};

/// What the key is for; it never changes.
const PURPOSE: &str = "client id";

/// As of every generated identifier, so that nobody has to tell the two kinds apart.
const PREFIX: &str = "cli_";

/// The longest identifier. It is sent with every request of its client and is in every access token,
/// beside which an `Authorization` header has 8 KiB at most servers.
const MAX_LENGTH: usize = 1023;

/// Makes and reads sealed identifiers.
pub struct SealedClients(DeterministicKey);

impl SealedClients {
    /// Every server with this master key reads what another one made.
    pub fn new(master_key: &MasterKey) -> Result<Self, SealError> {
        master_key.deterministic_key(PURPOSE).map(Self)
    }

    /// The identifier that is this registration; `None` for one that is too long for it.
    pub fn seal(&self, registration: &StatelessRegistration) -> Option<ClientId> {
        let sealed = self.0.seal(&registration.encode()?).ok()?;
        let id = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(sealed));
        (id.len() <= MAX_LENGTH).then(|| ClientId::new(id))
    }

    /// The client that an identifier describes; `None` for every text that was not made here. When
    /// it registered is not known, so that for this server it does so `now`.
    pub fn open(&self, id: &ClientId, now: Timestamp) -> Option<Client> {
        let text = id.as_str();
        if text.len() > MAX_LENGTH {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let registration = StatelessRegistration::decode(&self.0.open(&sealed).ok()?)?;
        Some(Client {
            id: id.clone(),
            kind: ClientKind::Registered,
            metadata: registration.metadata,
            secret: registration.secret,
            created_at: now,
            last_used_at: None,
            state: ClientState::Active,
        })
    }
}

#[cfg(test)]
mod tests;
