//! Device codes of an interaction: this server asks the login for them, the person's page approves
//! exactly these, and they are redeemed with the hand-over.
//!
//! Anybody can begin a device grant for the product's app and send its code around. So the page never
//! takes a code from its address: it approves what this server made for this very interaction, and the
//! tokens count only if they are of the person who signed in.

use countersign_domain::{Interaction, InteractionId, InteractionState, Timestamp};
use countersign_identity::privy::{DeviceError, PrivySecret, TokenRefusal};
use countersign_storage::commands::{FindDeviceCodes, InteractionStep, KeepDeviceCodes};

use super::HandOverError;
use crate::AuthorizationServer;
use crate::browser::Browser;
use crate::interaction::InteractionError;
use crate::refusal::Unavailable;
use crate::upstream::{ApiToken, SessionSecrets};

/// Lines of a session: with two, an answer of the login that is lost costs no session
/// (`upstream/device.rs`).
const LINES: usize = 2;

/// Why a session at the login was not made.
#[derive(Debug, thiserror::Error)]
pub enum DeviceCodesError {
    /// The operator chose a mode without device codes.
    #[error("this server keeps no session at the login")]
    NotConfigured,
    /// The page asked for no codes before it handed the token over.
    #[error("no device codes were asked for in this interaction")]
    NotBegun,
    /// The page did not approve them, or not yet.
    #[error("the device codes were not approved")]
    NotApproved,
    /// Somebody else approved them.
    #[error("the device codes were approved by another person than the one who signed in")]
    AnotherPerson,
    /// The app does not allow device grants.
    #[error("the Privy app does not allow it: turn on \"CLI and agent access\" in its dashboard")]
    NotEnabled,
    /// Its tokens are not what the login issues.
    #[error("the token of the device grant was refused: {0}")]
    Token(#[source] TokenRefusal),
}

impl AuthorizationServer {
    /// Device codes for the page of this interaction to approve: what the login calls user codes.
    pub async fn device_codes(
        &self,
        id: InteractionId,
        browser: &Browser,
    ) -> Result<Vec<String>, HandOverError> {
        let visit = self.visit(id, browser).await?;
        let privy = self.privy().ok_or(HandOverError::NoSuchLogin)?;
        if self.settings().api_token != ApiToken::Device {
            return Err(DeviceCodesError::NotConfigured.into());
        }
        if visit.interaction.state != InteractionState::PendingHandOver {
            return Err(HandOverError::NotAgreed);
        }
        let (mut device_codes, mut user_codes) = (Vec::new(), Vec::new());
        for _ in 0..LINES {
            let begun = privy
                .begin_device()
                .await
                .map_err(|error| device_error(&error))?;
            device_codes.push(begun.device_code.expose().to_owned());
            user_codes.push(begun.user_code);
        }
        let sealed = self
            .vault()
            .seal_device_codes(&id.to_string(), &device_codes)
            .map_err(|fault| {
                tracing::error!("{fault}");
                Unavailable
            })?;
        let keep = KeepDeviceCodes {
            id,
            browser: visit.interaction.browser,
            sealed,
            now: self.now(),
        };
        match self
            .store()
            .execute(keep)
            .await
            .map_err(Unavailable::from)?
        {
            InteractionStep::Done => Ok(user_codes),
            _ => Err(InteractionError::Over.into()),
        }
    }

    /// The session that the approved codes are worth, of the person `did` and nobody else.
    pub(super) async fn redeem_device_codes(
        &self,
        interaction: &Interaction,
        did: &str,
    ) -> Result<(SessionSecrets, Timestamp), HandOverError> {
        let privy = self.privy().ok_or(HandOverError::NoSuchLogin)?;
        let find = FindDeviceCodes { id: interaction.id };
        let sealed = self
            .store()
            .read(find)
            .await
            .map_err(Unavailable::from)?
            .ok_or(DeviceCodesError::NotBegun)?;
        let codes = self
            .vault()
            .open_device_codes(&interaction.id.to_string(), &sealed)
            .map_err(|_| DeviceCodesError::NotBegun)?;
        let (mut access_token, mut expires_at) = (String::new(), self.now());
        let mut lines = Vec::new();
        for code in codes {
            let code = PrivySecret::new(code);
            let tokens = privy
                .redeem_device(&code)
                .await
                .map_err(|error| device_error(&error))?;
            let holder = privy
                .verify_device_token(tokens.access_token.expose())
                .await
                .map_err(|refusal| {
                    if refusal.is_transient() {
                        HandOverError::Unreachable(refusal.to_string())
                    } else {
                        DeviceCodesError::Token(refusal).into()
                    }
                })?;
            if holder.did != did {
                return Err(DeviceCodesError::AnotherPerson.into());
            }
            expires_at = tokens.expires_at;
            tokens.access_token.expose().clone_into(&mut access_token);
            lines.push(tokens.refresh_token);
        }
        let secrets = SessionSecrets::renewed_by(access_token, self.now(), lines);
        Ok((secrets, expires_at))
    }
}

fn device_error(error: &DeviceError) -> HandOverError {
    match error {
        DeviceError::NotEnabled => DeviceCodesError::NotEnabled.into(),
        DeviceError::Pending
        | DeviceError::SlowDown { .. }
        | DeviceError::Denied
        | DeviceError::Expired => DeviceCodesError::NotApproved.into(),
        DeviceError::Misconfigured(_) => HandOverError::Misconfigured(error.to_string()),
        DeviceError::Unavailable(_) => HandOverError::Unreachable(error.to_string()),
    }
}
