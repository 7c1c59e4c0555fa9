//! `countersign users`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use countersign_config::Config;
use countersign_domain::{Clock, Entropy, SystemClock, SystemEntropy, UserId, UserState, Username};
use countersign_identity::local::LocalAccounts;
use countersign_storage::commands::{AccountChange, ListedUser};
use serde::Serialize;

use super::table::{Table, moment, print_json};
use super::{open, say};
use crate::assemble::accounts;

/// How long an invitation link works: a week, in milliseconds.
const INVITATION_TTL: i64 = 7 * 24 * 60 * 60 * 1000;

/// Rows read in one go.
const PAGE: u32 = 500;

/// Add, list and disable the people who can sign in.
#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// Add a person, with a password or with an invitation link.
    Add {
        /// The user name.
        name: String,
        /// Read the password from the first line of this file.
        #[arg(
            long,
            value_name = "FILE",
            conflicts_with = "invite",
            required_unless_present = "invite"
        )]
        password_file: Option<PathBuf>,
        /// Print a link with which the person sets the password (works for a week, once).
        #[arg(long)]
        invite: bool,
    },
    /// List everybody.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Disable a person: no sign-in, and every connected app is cut off.
    Disable {
        /// The user name.
        name: String,
    },
    /// Let a disabled person sign in again.
    Enable {
        /// The user name.
        name: String,
    },
    /// Change a password, or let the person choose a new one by a link.
    Passwd {
        /// The user name.
        name: String,
        /// Read the new password from the first line of this file; without it a link is printed.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}

#[derive(Serialize)]
struct Listed {
    id: UserId,
    username: String,
    /// What the product's login calls the person.
    name: Option<String>,
    state: &'static str,
    created_at: String,
}

impl From<ListedUser> for Listed {
    fn from(ListedUser { user, profile }: ListedUser) -> Self {
        Self {
            id: user.id,
            username: user.username.to_string(),
            name: profile.and_then(|profile| profile.display().map(str::to_owned)),
            state: match user.state {
                UserState::Active => "active",
                UserState::Disabled { .. } => "disabled",
            },
            created_at: moment(user.created_at),
        }
    }
}

pub(super) async fn run(path: Option<&Path>, command: Users) -> anyhow::Result<()> {
    let (config, store) = open(path).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let accounts = accounts(&config, &store, &clock, &entropy);
    let makes_local = matches!(command, Users::Add { .. } | Users::Passwd { .. });
    if makes_local && config.login.privy().is_some() {
        anyhow::bail!(
            "people sign in with Privy here, so a password would open nothing: add them to the Privy app"
        );
    }
    match command {
        Users::Add {
            name,
            password_file: Some(file),
            ..
        } => {
            let user = accounts
                .add_user(Username::parse(&name)?, &password(&file)?)
                .await?;
            say(&format!("{} was added", user.username));
        }
        Users::Add {
            name,
            password_file: None,
            ..
        }
        | Users::Passwd {
            name,
            password_file: None,
        } => invite(&config, &accounts, &name).await?,
        Users::List { json } => list(&accounts, json).await?,
        Users::Disable { name } => match accounts.disable(&Username::parse(&name)?).await? {
            AccountChange::Unknown => anyhow::bail!("there is no account {name}"),
            AccountChange::Unchanged => say(&format!("{name} was disabled before")),
            AccountChange::Changed { grants } => {
                say(&format!(
                    "{name} is disabled; {grants} connected apps were cut off"
                ));
            }
        },
        Users::Enable { name } => match accounts.enable(&Username::parse(&name)?).await? {
            AccountChange::Unknown => anyhow::bail!("there is no account {name}"),
            _ => say(&format!("{name} can sign in")),
        },
        Users::Passwd {
            name,
            password_file: Some(file),
        } => {
            let ended = accounts
                .set_password(&Username::parse(&name)?, &password(&file)?)
                .await?;
            say(&format!(
                "the password of {name} is changed; {ended} connected apps were cut off"
            ));
        }
    }
    Ok(())
}

async fn invite(config: &Config, accounts: &LocalAccounts, name: &str) -> anyhow::Result<()> {
    let invitation = accounts
        .invite(Username::parse(name)?, INVITATION_TTL)
        .await?;
    say(&format!(
        "{}/invite/{}",
        config.public_url.as_str(),
        invitation.expose()
    ));
    Ok(())
}

async fn list(accounts: &LocalAccounts, json: bool) -> anyhow::Result<()> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut after = None;
    loop {
        let page = accounts.list(after, PAGE).await?;
        let full = page.len() == PAGE as usize;
        after = page.last().map(|listed| listed.user.username.clone());
        listed.extend(page.into_iter().map(Listed::from));
        if !full {
            break;
        }
    }
    if json {
        return print_json(&listed);
    }
    let mut table = Table::new(&["USER", "NAME", "STATE", "CREATED", "ID"]);
    for user in listed {
        table.row(vec![
            user.username,
            user.name.unwrap_or_default(),
            user.state.to_owned(),
            user.created_at,
            user.id.to_string(),
        ]);
    }
    table.print("no accounts yet: countersign users add NAME --invite");
    Ok(())
}

/// The first line of a password file, so that a trailing newline is not part of the password.
fn password(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the password in {}", file.display()))?;
    let line = text.lines().next().unwrap_or_default();
    anyhow::ensure!(
        !line.is_empty(),
        "the first line of {} is empty",
        file.display()
    );
    Ok(line.to_owned())
}
