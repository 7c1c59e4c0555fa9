//! The binary `countersign`.

use std::process::ExitCode;

use clap::Parser as _;
use countersign_cli::command::Countersign;

#[tokio::main]
async fn main() -> ExitCode {
    countersign_cli::command::run(Countersign::parse()).await
}
