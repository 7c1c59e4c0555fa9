//! Starting and stopping.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use countersign_domain::{Clock as _, Entropy, SystemClock, SystemEntropy};
use countersign_jose::key::KeyError;
use countersign_loopback::{Bound, ListenError, Listener};

use crate::clock::{Now, SimClock};
use crate::control::Control;
use crate::core::{App, Core};
use crate::routes;
use crate::settings::Settings;

/// How a simulator starts.
pub struct SimulatorConfig {
    /// Where it listens; port 0 is any free one.
    pub listen: SocketAddr,
    /// Where browsers reach it, if not at the address it listens on. No slash at the end.
    pub url: Option<String>,
    /// The app.
    pub app: App,
    /// The settings to begin with.
    pub settings: Settings,
    /// Its time, in milliseconds since the Unix epoch.
    pub now: Now,
    /// Its randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for SimulatorConfig {
    /// Any free port of 127.0.0.1, the time of the system, and no allowed origin.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            url: None,
            app: App::default(),
            settings: Settings::default(),
            now: Arc::new(|| SystemClock.now().as_millis()),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("the Privy simulator does not start: {0}")]
    Listen(#[from] ListenError),
    /// A signing key could not be made.
    #[error("the Privy simulator has no key: {0}")]
    Key(#[from] KeyError),
}

/// A simulator that serves until it is dropped.
pub struct Simulator {
    control: Control,
    listener: Listener,
}

impl Simulator {
    /// Starts serving.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let bound = Bound::at(config.listen).await?;
        let url = config
            .url
            .unwrap_or_else(|| format!("http://{}", bound.address()));
        let clock = SimClock::new(config.now);
        let core = Core::new(config.app, url, clock, config.entropy, config.settings)?;
        let core = Arc::new(core);
        let listener = bound.serve(routes::router(&core));
        Ok(Self {
            control: Control { core },
            listener,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The control plane, to keep beside the simulator.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Cuts every connection off and refuses new ones, until it goes online again. Forgets
    /// nothing.
    pub async fn go_offline(&mut self) {
        self.listener.go_offline().await;
    }

    /// Listens at the same address again.
    pub async fn go_online(&mut self) -> Result<(), StartError> {
        Ok(self.listener.go_online().await?)
    }
}

impl Deref for Simulator {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}
