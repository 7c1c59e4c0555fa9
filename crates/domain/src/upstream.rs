//! People who sign in at the product's own login.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, Username};

/// Who a person is at the product's login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamIdentity {
    /// The login, in the words of its verifier (`privy:<app id>`).
    pub issuer: String,
    /// The person, by the identifier that the login never changes nor gives to another.
    pub subject: String,
    /// What the login told about the person.
    pub profile: UpstreamProfile,
    /// When it told so.
    pub checked_at: Timestamp,
}

/// What the product's login tells about a person, to show it to that person. Nothing is decided
/// by it: an e-mail address moves from one person to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpstreamProfile {
    /// The e-mail address that was verified there.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Every account that was linked there, in its order.
    pub accounts: Vec<LinkedAccount>,
}

/// One way in which a person signs in at the product's login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkedAccount {
    /// Its kind, in the login's word (`email`, `wallet`, `google_oauth`).
    pub kind: String,
    /// What people call it: an address, a number, a name.
    pub label: Option<String>,
}

impl UpstreamProfile {
    /// What to call the person by: the e-mail address, else the name, else the first linked account
    /// that has a label. What could not be a user name is passed over: people decide by it on the
    /// consent page, and it goes to the operator's terminal.
    pub fn display(&self) -> Option<&str> {
        let labels = self.accounts.iter().map(|account| &account.label);
        [&self.email, &self.name]
            .into_iter()
            .chain(labels)
            .filter_map(Option::as_deref)
            .find(|text| Username::parse(text).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(kind: &str, label: Option<&str>) -> LinkedAccount {
        LinkedAccount {
            kind: kind.to_owned(),
            label: label.map(str::to_owned),
        }
    }

    #[test]
    fn calls_a_person_by_what_they_know_best() {
        let mut profile = UpstreamProfile::default();
        assert_eq!(profile.display(), None);
        profile.accounts = vec![account("passkey", None), account("wallet", Some("0xab12"))];
        assert_eq!(profile.display(), Some("0xab12"));
        profile.name = Some("Ada".to_owned());
        assert_eq!(profile.display(), Some("Ada"));
        profile.email = Some("ada@example.com".to_owned());
        assert_eq!(profile.display(), Some("ada@example.com"));
    }

    #[test]
    fn calls_nobody_by_a_text_that_hides_something() {
        for text in ["", "\u{1b}[2J", "a\u{202e}da", "two\nlines"] {
            let profile = UpstreamProfile {
                email: Some(text.to_owned()),
                name: Some("Ada".to_owned()),
                accounts: Vec::new(),
            };
            assert_eq!(profile.display(), Some("Ada"));
        }
    }

    #[test]
    fn reads_what_an_earlier_and_a_later_release_wrote() {
        let empty: UpstreamProfile = serde_json::from_str("{}").unwrap();
        assert_eq!(empty, UpstreamProfile::default());
        let text = r#"{"email":null,"accounts":[{"kind":"wallet","since":1}],"locale":"de"}"#;
        let later: UpstreamProfile = serde_json::from_str(text).unwrap();
        assert_eq!(later.accounts, [account("wallet", None)]);
    }
}
