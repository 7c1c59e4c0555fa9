//! The simulated Privy as a process of its own, on any free port of this machine: prints one line of
//! JSON that says where it is and which app it knows, then serves until it is told to stop.

use std::io::Write as _;

use countersign_privy_simulator::{Simulator, SimulatorConfig};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let simulator = Simulator::start(SimulatorConfig::default()).await?;
    let app = simulator.app();
    let started = json!({
        "url": simulator.url(),
        "app_id": app.id,
        "app_secret": app.secret,
        "client_id": app.client_id,
    });
    writeln!(std::io::stdout(), "{started}")?;
    terminated.recv().await;
    Ok(())
}
