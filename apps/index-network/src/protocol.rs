//! The way to the Protocol API.

mod breaker;
mod call;
mod connection_actions;
mod connections_by_user;
mod discover_filter;
mod discover_new;
mod fault;
mod intents;
mod multipart;
mod session;
mod vibecheck;

use std::sync::Arc;

use countersign_egress::ApiClient;

pub use self::breaker::BreakerSettings;
pub(crate) use self::connection_actions::{Action, act};
pub(crate) use self::connections_by_user::{Connection, Kind, connections};
pub(crate) use self::discover_filter::{Match, Person, discover_filter};
pub(crate) use self::discover_new::{Discovered, Intent, discover_new};
pub(crate) use self::intents::{intent, intents};
pub(crate) use self::session::Session;
pub(crate) use self::vibecheck::vibecheck;

use self::breaker::Breaker;

/// The network's API, where the tools act as the person who signed in. Cheap to clone; every clone
/// is the same.
#[derive(Clone, Debug)]
pub struct ProtocolApi {
    client: ApiClient,
    url: Arc<str>,
    breaker: Arc<Breaker>,
}

impl ProtocolApi {
    /// The API at `url`, which has no slash at the end.
    pub fn new(client: ApiClient, url: &str, breaker: BreakerSettings) -> Self {
        Self {
            client,
            url: url.into(),
            breaker: Arc::new(Breaker::new(breaker)),
        }
    }
}
