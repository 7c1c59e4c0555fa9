//! `countersign dev privy`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use clap::Args;
use countersign_config::Config;

use super::played::{self, Played};
use crate::command::{say, serve};
use crate::listen;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the simulated Privy listens.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 3003)))]
    listen: SocketAddr,
    /// Only play Privy: print how to reach it as one line of JSON, and wait.
    #[arg(long)]
    simulator_only: bool,
    /// Pages of these origins may sign people in [default: the server's own].
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
}

pub(super) async fn run(path: Option<&Path>, arguments: Arguments) -> anyhow::Result<()> {
    let privy = played::privy(arguments.listen, arguments.origins).await?;
    if arguments.simulator_only {
        say(&played::how_to_reach(&privy).to_string());
        return listen::stopped().await;
    }
    let config = Config::load(path, &Played(played::login(&privy)))?;
    let config = played::passing(config)?;
    let own = config.public_url.as_str().to_owned();
    privy.configure(|settings| settings.origins.push(own.clone()));
    serve::serve(config, Some(played::store()?), |_| {
        let played = privy.url();
        say(&format!(
            "\nPrivy is played at {played}. Sign in at {own}/account with any e-mail address; the codes \
             that it would send are at {played}/sim/inbox. Nothing is kept."
        ));
    })
    .await
}
