//! `countersign dev privy`.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use countersign_config::{Config, Environment, MasterKey, ProcessEnvironment};
use countersign_domain::{Entropy as _, SystemEntropy};
use countersign_privy_simulator::{Settings, Simulator, SimulatorConfig};
use countersign_storage::Store;
use serde_json::json;

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

pub(super) async fn run(path: Option<&Path>, arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::ensure!(
        arguments.listen.ip().is_loopback(),
        "the simulated Privy lets anybody sign in as anybody: listen on a loopback address"
    );
    let simulator = Simulator::start(SimulatorConfig {
        listen: arguments.listen,
        settings: Settings::with_every_method(arguments.origins.clone()),
        ..SimulatorConfig::default()
    })
    .await?;
    if arguments.simulator_only {
        return wait(&simulator).await;
    }
    let config = configure(path, &simulator)?;
    let own = config.public_url.as_str().to_owned();
    simulator.configure(|settings| settings.origins.push(own.clone()));
    let store = Store::in_memory().context("a temporary directory is needed")?;
    serve::serve(config, Some(store), || {
        let played = simulator.url();
        say(&format!(
            "\nPrivy is played at {played}. Sign in at {own}/account with any e-mail address; the codes \
             that it would send are at {played}/sim/inbox. Nothing is kept."
        ));
    })
    .await
}

/// The ordinary configuration, with the simulator as its Privy and a key for a server that keeps
/// nothing.
fn configure(path: Option<&Path>, simulator: &Simulator) -> anyhow::Result<Config> {
    let app = simulator.app();
    let environment = Played(vec![
        ("COUNTERSIGN_LOGIN__PROVIDER", "privy".to_owned()),
        ("COUNTERSIGN_LOGIN__PRIVY__APP_ID", app.id.clone()),
        ("COUNTERSIGN_LOGIN__PRIVY__APP_SECRET", app.secret.clone()),
        ("COUNTERSIGN_LOGIN__PRIVY__CLIENT_ID", app.client_id.clone()),
        (
            "COUNTERSIGN_LOGIN__PRIVY__API_URL",
            simulator.url().to_owned(),
        ),
        (
            "COUNTERSIGN_LOGIN__PRIVY__AUTH_URL",
            simulator.url().to_owned(),
        ),
        (
            "COUNTERSIGN_LOGIN__PRIVY__VERIFICATION_KEY",
            simulator.verification_key(),
        ),
    ]);
    let config = Config::load(path, &environment)?;
    let mut key = [0; 32];
    SystemEntropy.fill(&mut key);
    Ok(Config {
        master_key: Some(MasterKey::from_bytes(key)),
        ..config
    })
}

/// Says how the simulator is reached, and plays until it is stopped.
async fn wait(simulator: &Simulator) -> anyhow::Result<()> {
    let app = simulator.app();
    let line = json!({
        "url": simulator.url(),
        "app_id": app.id,
        "app_secret": app.secret,
        "client_id": app.client_id,
    });
    say(&line.to_string());
    listen::stopped().await?;
    Ok(())
}

/// The environment of this process, with some variables replaced, and those that name a file for the
/// same thing.
struct Played(Vec<(&'static str, String)>);

impl Environment for Played {
    fn variables(&self) -> Vec<(String, OsString)> {
        let replaced = |name: &str| {
            let name = name.strip_suffix("_FILE").unwrap_or(name);
            self.0.iter().any(|(ours, _)| *ours == name)
        };
        let kept = ProcessEnvironment.variables().into_iter();
        let ours = self.0.iter();
        kept.filter(|(name, _)| !replaced(name))
            .chain(ours.map(|(name, value)| ((*name).to_owned(), value.into())))
            .collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        ProcessEnvironment.read(path)
    }
}
