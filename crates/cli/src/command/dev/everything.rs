//! `countersign dev`: the server with Index Network's tools, a simulated Privy as its login and a
//! simulated Protocol API behind it, in one process.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use clap::Args;
use countersign_config::{ApiToken, App, Config, Scope};
use countersign_privy_simulator::Simulator as Privy;
use countersign_protocol_simulator::{Indexing, Newcomers, Simulator as Protocol, SimulatorConfig};
use serde_json::json;

use super::played::{self, Played};
use super::trust::{self, Introduced};
use crate::command::{say, serve};
use crate::listen;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the simulated Privy listens.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 3003)))]
    privy: SocketAddr,
    /// Where the simulated Protocol API listens.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 3004)))]
    api: SocketAddr,
    /// Only play Privy and the Protocol API, which takes Privy's tokens and knows nobody yet: print
    /// how to reach them as one line of JSON, and wait.
    #[arg(long)]
    simulators_only: bool,
    /// Pages of these origins may sign people in [default: the server's own].
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
}

pub(super) async fn run(path: Option<&Path>, arguments: Arguments) -> anyhow::Result<()> {
    let introduced = Introduced::default();
    let privy = played::privy(arguments.privy, arguments.origins).await?;
    let api = protocol_api(arguments.api, &privy, &introduced).await?;
    if arguments.simulators_only {
        let line = json!({ "privy": played::how_to_reach(&privy), "api": { "url": api.url() } });
        say(&line.to_string());
        return listen::stopped().await;
    }
    // Nobody who tries things out wants to start with nothing, to wait, or to press a button in vain.
    api.configure(|settings| {
        settings.newcomers = Newcomers::Settled;
        settings.indexing = Indexing::IMMEDIATE;
        settings.skip_unasked = true;
    });
    let config = configure(path, &privy, &api)?;
    let own = config.public_url.as_str().to_owned();
    privy.configure(|settings| settings.origins.push(own.clone()));
    serve::serve(config, Some(played::store()?), |server| {
        // There is one server, and this is the first to introduce it.
        _ = introduced.set(server.clone());
        say(&next_steps(&own, privy.url(), api.url()));
    })
    .await
}

async fn protocol_api(
    listen: SocketAddr,
    privy: &Privy,
    introduced: &Introduced,
) -> anyhow::Result<Protocol> {
    let config = SimulatorConfig {
        listen,
        ..SimulatorConfig::new(trust::verify(privy.control(), introduced.clone()))
    };
    Ok(Protocol::start(config).await?)
}

/// The ordinary configuration with both simulators in it. The token that the API gets is the one that
/// somebody wrote down, or Privy's, as connections with it last longest; the scopes are those that
/// somebody wrote down, unless they are for the tools of another product.
fn configure(path: Option<&Path>, privy: &Privy, api: &Protocol) -> anyhow::Result<Config> {
    let mut variables = played::login(privy);
    variables.extend([
        ("COUNTERSIGN_APP", "index-network".to_owned()),
        ("COUNTERSIGN_PLAYGROUND", "true".to_owned()),
        ("COUNTERSIGN_API__URL", api.url().to_owned()),
    ]);
    let (config, report) = Config::check(path, &Played(variables))?;
    let mut config = played::passing(config)?;
    if !report.settings.iter().any(|set| set.key == "api.token") {
        config.api.token = ApiToken::Device;
    }
    let needed = App::IndexNetwork.scopes();
    let is_named = |needed: &Scope| config.scopes.iter().any(|scope| scope.name == needed.name);
    if !needed.iter().all(is_named) {
        config.scopes = needed;
    }
    Ok(config)
}

fn next_steps(own: &str, privy: &str, api: &str) -> String {
    format!(
        "\n  \
         Privy     {privy}, simulated; the codes that it sends: {privy}/sim/inbox\n  \
         API       {api}, simulated; what it was asked: {api}/sim/log\n\n\
         Open {own}/playground and sign in with any e-mail address. Then let discover_connections\n\
         look for: Meet founders of climate startups and people who build open source developer tools.\n\
         Nothing leaves this machine, and nothing is kept."
    )
}
