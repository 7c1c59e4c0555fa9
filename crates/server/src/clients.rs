//! Who a client is, by its identifier: named in the configuration, described by the document at
//! that URL, registered, or registered by being its own registration.

mod documents;
mod keys;
mod pinned;

pub(crate) use documents::DocumentClients;
pub(crate) use keys::ClientKeys;

use countersign_domain::{Client, ClientId, ClientKind};
use countersign_oauth::client_id_url::{ClientIdUrl, InvalidClientIdUrl};
use countersign_storage::commands::FindClient;

use self::documents::Need;
pub use self::documents::{DocumentFailure, InvalidDocument};
pub use self::keys::KeysError;
use crate::AuthorizationServer;
use crate::refusal::Unavailable;

/// Why it cannot be said who a client is. That nobody is known by an identifier is no error.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The identifier is meant to be the URL of a document and is none.
    #[error(transparent)]
    Url(#[from] InvalidClientIdUrl),
    /// The operator does not accept documents of this host.
    #[error("this server does not accept apps that {0} describes")]
    HostRefused(String),
    /// The document is not to be had, and no copy stands in.
    #[error(transparent)]
    Document(#[from] DocumentFailure),
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl ClientError {
    /// Whether the same request may succeed in a moment: 503, and the client keeps what it has.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Url(_) | Self::HostRefused(_) => false,
            Self::Document(failure) => failure.is_transient(),
            Self::Unavailable(_) => true,
        }
    }
}

impl AuthorizationServer {
    /// The client that asks for a grant: a document is as young as its host wants it to be. A
    /// revoked client is as good as unknown.
    pub async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, ClientError> {
        self.look_up(id, Need::Current).await
    }

    /// The client that uses a grant: whoever was let in stays in although its document's host is
    /// down, and refreshing does not wait for that host.
    pub(crate) async fn recall_client(&self, id: &ClientId) -> Result<Option<Client>, ClientError> {
        self.look_up(id, Need::Recent).await
    }

    /// The client as it is remembered here, revoked or not; nothing is fetched.
    pub(crate) async fn remembered_client(
        &self,
        id: &ClientId,
    ) -> Result<Option<Client>, Unavailable> {
        if let Some(client) = self.settings().configured_client(id) {
            return Ok(Some(client.clone()));
        }
        Ok(self.store().read(FindClient { id: id.clone() }).await?)
    }

    async fn look_up(&self, id: &ClientId, need: Need) -> Result<Option<Client>, ClientError> {
        let remembered = self.remembered_client(id).await?;
        match &remembered {
            Some(client) if !client.is_active() => return Ok(None),
            Some(client) if client.kind == ClientKind::Configured => return Ok(remembered),
            _ => {}
        }
        if !ClientIdUrl::is_meant(id.as_str()) {
            return Ok(remembered.or_else(|| self.sealed_client(id)));
        }
        let Some(settings) = &self.settings().client_documents else {
            return Ok(None);
        };
        let url = ClientIdUrl::parse(id.as_str())?;
        if !settings.accepts(url.host()) {
            return Err(ClientError::HostRefused(url.host().to_owned()));
        }
        let document = self
            .document_clients()
            .find(&url, remembered, need, self.now());
        Ok(Some(document.await?))
    }

    /// The client that its identifier describes. Only where there is no row, because what the operator
    /// revoked opens as well; and with registration off nobody new comes in by an identifier of before.
    fn sealed_client(&self, id: &ClientId) -> Option<Client> {
        self.settings().registration.as_ref()?;
        self.sealed_clients().open(id, self.now())
    }
}
