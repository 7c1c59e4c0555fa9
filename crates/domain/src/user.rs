//! People with a local account.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Hashed, PlainInvitation, Timestamp, UserId};

/// A text that cannot be a user name, with the rule it breaks.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidUsername {
    /// Empty or above 128 characters.
    #[error("a user name has 1 to 128 characters")]
    Length,
    /// Contains white space at an end, a control character or an invisible one.
    #[error("a user name has no control or invisible characters, and no space at its ends")]
    Character,
}

/// A user name: shown as written, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

impl Username {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, InvalidUsername> {
        if text.is_empty() || text.chars().count() > 128 {
            return Err(InvalidUsername::Length);
        }
        // Invisible and direction-changing characters make two names look alike on the consent
        // page, which is what a person decides by.
        let hidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        };
        if text.trim() != text || text.chars().any(hidden) {
            return Err(InvalidUsername::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// As the person wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique: two names that differ only in case are the same person.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Username {
    type Error = InvalidUsername;

    fn try_from(text: String) -> Result<Self, InvalidUsername> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// May sign in.
    Active,
    /// Disabled by the operator: no sign-in, no grant, every token dead.
    Disabled {
        /// When.
        at: Timestamp,
    },
}

/// A person with an account here: the `sub` of the tokens (RFC 9068 section 2.2).
#[derive(Clone, Debug)]
pub struct User {
    /// The stable, opaque subject.
    pub id: UserId,
    /// What the person signs in with and sees on the consent page.
    pub username: Username,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Whether the person may sign in.
    pub state: UserState,
}

impl User {
    /// Whether the person may sign in.
    pub fn is_active(&self) -> bool {
        self.state == UserState::Active
    }
}

/// An invitation to set a password: for a new account, or for an existing one.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Hash of the token in the link.
    pub token: Hashed<PlainInvitation>,
    /// The name that the account has or will have.
    pub username: Username,
    /// The existing account, when the invitation resets one.
    pub user_id: Option<UserId>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_that_look_like_another() {
        for name in [
            "",
            " ada",
            "ada ",
            "a\u{202e}da",
            "a\u{200b}da",
            "a\nda",
            "a\0",
        ] {
            assert!(Username::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn takes_a_decentralized_identifier() {
        let did = "did:privy:cm0q3xw4z00f9l80gq2v7h1xk";
        assert_eq!(Username::parse(did).unwrap().folded(), did);
    }

    #[test]
    fn folds_case() {
        assert_eq!(Username::parse("Ada").unwrap().folded(), "ada");
        assert_eq!(Username::parse("Ada").unwrap().as_str(), "Ada");
    }
}
