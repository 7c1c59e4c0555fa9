//! Accounts of this server's own.

mod accounts;
mod invitation;
mod passkeys;
mod password_hasher;
mod password_rule;
mod rate_limit;
mod set_password;
mod sign_in;
mod sign_up;

pub use accounts::LocalAccounts;
pub use invitation::{InvitationError, InviteError};
pub use passkeys::{InvalidPasskeyId, PasskeyError, PasskeyId, Passkeys, RegisteredPasskey};
pub use password_hasher::{HashingError, PasswordHasher, Verdict};
pub use password_rule::WeakPassword;
pub use rate_limit::SignInLimits;
pub use set_password::SetPasswordError;
pub use sign_in::SignInError;
pub use sign_up::SignUpError;
