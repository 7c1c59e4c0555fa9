//! The product's Privy app: whether a token is one of its, who the person is, and a session there
//! that outlives the page.
//!
//! Nothing here is kept but the app's keys and its configuration, each for some minutes.

mod app;
mod check;
mod config;
mod device;
mod keys;
mod last_good;
mod legible;
mod outage;
mod revoke;
mod user;
mod verify;
mod wire;

use std::sync::Arc;

use countersign_domain::Clock;
use countersign_egress::ApiClient;

pub use self::app::{AppUnavailable, Captcha, PrivyApp, SignInMethods};
pub use self::check::PrivyFault;
pub use self::config::{InvalidPrivy, PrivyConfig, PrivySecret};
pub use self::device::{DeviceAuthorization, DeviceError, DeviceTokens, RefreshError};
use self::keys::KeySource;
use self::last_good::LastGood;
pub use self::outage::{Outage, OutageReason};
pub use self::user::UserError;
pub use self::verify::{PrivyDeviceToken, PrivyToken, TokenRefusal};
use self::wire::Wire;

/// One Privy app. A clone shares what its original knows.
#[derive(Clone)]
pub struct Privy {
    shared: Arc<Shared>,
}

struct Shared {
    issuer: String,
    wire: Wire,
    keys: KeySource,
    app: LastGood<PrivyApp>,
    clock: Arc<dyn Clock>,
}

impl Privy {
    /// Reads the configuration; asks nobody.
    pub fn new(
        config: PrivyConfig,
        api: ApiClient,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InvalidPrivy> {
        Ok(Self {
            shared: Arc::new(Shared {
                issuer: format!("privy:{}", config.app_id),
                keys: KeySource::new(config.verification_key.as_deref(), &clock)?,
                app: LastGood::new(app::FRESH_FOR, Arc::clone(&clock)),
                wire: Wire::new(config, api)?,
                clock,
            }),
        })
    }

    /// Whose word it is that a person is who they are: `privy:` and the app's id.
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The app's id, for the page that its SDK runs on.
    pub fn app_id(&self) -> &str {
        self.shared.wire.app_id()
    }

    /// The id of this server's own app client, if it has one.
    pub fn client_id(&self) -> Option<&str> {
        self.shared.wire.client_id()
    }

    /// Where browsers reach Privy.
    pub fn auth_url(&self) -> &str {
        self.shared.wire.auth_url()
    }
}
