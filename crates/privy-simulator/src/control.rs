//! The control plane: what Privy does not have.

pub(crate) mod html;
mod people;
mod routes;

use std::sync::Arc;

use countersign_jose::jwk::JwkSet;
use countersign_jose::key::{KeyError, SignError};
use serde_json::Value;

pub use self::people::{Tokens, UnknownUser};
pub(crate) use self::routes::routes;
use crate::clock::SimClock;
use crate::core::{App, Core};
use crate::fault::Fault;
use crate::log::LoggedRequest;
use crate::mint::Mint;
use crate::one_time_code::Channel;
use crate::settings::Settings;
use crate::vectors::Vector;

/// What `/sim/*` offers, for tests in the same process. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Control {
    pub(crate) core: Arc<Core>,
}

impl Control {
    /// Where the simulator is reached, without a slash at the end: what takes the place of both
    /// `https://auth.privy.io` and `https://api.privy.io`.
    pub fn url(&self) -> &str {
        &self.core.url
    }

    /// The app.
    pub fn app(&self) -> &App {
        &self.core.app
    }

    /// Its time.
    pub fn clock(&self) -> &SimClock {
        &self.core.clock
    }

    /// The settings as they are.
    pub fn settings(&self) -> Settings {
        self.core.world().settings.clone()
    }

    /// Changes settings.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.core.world().settings);
    }

    /// The code that was last sent to an e-mail address or a telephone number.
    pub fn one_time_code(&self, address: &str) -> Option<String> {
        let address = address.trim().to_lowercase();
        let channel = if address.contains('@') {
            Channel::Email
        } else {
            Channel::Phone
        };
        let world = self.core.world();
        let message = world.outbox.last(channel, &address)?;
        Some(message.code.clone())
    }

    /// Lets the next requests to a path fail.
    pub fn fault(&self, fault: Fault) {
        self.core.world().faults.add(fault);
    }

    /// Takes back every fault that did not happen yet.
    pub fn clear_faults(&self) {
        self.core.world().faults.clear();
    }

    /// Signs with a new key from now on; the key set goes on naming the old one if `published`.
    pub fn rotate_key(&self, published: bool) -> Result<(), KeyError> {
        self.core.world().keys.rotate(published)
    }

    /// The app's verification key as its dashboard shows it: SPKI in PEM.
    pub fn verification_key(&self) -> String {
        self.core.world().keys.verification_key()
    }

    /// The app's key set.
    pub fn jwks(&self) -> JwkSet {
        self.core.world().keys.jwks()
    }

    /// Every request since the start or the last clearing, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.core.world().log.entries().to_vec()
    }

    /// How many requests of this method there were to this path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let world = self.core.world();
        let asked = |request: &&LoggedRequest| request.method == method && request.path == path;
        world.log.entries().iter().filter(asked).count()
    }

    /// Forgets every request.
    pub fn clear_log(&self) {
        self.core.world().log.clear();
    }

    /// A token that Privy would never issue, or one it would.
    pub fn mint(&self, mint: &Mint) -> Result<String, SignError> {
        self.core.mint(&self.core.world(), mint)
    }

    /// The nineteen tokens that a verifier must judge as Privy's own does.
    pub fn vectors(&self) -> Result<Vec<Vector>, SignError> {
        self.core.vectors(&self.core.world())
    }

    /// Changes settings by a JSON merge patch.
    pub fn patch(&self, patch: &Value) -> Result<Settings, serde_json::Error> {
        let mut world = self.core.world();
        world.settings = world.settings.patched(patch)?;
        Ok(world.settings.clone())
    }
}
