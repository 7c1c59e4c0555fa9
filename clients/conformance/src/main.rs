//! The server `countersign serve` starts, with the fixtures of the official conformance suite in
//! place of a product's tools. Configured by the same file and the same environment.

#![expect(
    deprecated,
    reason = "MCP deprecates sampling, roots and logging, and the suite still checks them"
)]

mod fixtures;

use std::path::Path;
use std::sync::Arc;

use countersign_cli::assemble::assemble_around;
use countersign_cli::{data_dir, jobs, listen, store};
use countersign_config::{Config, ProcessEnvironment};
use countersign_domain::{SystemClock, SystemEntropy};

use self::fixtures::Fixtures;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let config = Config::load(None::<&Path>, &ProcessEnvironment)?;
    data_dir::prepare(&config)?;
    let listener = listen::bind(config.listen).await?;
    let fixtures = Fixtures::new()?;
    let store = store::open(&config).await?;
    let assembly = assemble_around(
        &config,
        store,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        Vec::new(),
        |mcp, server| Ok(countersign_mcp::router_to(mcp, server, fixtures)?),
    )
    .await?;
    let jobs = tokio::spawn(jobs::run(assembly.server));
    let stop = async {
        if listen::stopped().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    listen::serve(listener, assembly.router, stop).await?;
    jobs.abort();
    Ok(())
}
