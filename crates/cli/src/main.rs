//! The binary `countersign`.

use std::process::ExitCode;

use clap::Parser as _;
use countersign_cli::command::Countersign;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    countersign_cli::command::run(Countersign::parse()).await
}
