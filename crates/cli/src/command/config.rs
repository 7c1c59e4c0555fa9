//! `countersign config`.

use std::path::Path;

use clap::Subcommand;
use countersign_config::{Config, ProcessEnvironment, reference};

use super::say;
use super::table::print_json;

/// Check the configuration; print its schema or its reference.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say what is configured and where from, or everything that is wrong with it.
    Check,
    /// Print the JSON schema of the file, for editors.
    Schema,
    /// Print the reference of every key, in Markdown.
    Reference,
}

pub(super) fn run(path: Option<&Path>, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check => {
            say(Config::check(path, &ProcessEnvironment)?
                .to_string()
                .trim_end());
            Ok(())
        }
        ConfigCommand::Schema => print_json(&Config::schema()),
        ConfigCommand::Reference => {
            say(reference().trim_end());
            Ok(())
        }
    }
}
