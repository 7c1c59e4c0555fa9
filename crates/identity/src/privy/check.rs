//! Whether the configuration is right, asked once at start.

use countersign_jose::privy_token::AppKeys;

use super::keys::KeySource;
use super::outage::Outage;
use super::wire::{Credential, Failure};
use super::{AppUnavailable, DeviceError, Privy};

/// Nobody's identifier. Privy says so to whoever may ask, and the secret's owner only may; nobody's
/// data is fetched for it.
const NOBODY: &str = "did:privy:c000000000000000000000000";

/// What is wrong with the configuration, with the key to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivyFault {
    /// No such app.
    #[error(
        "Privy knows no app with the id in login.privy.app_id; copy it from the dashboard (Configuration, App settings)"
    )]
    AppId,
    /// The app's secret is another.
    #[error(
        "Privy refuses login.privy.app_secret; copy it from the dashboard, or make a new one there (Configuration, App settings)"
    )]
    AppSecret,
    /// The app has no such client.
    #[error(
        "the Privy app has no app client with the id in login.privy.client_id; copy it from the dashboard (Configuration, App settings, Clients)"
    )]
    ClientId,
    /// The app signs with another key.
    #[error(
        "login.privy.verification_key is not among the keys that the Privy app publishes; copy it from the dashboard again, or leave it out to have the keys fetched"
    )]
    VerificationKey,
    /// The app does not allow device grants.
    #[error(
        "api.token = \"device\" needs \"CLI and agent access\", which the Privy app has switched off; switch it on in the dashboard (Authentication, Advanced), or choose another api.token"
    )]
    DeviceNotEnabled,
    /// Privy cannot be asked. The configuration may be right.
    #[error(transparent)]
    Unreachable(#[from] Outage),
}

impl From<AppUnavailable> for PrivyFault {
    fn from(error: AppUnavailable) -> Self {
        match error {
            AppUnavailable::Outage(outage) => Self::Unreachable(outage),
            AppUnavailable::UnknownApp => Self::AppId,
            AppUnavailable::UnknownClient => Self::ClientId,
        }
    }
}

impl Privy {
    /// Asks Privy whether what is configured is right. A fault of the configuration comes before
    /// [`PrivyFault::Unreachable`], even if one of Privy's hosts answers and another does not.
    ///
    /// With `needs_device` a device grant is asked for, which nobody approves and which expires by
    /// itself.
    pub async fn check(&self, needs_device: bool) -> Result<(), PrivyFault> {
        let mut unreachable = None;
        let mut found = |outcome: Result<(), PrivyFault>| match outcome {
            Err(PrivyFault::Unreachable(outage)) => {
                unreachable.get_or_insert(outage);
                Ok(())
            }
            outcome => outcome,
        };
        found(self.app().await.map(drop).map_err(Into::into))?;
        found(self.check_keys().await)?;
        found(self.check_secret().await)?;
        if needs_device {
            found(self.check_device().await)?;
        }
        unreachable.map_or(Ok(()), |outage| Err(outage.into()))
    }

    async fn check_keys(&self) -> Result<(), PrivyFault> {
        let published = self.published_keys().await?;
        let (KeySource::Pinned(AppKeys::Pinned(pinned)), AppKeys::Published(published)) =
            (&self.shared.keys, &*published)
        else {
            return Ok(());
        };
        // Privy's names for its keys are its own business.
        let thumbprint = pinned.jwk().members().thumbprint();
        let is_published = published
            .iter()
            .any(|key| key.jwk().members().thumbprint() == thumbprint);
        is_published
            .then_some(())
            .ok_or(PrivyFault::VerificationKey)
    }

    async fn check_secret(&self) -> Result<(), PrivyFault> {
        let wire = &self.shared.wire;
        let url = wire.api(&format!("/v1/users/{NOBODY}"));
        match wire
            .get::<serde_json::Value>(&url, Credential::Secret)
            .await
        {
            Err(Failure::Outage(outage)) => Err(outage.into()),
            Err(Failure::Refused(refusal)) if refusal.status == 401 => Err(PrivyFault::AppSecret),
            // Whatever else it says about nobody, it has accepted the secret.
            Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        }
    }

    async fn check_device(&self) -> Result<(), PrivyFault> {
        match self.begin_device().await {
            Err(DeviceError::NotEnabled) => Err(PrivyFault::DeviceNotEnabled),
            Err(DeviceError::Misconfigured(reason)) => Err(reason.into()),
            Err(DeviceError::Unavailable(outage)) => Err(outage.into()),
            // Or the fate of a grant that somebody has seen, which nobody has.
            Ok(_)
            | Err(
                DeviceError::Pending
                | DeviceError::SlowDown { .. }
                | DeviceError::Denied
                | DeviceError::Expired,
            ) => Ok(()),
        }
    }
}
