//! Whether a token is one of the app's.

use countersign_domain::Timestamp;
use countersign_jose::privy_token::{self, Expected, PrivyTokenError};

use super::{AppUnavailable, Privy};

/// An access token that is good: proof that this person signed in at the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivyToken {
    /// The person: `did:privy:` and characters that can stand in an address.
    pub did: String,
    /// The session at Privy.
    pub session_id: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An access token of the device grant that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivyDeviceToken {
    /// The person, as in [`PrivyToken`].
    pub did: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Past its expiry.
    #[error("the sign-in at Privy has expired; sign in again")]
    Expired,
    /// Not valid yet: this server's clock is behind, or Privy's ahead.
    #[error("the token of Privy is not valid yet; check this server's clock")]
    NotYetValid,
    /// Issued for another app, or for Privy itself.
    #[error("the token is one of Privy's, but not of this app")]
    WrongApp,
    /// An identity token, which proves less.
    #[error("the token is an identity token of Privy; an access token is needed")]
    NotAnAccessToken,
    /// Signed by a key that the app does not publish.
    #[error("the token is signed by a key that is not the app's")]
    UnknownKey,
    /// Anything else that no token of the app is.
    #[error("the token is not an access token of Privy: {0}")]
    Invalid(#[source] PrivyTokenError),
    /// The app's keys cannot be had, so that nothing is known about the token.
    #[error("the token cannot be checked now: {0}")]
    KeysUnavailable(#[from] AppUnavailable),
}

impl TokenRefusal {
    /// Whether the same token may be good a little later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::KeysUnavailable(reason) if reason.is_transient())
    }
}

impl From<PrivyTokenError> for TokenRefusal {
    fn from(error: PrivyTokenError) -> Self {
        match error {
            PrivyTokenError::Expired => Self::Expired,
            PrivyTokenError::NotYetValid => Self::NotYetValid,
            PrivyTokenError::WrongAudience => Self::WrongApp,
            PrivyTokenError::NoSession => Self::NotAnAccessToken,
            PrivyTokenError::UnknownKey => Self::UnknownKey,
            other => Self::Invalid(other),
        }
    }
}

impl Privy {
    /// Whether a page's token proves that somebody signed in at the app, and who.
    ///
    /// Privy is asked for the app's keys once an hour, and once more in a minute at most when a
    /// token is signed by another. When it cannot be asked, the last keys stand in.
    pub async fn verify(&self, token: &str) -> Result<PrivyToken, TokenRefusal> {
        let expected = Expected {
            app_id: self.shared.wire.app_id(),
            now_seconds: self.shared.clock.now().as_seconds(),
        };
        let verified = self
            .with_keys(|keys| privy_token::verify(token, keys, &expected))
            .await?;
        Ok(PrivyToken {
            did: verified.did,
            session_id: verified.session_id,
            issued_at: moment(verified.issued_at),
            expires_at: moment(verified.expires_at),
        })
    }

    /// Whose the access token of a device grant is. Less is asked of it than of a page's, see
    /// [`privy_token::verify_device`]: it must come from [`Privy::redeem_device`] or
    /// [`Privy::refresh`].
    pub async fn verify_device_token(&self, token: &str) -> Result<PrivyDeviceToken, TokenRefusal> {
        let now = self.shared.clock.now().as_seconds();
        let verified = self
            .with_keys(|keys| privy_token::verify_device(token, keys, now))
            .await?;
        Ok(PrivyDeviceToken {
            did: verified.did,
            expires_at: moment(verified.expires_at),
        })
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}
