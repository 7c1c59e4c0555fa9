//! The keys that the app's tokens are signed with.

use std::sync::Arc;

use countersign_domain::{Clock, Milliseconds};
use countersign_jose::jwk::JwkSet;
use countersign_jose::privy_token::{AppKeys, PrivyTokenError};

use super::last_good::{LastGood, Served};
use super::wire::Credential;
use super::{AppUnavailable, InvalidPrivy, Privy, TokenRefusal};

/// As long as Privy's own libraries keep them.
const FRESH_FOR: Milliseconds = 60 * 60_000;

/// Whoever makes up names of keys causes no more fetches than this lets through.
const RENEWAL_PAUSE: Milliseconds = 60_000;

/// Where the keys come from.
pub(super) enum KeySource {
    /// The configuration.
    Pinned(AppKeys),
    /// Privy.
    Published(LastGood<AppKeys>),
}

impl KeySource {
    pub(super) fn new(
        verification_key: Option<&str>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, InvalidPrivy> {
        Ok(match verification_key {
            Some(pem) => Self::Pinned(AppKeys::pinned(pem).map_err(InvalidPrivy::VerificationKey)?),
            None => Self::Published(LastGood::new(FRESH_FOR, Arc::clone(clock))),
        })
    }
}

impl Privy {
    /// What `check` says with the app's keys, and with newer ones if it does not know the token's.
    pub(super) async fn with_keys<T>(
        &self,
        check: impl Fn(&AppKeys) -> Result<T, PrivyTokenError>,
    ) -> Result<T, TokenRefusal> {
        let published = match &self.shared.keys {
            KeySource::Pinned(keys) => return Ok(check(keys)?),
            KeySource::Published(published) => published,
        };
        let keys = match published.get(self.fetch_keys()).await? {
            Served::Fetched(keys) => return Ok(check(&keys)?),
            Served::Kept(keys) => keys,
        };
        match check(&keys) {
            Err(PrivyTokenError::UnknownKey) => {
                let keys = published.renew(RENEWAL_PAUSE, self.fetch_keys()).await?;
                Ok(check(&keys)?)
            }
            checked => Ok(checked?),
        }
    }

    /// The keys that Privy publishes for the app, whether one is pinned or not.
    pub(super) async fn published_keys(&self) -> Result<Arc<AppKeys>, AppUnavailable> {
        match &self.shared.keys {
            KeySource::Pinned(_) => self.fetch_keys().await.map(Arc::new),
            KeySource::Published(published) => match published.get(self.fetch_keys()).await? {
                Served::Fetched(keys) | Served::Kept(keys) => Ok(keys),
            },
        }
    }

    async fn fetch_keys(&self) -> Result<AppKeys, AppUnavailable> {
        let wire = &self.shared.wire;
        let url = wire.api(&format!("/v1/apps/{}/jwks.json", wire.app_id()));
        let set: JwkSet = wire.get(&url, Credential::Public).await?;
        Ok(AppKeys::published(&set))
    }
}
