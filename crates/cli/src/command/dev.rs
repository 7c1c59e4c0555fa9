//! `countersign dev`: trying things out on one machine, without anybody else's service.

mod privy;

use std::path::Path;

use clap::Subcommand;

/// Try things out on this machine, offline.
#[derive(Debug, Subcommand)]
pub(super) enum Dev {
    /// Play Privy, and serve with it as the login: sign in with any e-mail address, telephone number,
    /// provider, wallet or passkey. Everything is forgotten when it stops.
    Privy(privy::Arguments),
}

pub(super) async fn run(path: Option<&Path>, command: Dev) -> anyhow::Result<()> {
    match command {
        Dev::Privy(arguments) => privy::run(path, &arguments).await,
    }
}
