//! The command line.

mod clients;
mod config;
mod dev;
mod grants;
mod keys;
mod migrate;
mod serve;
mod table;
mod users;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use countersign_config::{Config, ProcessEnvironment};
use countersign_storage::Store;

use crate::{data_dir, store};

/// Let the users of your product sign in to it from ChatGPT, Claude and every other MCP client.
///
/// Without a command it serves: an OAuth 2.1 authorization server, the sign-in and consent pages,
/// and the MCP endpoint, on http://localhost:3002 unless configured otherwise.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub struct Countersign {
    /// The configuration file [default: ./countersign.toml, if it is there].
    #[arg(long, short, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  countersign                                   serve on http://localhost:3002
  countersign users add ada --invite            print a link with which Ada sets her password
  countersign grants list --json                who is connected to what
  countersign grants revoke grt_…               cut one of them off, within a second
  countersign dev                               try everything, offline
  countersign dev privy                         try signing in with Privy, without Privy
  countersign config check                      what is configured, and what is wrong with it

Commands work on the same database while the server runs.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Add, list and disable the people who can sign in.
    #[command(subcommand)]
    Users(users::Users),
    /// List, show and revoke the clients that registered.
    #[command(subcommand)]
    Clients(clients::Clients),
    /// List and revoke what people granted to clients.
    #[command(subcommand)]
    Grants(grants::Grants),
    /// List and rotate the signing keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Check the configuration; print its schema or its reference.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    Dev(dev::Dev),
    /// Bring the database schema to the version of this program (PostgreSQL; SQLite does it by
    /// itself).
    Migrate,
}

/// Runs a command. What it prints goes to standard output, what went wrong to standard error.
pub async fn run(arguments: Countersign) -> ExitCode {
    let path = arguments.config.as_deref();
    let outcome = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(path).await,
        Command::Users(command) => users::run(path, command).await,
        Command::Clients(command) => clients::run(path, command).await,
        Command::Grants(command) => grants::run(path, command).await,
        Command::Keys(command) => keys::run(path, command).await,
        Command::Config(command) => config::run(path, &command).await,
        Command::Dev(command) => dev::run(path, command).await,
        Command::Migrate => migrate::run(path).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the command line's own error output")]
fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

#[expect(clippy::print_stdout, reason = "what a command was asked to print")]
fn say(text: &str) {
    println!("{text}");
}

fn load(path: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::load(path, &ProcessEnvironment)?)
}

/// The database of a command other than `serve`.
async fn open(path: Option<&Path>) -> anyhow::Result<(Config, Store)> {
    let config = load(path)?;
    data_dir::prepare(&config)?;
    let store = store::open(&config).await?;
    Ok((config, store))
}
