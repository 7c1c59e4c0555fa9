//! `countersign keys`.

use std::path::Path;

use clap::Subcommand;
use countersign_domain::{Clock as _, KeyState, SystemClock};
use serde::Serialize;

use super::table::{Table, moment, print_json};
use super::{open, say};
use crate::assemble;
use crate::settings::settings;

/// List and rotate the signing keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// List the keys: next, active and retired, all of them published.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let the next key take over. Tokens of the old one stay valid until they expire.
    Rotate,
}

#[derive(Serialize)]
struct Listed {
    kid: String,
    algorithm: String,
    state: &'static str,
    published_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired_until: Option<String>,
}

pub(super) async fn run(path: Option<&Path>, command: Keys) -> anyhow::Result<()> {
    let (config, store) = open(path).await?;
    let now = SystemClock.now();
    let ring = assemble::keys(&config, &store, now).await?;
    match command {
        Keys::List { json } => {
            let listed: Vec<Listed> = ring
                .current()
                .records()
                .iter()
                .map(|record| Listed {
                    kid: record.kid.clone(),
                    algorithm: record.algorithm.clone(),
                    state: record.state.as_str(),
                    published_at: moment(record.created_at),
                    retired_until: match record.state {
                        KeyState::Retired { until } => Some(moment(until)),
                        KeyState::Next | KeyState::Active { .. } => None,
                    },
                })
                .collect();
            if json {
                return print_json(&listed);
            }
            let mut table = Table::new(&["KID", "ALG", "STATE", "PUBLISHED", "UNTIL"]);
            for key in listed {
                let until = key.retired_until.unwrap_or_default();
                let state = key.state.to_owned();
                table.row(vec![key.kid, key.algorithm, state, key.published_at, until]);
            }
            table.print("no keys yet: they are made at the first start");
        }
        Keys::Rotate => {
            let lifetimes = settings(&config)?.lifetimes;
            ring.rotate(now, lifetimes.jwks_max_age, lifetimes.access_token)
                .await?;
            say(&format!(
                "{} signs from now on",
                ring.current().active().kid()
            ));
        }
    }
    Ok(())
}
