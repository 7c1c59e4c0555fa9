//! `countersign clients`.

use std::path::Path;

use clap::Subcommand;
use countersign_config::Config;
use countersign_domain::{Client, ClientId, ClientState, Clock as _, SystemClock};
use countersign_oauth::client_metadata::ClientMetadata;
use countersign_storage::Store;
use countersign_storage::commands::{
    ClientRevocation, FindClient, ListClients, RememberClient, RevokeClient,
};
use serde::Serialize;

use super::table::{Table, moment, print_json};
use super::{open, say};
use crate::assemble::sealed_clients;
use crate::settings::settings;

/// Rows read in one go.
const PAGE: i64 = 500;

/// List, show and revoke the clients that registered.
#[derive(Debug, Subcommand)]
pub(super) enum Clients {
    /// List the clients, those of the configuration first.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what a client registered.
    Show {
        /// Its client_id.
        client: String,
    },
    /// Revoke a client: it can ask for nothing more, and its grants end.
    Revoke {
        /// Its client_id.
        client: String,
    },
}

#[derive(Serialize)]
struct Listed {
    client_id: ClientId,
    name: String,
    kind: &'static str,
    state: &'static str,
    created_at: Option<String>,
    last_used_at: Option<String>,
    metadata: ClientMetadata,
}

impl From<Client> for Listed {
    fn from(client: Client) -> Self {
        // A client of the configuration has no moment of registration.
        let registered = client.created_at.as_millis() > 0;
        Self {
            name: client.display_name(),
            kind: client.kind.as_str(),
            state: match client.state {
                ClientState::Active => "active",
                ClientState::Revoked { .. } => "revoked",
            },
            created_at: registered.then(|| moment(client.created_at)),
            last_used_at: client.last_used_at.map(moment),
            client_id: client.id,
            metadata: client.metadata,
        }
    }
}

pub(super) async fn run(path: Option<&Path>, command: Clients) -> anyhow::Result<()> {
    let (config, store) = open(path).await?;
    match command {
        Clients::List { json } => {
            let listed = list(&config, &store).await?;
            if json {
                return print_json(&listed);
            }
            let mut table = Table::new(&[
                "CLIENT_ID",
                "NAME",
                "KIND",
                "STATE",
                "REGISTERED",
                "LAST USED",
            ]);
            for client in listed {
                table.row(vec![
                    client.client_id.to_string(),
                    client.name,
                    client.kind.to_owned(),
                    client.state.to_owned(),
                    client.created_at.unwrap_or_default(),
                    client.last_used_at.unwrap_or_default(),
                ]);
            }
            table.print("no clients yet");
        }
        Clients::Show { client } => {
            let id = ClientId::new(client);
            let mut found = settings(&config)?.configured_client(&id).cloned();
            if found.is_none() {
                found = store.read(FindClient { id: id.clone() }).await?;
            }
            if found.is_none() {
                found = sealed_clients(&config)?.open(&id, SystemClock.now());
            }
            let Some(client) = found else {
                anyhow::bail!("there is no client {id}")
            };
            print_json(&Listed::from(client))?;
        }
        Clients::Revoke { client } => revoke(&config, &store, ClientId::new(client)).await?,
    }
    Ok(())
}

async fn revoke(config: &Config, store: &Store, id: ClientId) -> anyhow::Result<()> {
    if settings(config)?.configured_client(&id).is_some() {
        anyhow::bail!("{id} is named in the configuration: remove it there and start again");
    }
    let now = SystemClock.now();
    // Nobody may have consented to it yet; only a row can say that it is revoked.
    if let Some(client) = sealed_clients(config)?.open(&id, now) {
        store.execute(RememberClient { client }).await?;
    }
    match store
        .execute(RevokeClient {
            id: id.clone(),
            now,
        })
        .await?
    {
        ClientRevocation::Revoked { .. } => {
            say(&format!("{id} is revoked, and its grants have ended"));
            Ok(())
        }
        ClientRevocation::AlreadyRevoked => anyhow::bail!("{id} was revoked before"),
        ClientRevocation::Unknown => anyhow::bail!("there is no client {id}"),
    }
}

async fn list(config: &Config, store: &Store) -> anyhow::Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = settings(config)?
        .clients
        .into_iter()
        .map(Listed::from)
        .collect();
    let mut after = None;
    loop {
        let page = store.read(ListClients { after, limit: PAGE }).await?;
        let full = i64::try_from(page.len())? == PAGE;
        after = page.last().map(|client| client.id.clone());
        listed.extend(page.into_iter().map(Listed::from));
        if !full {
            return Ok(listed);
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_config::MasterKey;
    use countersign_domain::StatelessRegistration;

    use super::*;

    /// What names no row has to be revocable too.
    #[tokio::test]
    async fn revokes_an_identifier_that_nobody_consented_to() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open_file(&directory.path().join("countersign.db")).unwrap();
        let config = Config {
            master_key: Some(MasterKey::from_bytes([7; 32])),
            ..Config::default()
        };
        let metadata = serde_json::json!({
            "redirect_uris": ["https://client.example/cb"],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "scope": "",
        });
        let registration = StatelessRegistration {
            metadata: serde_json::from_value(metadata).unwrap(),
            secret: None,
            edition: 0,
        };
        let id = sealed_clients(&config)
            .unwrap()
            .seal(&registration)
            .unwrap();
        revoke(&config, &store, id.clone()).await.unwrap();
        let row = store.read(FindClient { id: id.clone() }).await.unwrap();
        assert!(!row.unwrap().is_active());
        let again = revoke(&config, &store, id).await.unwrap_err();
        assert!(again.to_string().contains("was revoked before"), "{again}");
        let unknown = ClientId::new("cli_unknown");
        assert!(revoke(&config, &store, unknown).await.is_err());
        assert_eq!(list(&config, &store).await.unwrap().len(), 1);
    }
}
