//! Clients: who may ask for a grant.

mod stateless;

use countersign_oauth::client_metadata::ClientMetadata;
use countersign_oauth::redirect_uri::RedirectUri;

pub use self::stateless::StatelessRegistration;
use crate::{ClientId, Hashed, PlainClientSecret, Timestamp};

/// How a client came to be known (RFC 7591 section 1, and client id metadata documents).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// Named in the operator's configuration; the only kind whose name the operator vouches for.
    Configured,
    /// Registered itself at `/register` (RFC 7591): its name is a claim.
    Registered,
    /// Described by a document at its own `client_id` URL; the URL's host is verified.
    Document(DocumentCopy),
}

/// Which copy of its client id metadata document describes a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentCopy {
    /// As its URL serves it, within the time that its host lets it be kept.
    Live,
    /// The last good one, because the URL cannot be fetched.
    LastGood,
    /// The one that this program brings along, because the URL cannot be fetched.
    Pinned,
}

impl ClientKind {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Registered => "registered",
            Self::Document(_) => "document",
        }
    }

    /// From the stored form. A stored document is a copy by its nature.
    pub fn from_stored(text: &str) -> Option<Self> {
        let document = Self::Document(DocumentCopy::LastGood);
        [Self::Configured, Self::Registered, document]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Whether a client may still ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// May ask for grants.
    Active,
    /// Revoked by the operator; its grants ended with it.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// A client (RFC 6749 section 2) and what it registered.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// How it came to be known.
    pub kind: ClientKind,
    /// What it registered (RFC 7591 section 2).
    pub metadata: ClientMetadata,
    /// Hash of its secret; `None` for a public client.
    pub secret: Option<Hashed<PlainClientSecret>>,
    /// When it registered; of a document, when this copy was fetched.
    pub created_at: Timestamp,
    /// When a code or token was last issued to it; `None` until the first.
    pub last_used_at: Option<Timestamp>,
    /// Whether it may still ask.
    pub state: ClientState,
}

impl Client {
    /// The redirect URI that `presented` names, or `None` when this client registered none that
    /// matches (RFC 6749 section 3.1.2.3; loopback ports: RFC 8252 section 7.3).
    pub fn redirect_uri(&self, presented: &str) -> Option<RedirectUri> {
        self.metadata
            .redirect_uris
            .iter()
            .find_map(|registered| registered.presented(presented))
    }

    /// What a person calls it: the name it registered, made safe to show, or else the host it
    /// returns to, or else its identifier.
    pub fn display_name(&self) -> String {
        self.metadata.display_name().unwrap_or_else(|| {
            let host = self
                .metadata
                .redirect_uris
                .iter()
                .find_map(RedirectUri::host);
            host.unwrap_or(self.id.as_str()).to_owned()
        })
    }

    /// Whether it may still ask.
    pub fn is_active(&self) -> bool {
        self.state == ClientState::Active
    }
}
