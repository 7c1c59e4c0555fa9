//! Signing in with a user name and a password.

use std::net::IpAddr;

use countersign_domain::{User, Username};
use countersign_storage::StorageError;
use countersign_storage::commands::{Credentials, FindCredentials, RehashPassword};

use super::accounts::corrupt_password;
use super::rate_limit::{Attempt, RetryAfter};
use super::{HashingError, LocalAccounts, Verdict, password_rule};

/// Why nobody was signed in. One answer for a wrong name, a wrong password, an account without a
/// password and a disabled account: it must not tell who has an account here.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name and the password do not belong together, or must not sign in.
    #[error("wrong user name or password")]
    WrongCredentials,
    /// Too many failed attempts; the password was not looked at.
    #[error("too many sign-in attempts")]
    TooManyAttempts {
        /// When the next attempt can be made, in seconds from now; at least 1.
        retry_after_seconds: u64,
    },
    /// Too many people sign in at this moment; the password was not looked at.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Unavailable(#[from] StorageError),
}

impl From<RetryAfter> for SignInError {
    fn from(wait: RetryAfter) -> Self {
        Self::TooManyAttempts {
            retry_after_seconds: wait.seconds(),
        }
    }
}

impl From<HashingError> for SignInError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy,
            HashingError::Malformed => Self::Unavailable(corrupt_password()),
        }
    }
}

impl LocalAccounts {
    /// Who signs in with this name (in any case, spaces around it ignored) and this password,
    /// from this address (the browser's, not a proxy's).
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        address: IpAddr,
    ) -> Result<User, SignInError> {
        let Ok(username) = Username::parse(username.trim()) else {
            return Err(SignInError::WrongCredentials);
        };
        if password_rule::is_too_long(password) {
            return Err(SignInError::WrongCredentials);
        }
        let attempt =
            Attempt::begin(&self.store, &username, address, self.limits, self.now()).await??;
        let found = self.store.read(FindCredentials { username }).await?;
        let phc = found
            .as_ref()
            .and_then(|credentials| credentials.phc.as_deref());
        let verdict = match self.hasher.verify(password, phc).await {
            Ok(verdict) => verdict,
            Err(error) => {
                attempt.give_back(&self.store).await;
                return Err(error.into());
            }
        };
        match (verdict, found) {
            (Verdict::Right | Verdict::RightButOutdated, Some(Credentials { user, phc }))
                if user.is_active() =>
            {
                attempt.give_back(&self.store).await;
                if let (Verdict::RightButOutdated, Some(phc)) = (verdict, phc) {
                    self.rehash(&user, password, phc).await;
                }
                Ok(user)
            }
            _ => Err(SignInError::WrongCredentials),
        }
    }

    /// Best effort: the person has signed in, and the next sign-in tries again.
    async fn rehash(&self, user: &User, password: &str, verified: String) {
        let Ok(phc) = self.hasher.hash(password, &*self.entropy).await else {
            return;
        };
        let rehash = RehashPassword {
            user_id: user.id,
            verified,
            phc,
        };
        if let Err(fault) = self.store.execute(rehash).await {
            tracing::warn!(error = %fault, user.id = %user.id, "a password could not be rehashed");
        }
    }
}
