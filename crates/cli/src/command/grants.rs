//! `countersign grants`.

use std::path::Path;

use clap::Subcommand;
use countersign_domain::{ClientId, Clock as _, EndReason, GrantId, SystemClock, UserId};
use countersign_storage::Store;
use countersign_storage::commands::{EndGrant, FindUser, GrantEnd, ListGrants, UserOrClient};
use serde::Serialize;

use super::table::{Table, moment, print_json};
use super::{open, say};

/// Rows read in one go.
const PAGE: i64 = 500;

/// List and revoke what people granted to clients.
#[derive(Debug, Subcommand)]
pub(super) enum Grants {
    /// List live grants: who connected what, with which scope.
    List {
        /// Only those of this client.
        #[arg(long, value_name = "CLIENT_ID")]
        client: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// End a grant and everything issued from it, within a second.
    Revoke {
        /// The grant (`grt_…`, see `grants list`).
        grant: GrantId,
    },
}

#[derive(Serialize)]
struct Listed {
    id: GrantId,
    user_id: UserId,
    user: String,
    client_id: ClientId,
    scope: String,
    resource: String,
    created_at: String,
    last_used_at: String,
}

pub(super) async fn run(path: Option<&Path>, command: Grants) -> anyhow::Result<()> {
    let (_, store) = open(path).await?;
    match command {
        Grants::List { client, json } => {
            let listed = list(&store, client).await?;
            if json {
                return print_json(&listed);
            }
            let mut table =
                Table::new(&["GRANT", "USER", "CLIENT", "SCOPE", "CREATED", "LAST USED"]);
            for grant in listed {
                table.row(vec![
                    grant.id.to_string(),
                    grant.user,
                    grant.client_id.to_string(),
                    grant.scope,
                    grant.created_at,
                    grant.last_used_at,
                ]);
            }
            table.print("no live grants");
        }
        Grants::Revoke { grant } => {
            let end = EndGrant {
                id: grant,
                of: None,
                reason: EndReason::RevokedByOperator,
                now: SystemClock.now(),
            };
            match store.execute(end).await? {
                GrantEnd::Ended(_) => say(&format!("{grant} is revoked")),
                GrantEnd::Unknown => anyhow::bail!("there is no live grant {grant}"),
            }
        }
    }
    Ok(())
}

async fn list(store: &Store, client: Option<String>) -> anyhow::Result<Vec<Listed>> {
    let whom = match client {
        Some(id) => UserOrClient::Client(ClientId::new(id)),
        None => UserOrClient::All,
    };
    let mut listed: Vec<Listed> = Vec::new();
    loop {
        let list = ListGrants {
            whom: whom.clone(),
            after: listed.last().map(|grant| grant.id),
            limit: PAGE,
            now: SystemClock.now(),
        };
        let page = store.read(list).await?;
        let last = i64::try_from(page.len())? < PAGE;
        for grant in page {
            let user = store.read(FindUser::ById(grant.user_id)).await?;
            listed.push(Listed {
                id: grant.id,
                user_id: grant.user_id,
                user: user
                    .map(|user| user.username.to_string())
                    .unwrap_or_default(),
                client_id: grant.client_id,
                scope: grant.scope.to_string(),
                resource: grant.resource.as_str().to_owned(),
                created_at: moment(grant.created_at),
                last_used_at: moment(grant.last_used_at),
            });
        }
        if last {
            return Ok(listed);
        }
    }
}
