//! What a password must be.

use countersign_domain::Username;

/// The shortest password in characters (NIST SP 800-63B section 5.1.1.2).
const SHORTEST: usize = 8;

/// The longest in characters; NIST asks for at least 64.
const LONGEST: usize = 256;

/// The passwords of 8 and more characters that are guessed first, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// The rule that a new password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Below 8 characters.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// Above 256 characters.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// Holds a NUL, which other programs would end the password at.
    #[error("a password has no NUL character")]
    Nul,
    /// The user name.
    #[error("the password is the user name")]
    Username,
    /// One of those that everybody tries first.
    #[error("the password is one of the most common ones")]
    Common,
}

/// Checks a password to be. Length is what counts; no rule asks for digits or signs, because such
/// rules make passwords no harder to guess (NIST SP 800-63B appendix A). The password is kept as
/// typed, byte for byte.
pub(super) fn check(password: &str, username: &Username) -> Result<(), WeakPassword> {
    if password.contains('\0') {
        return Err(WeakPassword::Nul);
    }
    if is_too_long(password) {
        return Err(WeakPassword::TooLong);
    }
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::TooShort);
    }
    let folded = password.to_lowercase();
    if folded == username.folded() {
        return Err(WeakPassword::Username);
    }
    if COMMON.lines().any(|common| common == folded) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// Whether no account can have this password, so that hashing it would be work for nothing.
pub(super) fn is_too_long(password: &str) -> bool {
    // Bytes first: a megabyte is refused without being counted.
    password.len() > 4 * LONGEST || password.chars().count() > LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), WeakPassword> {
        super::check(password, &Username::parse("Ada.Lovelace").unwrap())
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check("xkcd936"), Err(WeakPassword::TooShort));
        assert_eq!(check("пароли!"), Err(WeakPassword::TooShort));
        assert_eq!(check("ключ и замок"), Ok(()));
        assert_eq!(check(&"長".repeat(LONGEST)), Ok(()));
        assert_eq!(check(&"長".repeat(LONGEST + 1)), Err(WeakPassword::TooLong));
        assert_eq!(check(&"x".repeat(10_000_000)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn asks_for_no_digits_or_signs() {
        assert_eq!(check("correct horse battery staple"), Ok(()));
    }

    #[test]
    fn refuses_the_user_name_and_common_passwords_in_any_case() {
        assert_eq!(check("ada.LOVELACE"), Err(WeakPassword::Username));
        assert_eq!(check("Password123"), Err(WeakPassword::Common));
        assert_eq!(check("12345678"), Err(WeakPassword::Common));
    }

    #[test]
    fn refuses_nul() {
        assert_eq!(check("correct\0horse"), Err(WeakPassword::Nul));
    }

    #[test]
    fn the_list_of_common_passwords_holds_what_can_match() {
        for common in COMMON.lines() {
            assert!(common.chars().count() >= SHORTEST, "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }
}
