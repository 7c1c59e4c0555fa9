//! Starting and stopping.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use countersign_loopback::{Bound, ListenError, Listener};

use crate::caller::Verify;
use crate::clock::{Now, SimClock};
use crate::control::Control;
use crate::core::Core;
use crate::person::Person;
use crate::routes;
use crate::sample::sample_people;
use crate::settings::Settings;

/// How a simulator starts. Made by [`SimulatorConfig::new`], then changed field by field.
pub struct SimulatorConfig {
    /// Where it listens; port 0 is any free one.
    pub listen: SocketAddr,
    /// Whose tokens it takes.
    pub verify: Verify,
    /// The settings to begin with.
    pub settings: Settings,
    /// The people who can be found.
    pub people: Vec<Person>,
    /// Its time, in milliseconds since the Unix epoch.
    pub now: Now,
}

impl SimulatorConfig {
    /// Any free port of 127.0.0.1, the sample people, and the time of the system.
    pub fn new(verify: Verify) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            verify,
            settings: Settings::default(),
            people: sample_people(),
            now: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[error("the Protocol API simulator does not start: {0}")]
pub struct StartError(#[from] ListenError);

/// A simulator that serves until it is dropped.
pub struct Simulator {
    control: Control,
    _listener: Listener,
}

impl Simulator {
    /// Starts serving.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let bound = Bound::at(config.listen).await?;
        let core = Core::new(
            format!("http://{}", bound.address()),
            SimClock::new(config.now),
            config.verify,
            config.settings,
            config.people,
        );
        let listener = bound.serve(routes::router(&core));
        Ok(Self {
            control: Control { core },
            _listener: listener,
        })
    }

    /// The control plane, to keep beside the simulator.
    pub fn control(&self) -> Control {
        self.control.clone()
    }
}

impl Deref for Simulator {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}
