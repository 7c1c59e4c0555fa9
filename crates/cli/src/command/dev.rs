//! `countersign dev`: trying things out on one machine, without anybody else's service.

mod everything;
mod played;
mod privy;
mod trust;

use std::path::Path;

use clap::{Args, Subcommand};

/// Try everything out on this machine, offline: sign in with any address, run Index Network's tools
/// and see their widgets. Everything is forgotten when it stops.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Dev {
    #[command(subcommand)]
    only: Option<Only>,
    #[command(flatten)]
    everything: everything::Arguments,
}

#[derive(Debug, Subcommand)]
enum Only {
    /// Play Privy, and serve with it as the login: sign in with any e-mail address, telephone number,
    /// provider, wallet or passkey. Everything is forgotten when it stops.
    Privy(privy::Arguments),
}

pub(super) async fn run(path: Option<&Path>, dev: Dev) -> anyhow::Result<()> {
    match dev.only {
        Some(Only::Privy(arguments)) => privy::run(path, arguments).await,
        None => everything::run(path, dev.everything).await,
    }
}
