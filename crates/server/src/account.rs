//! `/account`: the person sees the apps they connected, and disconnects them.

use countersign_domain::{Client, EndReason, EventKind, Grant, GrantId, User};
use countersign_storage::commands::{EndGrant, GrantEnd, ListGrants, UserOrClient};

use crate::AuthorizationServer;
use crate::refusal::Unavailable;
use crate::server::Subject;

/// Connected apps on one page. More are reached by disconnecting these first, which nobody does:
/// the limit bounds the query.
const CONNECTED_APPS: i64 = 200;

/// An app that a person connected.
#[derive(Debug)]
pub struct ConnectedApp {
    /// The grant.
    pub grant: Grant,
    /// The client; `None` when it has been forgotten.
    pub client: Option<Client>,
}

impl AuthorizationServer {
    /// The apps that a person connected, newest first.
    pub async fn connected_apps(&self, user: &User) -> Result<Vec<ConnectedApp>, Unavailable> {
        let list = ListGrants {
            whom: UserOrClient::User(user.id),
            after: None,
            limit: CONNECTED_APPS,
            now: self.now(),
        };
        let mut apps = Vec::new();
        for grant in self.store().read(list).await? {
            let client = self.remembered_client(&grant.client_id).await?;
            apps.push(ConnectedApp { grant, client });
        }
        apps.reverse();
        Ok(apps)
    }

    /// Disconnects an app of this person. Another person's grant, or one that is over, is left as
    /// it is; the answer is the same.
    pub async fn disconnect(&self, user: &User, grant_id: GrantId) -> Result<(), Unavailable> {
        let end = EndGrant {
            id: grant_id,
            of: Some(user.id),
            reason: EndReason::Disconnected,
            now: self.now(),
        };
        if let GrantEnd::Ended(grant) = self.store().execute(end).await? {
            let subject = Subject {
                client: Some(&grant.client_id),
                user: Some(user.id),
                grant: Some(grant.id),
            };
            self.record(
                EventKind::GrantEnded,
                subject,
                EndReason::Disconnected.as_str(),
            )
            .await;
        }
        Ok(())
    }
}
