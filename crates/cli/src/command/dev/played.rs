//! What is played in place of somebody else's service, and the configuration that points there.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use countersign_config::{Config, Environment, MasterKey, ProcessEnvironment};
use countersign_domain::{Entropy as _, SystemEntropy};
use countersign_privy_simulator::{Settings, Simulator, SimulatorConfig};
use countersign_storage::Store;
use serde_json::{Value, json};

/// Starts a Privy at whose pages of `origins` people sign in in every way.
pub(super) async fn privy(listen: SocketAddr, origins: Vec<String>) -> anyhow::Result<Simulator> {
    let config = SimulatorConfig {
        listen,
        settings: Settings::with_every_method(origins),
        ..SimulatorConfig::default()
    };
    Ok(Simulator::start(config).await?)
}

/// How a simulated Privy is reached, for another program.
pub(super) fn how_to_reach(privy: &Simulator) -> Value {
    let app = privy.app();
    json!({
        "url": privy.url(),
        "app_id": app.id,
        "app_secret": app.secret,
        "client_id": app.client_id,
    })
}

/// The variables that make a simulated Privy the login.
pub(super) fn login(privy: &Simulator) -> Vec<(&'static str, String)> {
    let app = privy.app();
    let url = || privy.url().to_owned();
    vec![
        ("COUNTERSIGN_LOGIN__PROVIDER", "privy".to_owned()),
        ("COUNTERSIGN_LOGIN__PRIVY__APP_ID", app.id.clone()),
        ("COUNTERSIGN_LOGIN__PRIVY__APP_SECRET", app.secret.clone()),
        ("COUNTERSIGN_LOGIN__PRIVY__CLIENT_ID", app.client_id.clone()),
        ("COUNTERSIGN_LOGIN__PRIVY__API_URL", url()),
        ("COUNTERSIGN_LOGIN__PRIVY__AUTH_URL", url()),
        (
            "COUNTERSIGN_LOGIN__PRIVY__VERIFICATION_KEY",
            privy.verification_key(),
        ),
    ]
}

/// A database that is gone when the process is.
pub(super) fn store() -> anyhow::Result<Store> {
    Store::in_memory().context("a temporary directory is needed")
}

/// The configuration with the key of a server that keeps nothing. Whoever reaches such a server signs
/// in as anybody, so its address has to be one of this machine.
pub(super) fn passing(config: Config) -> anyhow::Result<Config> {
    anyhow::ensure!(
        config.public_url.is_loopback(),
        "public_url is {}, and a simulated login lets everybody in: try things out on this machine, with COUNTERSIGN_PUBLIC_URL=http://localhost:3002",
        config.public_url.as_str()
    );
    let mut key = [0; 32];
    SystemEntropy.fill(&mut key);
    Ok(Config {
        master_key: Some(MasterKey::from_bytes(key)),
        ..config
    })
}

/// The environment of this process, with some variables replaced, and those that name a file for the
/// same thing.
pub(super) struct Played(pub(super) Vec<(&'static str, String)>);

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
