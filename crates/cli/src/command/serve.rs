//! `countersign serve`.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use countersign_config::{Config, LogFormat, StorageUrl};
use countersign_domain::{SystemClock, SystemEntropy};
use countersign_server::AuthorizationServer;
use countersign_storage::Store;
use tracing_subscriber::EnvFilter;

use super::{load, say};
use crate::assemble::assemble;
use crate::{data_dir, jobs, listen, login, self_test, store};

pub(super) async fn run(path: Option<&Path>) -> anyhow::Result<()> {
    serve(load(path)?, None, |_| {}).await
}

/// Serves with this configuration, over its database or a given one. `greeted` runs when requests can
/// come, with whoever answers them.
pub(super) async fn serve(
    config: Config,
    store: Option<Store>,
    greeted: impl FnOnce(&AuthorizationServer),
) -> anyhow::Result<()> {
    // aws-lc's first random draw costs 22 ms: taken beside everything else that starts.
    let randomness = tokio::task::spawn_blocking(countersign_jose::entropy::warm_up);
    log(&config)?;
    let listener = listen::bind(config.listen).await?;
    let database = match (&store, &config.storage.url) {
        (Some(_), _) => "in memory".to_owned(),
        (None, StorageUrl::Sqlite(path)) => format!("SQLite, {}", path.display()),
        (None, StorageUrl::Postgres(_)) => "PostgreSQL".to_owned(),
    };
    let store = if let Some(store) = store {
        store
    } else {
        data_dir::prepare(&config)?;
        store::open(&config).await?
    };
    randomness.await??;
    let assembly = assemble(
        &config,
        store,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )
    .await?;
    self_test::run(&assembly, &config.public_url).await?;
    login::check(&assembly.server).await?;
    for notice in config.notices().iter().chain(&assembly.notices) {
        tracing::warn!("{notice}");
    }
    say(&greeting(&config, &database));
    greeted(&assembly.server);
    let jobs = tokio::spawn(jobs::run(assembly.server));
    let widgets = assembly.widgets.map(|widgets| tokio::spawn(widgets.run()));
    let news = assembly.news;
    let stop = async move {
        if let Err(error) = listen::stopped().await {
            tracing::error!(%error, "signals cannot be received");
        }
        news.close();
        tracing::info!("stopping: requests under way are finished");
    };
    listen::serve(listener, assembly.router, stop).await?;
    jobs.abort();
    if let Some(widgets) = widgets {
        widgets.abort();
    }
    Ok(())
}

/// What is served, where, and the next step.
fn greeting(config: &Config, database: &str) -> String {
    let url = config.public_url.as_str();
    let next = if config.public_url.is_loopback() {
        let playground = if config.playground {
            format!(" Try the tools at {url}/playground.")
        } else {
            String::new()
        };
        format!("Open {url} to see how to connect a client.{playground}")
    } else if let Some(privy) = config.login.privy() {
        format!("People sign in with the Privy app {}.", privy.app_id)
    } else {
        "Invite somebody: countersign users add NAME --invite".to_owned()
    };
    format!(
        "countersign {version} is up\n\n  \
         pages     {url}\n  \
         MCP       {url}/mcp\n  \
         accounts  {url}/account\n  \
         listens   {listen}\n  \
         data      {database}\n\n\
         {next}",
        version = env!("CARGO_PKG_VERSION"),
        listen = config.listen,
    )
}

fn log(config: &Config) -> anyhow::Result<()> {
    // rmcp says of every request that it began and ended; whoever wants that names it.
    let filter = EnvFilter::try_new(format!("rmcp=warn,{}", config.log))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
