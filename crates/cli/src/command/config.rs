//! `countersign config`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use countersign_config::{Config, MasterKey, ProcessEnvironment, reference};
use countersign_domain::{Entropy as _, SystemClock, SystemEntropy};
use countersign_storage::Store;

use super::say;
use super::table::print_json;
use crate::assemble::{Assembly, assemble};
use crate::{login, self_test};

/// Check the configuration; print its schema or its reference.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say what is configured and where from, or everything that is wrong with it; then make the
    /// server in memory and look at it as a client does. Changes nothing.
    Check,
    /// Print the JSON schema of the file, for editors.
    Schema,
    /// Print the reference of every key, in Markdown.
    Reference,
}

pub(super) async fn run(path: Option<&Path>, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check => check(path).await,
        ConfigCommand::Schema => print_json(&Config::schema()),
        ConfigCommand::Reference => {
            say(reference().trim_end());
            Ok(())
        }
    }
}

async fn check(path: Option<&Path>) -> anyhow::Result<()> {
    let (config, report) = Config::check(path, &ProcessEnvironment)?;
    say(report.to_string().trim_end());
    let url = config.public_url.clone();
    let assembly = rehearsal(config).await?;
    self_test::run(&assembly, &url).await?;
    login::check(&assembly.server).await?;
    for notice in &assembly.notices {
        say(&format!("\nNote: {notice}."));
    }
    say(&format!(
        "\nSelf-test passed: every address, key and challenge that clients look for agrees with {url}."
    ));
    Ok(())
}

/// The server that this configuration makes, over a database that vanishes: a check changes nothing.
async fn rehearsal(mut config: Config) -> anyhow::Result<Assembly> {
    if config.master_key.is_none() {
        let mut throw_away = [0; 32];
        SystemEntropy.fill(&mut throw_away);
        config.master_key = Some(MasterKey::from_bytes(throw_away));
    }
    let store = Store::in_memory().context("the self-test needs a temporary directory")?;
    assemble(
        &config,
        store,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )
    .await
    .context("the server would not start with this configuration")
}
