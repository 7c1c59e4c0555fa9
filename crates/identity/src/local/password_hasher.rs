//! argon2id, off the async threads and never more at once than there is memory for.

use std::sync::Arc;

use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use countersign_domain::Entropy;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Passwords that may wait for each one that is being hashed. At 25 ms a hash the last in the
/// queue waits 0.8 s; whoever comes later is told at once, instead of waiting for an answer that
/// a browser no longer expects.
const WAITING_PER_SLOT: usize = 32;

/// Length of a salt in bytes (RFC 9106 section 3.1).
const SALT_LEN: usize = 16;

/// Why a password was neither hashed nor checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting already.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The stored text is not a PHC string of a known kind.
    #[error("the stored password hash is malformed")]
    Malformed,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or no account to compare with.
    Wrong,
    /// The password.
    Right,
    /// The password, hashed with parameters that are no longer the current ones: hash it again.
    RightButOutdated,
}

/// Hashes passwords with argon2id, 19 MiB and two passes (RFC 9106; the OWASP minimum), to PHC
/// strings that carry their own parameters. Cheap to clone; clones share the bound.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    /// One permit per hash being computed: bounds memory and CPU.
    slots: Arc<Semaphore>,
    /// One permit per request, waiting or computing: bounds the queue.
    places: Arc<Semaphore>,
}

impl PasswordHasher {
    /// A hasher that computes at most `parallel` hashes at once (at least one), each of 19 MiB.
    pub fn new(parallel: usize) -> Self {
        let parallel = parallel.clamp(1, 1024);
        Self {
            slots: Arc::new(Semaphore::new(parallel)),
            places: Arc::new(Semaphore::new(parallel * (1 + WAITING_PER_SLOT))),
        }
    }

    /// The PHC string of `password` under a new salt.
    pub async fn hash(
        &self,
        password: &str,
        entropy: &dyn Entropy,
    ) -> Result<String, HashingError> {
        let mut salt = [0; SALT_LEN];
        entropy.fill(&mut salt);
        let password = Zeroizing::new(password.to_owned());
        self.run(move || {
            let hash = argon2id().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map_err(|_| HashingError::Malformed)
        })
        .await
        .map(|hash| hash.to_string())
    }

    /// Checks `password` against a PHC string. Without one (no such account, no password) the
    /// same work is done and the answer is [`Verdict::Wrong`], so that time does not tell who has
    /// an account here.
    pub async fn verify(&self, password: &str, phc: Option<&str>) -> Result<Verdict, HashingError> {
        let password = Zeroizing::new(password.to_owned());
        let phc = phc.map(str::to_owned);
        self.run(move || check(password.as_bytes(), phc.as_deref()))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| HashingError::Busy)?;
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|_| HashingError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            // The permits live on the thread: a caller that goes away stops waiting, but its hash
            // still occupies memory until it is done.
            let _held = (place, slot);
            work()
        });
        done.await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "password hashing ended early");
            Err(HashingError::Busy)
        })
    }
}

fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn check(password: &[u8], phc: Option<&str>) -> Result<Verdict, HashingError> {
    let Some(phc) = phc else {
        let hash = argon2id().hash_password_with_salt(password, &[0; SALT_LEN]);
        // The optimizer must not see that nobody looks at the result.
        std::hint::black_box(hash).map_err(|_| HashingError::Malformed)?;
        return Ok(Verdict::Wrong);
    };
    let stored = PasswordHash::new(phc).map_err(|_| HashingError::Malformed)?;
    match argon2id().verify_password(password, &stored) {
        Ok(()) if is_current(&stored) => Ok(Verdict::Right),
        Ok(()) => Ok(Verdict::RightButOutdated),
        Err(Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(_) => Err(HashingError::Malformed),
    }
}

fn is_current(stored: &PasswordHash) -> bool {
    stored.algorithm == Algorithm::Argon2id.ident()
        && stored.version == Some(Version::V0x13.into())
        && Params::try_from(stored).is_ok_and(|params| {
            params.m_cost() == Params::DEFAULT_M_COST
                && params.t_cost() == Params::DEFAULT_T_COST
                && params.p_cost() == Params::DEFAULT_P_COST
        })
}

#[cfg(test)]
mod tests;
