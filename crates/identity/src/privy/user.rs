//! What Privy knows about a person.

use countersign_domain::{LinkedAccount, UpstreamProfile};
use countersign_jose::privy_token::is_did;
use serde::Deserialize;
use serde_json::Value;

use super::Privy;
use super::legible::legible;
use super::outage::{Outage, OutageReason};
use super::wire::{Credential, Failure};

/// How many of a person's accounts are kept. Privy sets no limit; a page does.
const ACCOUNTS_KEPT: usize = 32;

/// Why there is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The person's account at Privy was deleted.
    #[error("Privy has no such user any more")]
    Gone,
    /// Not the form of a user's identifier; Privy was not asked.
    #[error("that is not the identifier of a user of Privy")]
    NotADid,
    /// Privy does not accept the app's id and secret.
    #[error("Privy refuses login.privy.app_secret; copy it from the dashboard again")]
    CredentialsRefused,
    /// Privy cannot be asked now.
    #[error(transparent)]
    Unavailable(#[from] Outage),
}

impl From<Failure> for UserError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Outage(outage) => Self::Unavailable(outage),
            Failure::Refused(refusal) => match refusal.status {
                401 => Self::CredentialsRefused,
                404 => Self::Gone,
                _ => Self::Unavailable(refusal.not_understood()),
            },
        }
    }
}

#[derive(Deserialize)]
struct ReceivedUser {
    id: String,
    #[serde(default)]
    linked_accounts: Value,
}

impl Privy {
    /// The person's profile, as Privy has it now. Every text in it is legible: one line of at most
    /// 256 characters without any that hide or reorder others.
    pub async fn user(&self, did: &str) -> Result<UpstreamProfile, UserError> {
        if !is_did(did) {
            return Err(UserError::NotADid);
        }
        let wire = &self.shared.wire;
        let url = wire.api(&format!("/v1/users/{did}"));
        let user: ReceivedUser = wire.get(&url, Credential::Secret).await?;
        if user.id != did {
            return Err(Outage::new(OutageReason::Malformed).into());
        }
        Ok(profile(&user.linked_accounts))
    }
}

fn profile(linked_accounts: &Value) -> UpstreamProfile {
    let accounts = linked_accounts.as_array().map_or(&[][..], Vec::as_slice);
    UpstreamProfile {
        email: email(accounts),
        name: name(accounts),
        accounts: accounts
            .iter()
            .filter_map(linked_account)
            .take(ACCOUNTS_KEPT)
            .collect(),
    }
}

/// The address that codes go to, else the one that a provider tells.
fn email(accounts: &[Value]) -> Option<String> {
    let is_address = |text: &String| text.contains('@');
    let own = accounts
        .iter()
        .filter(|account| kind(account) == Some("email"))
        .find_map(|account| field(account, &["address"]).filter(is_address));
    own.or_else(|| {
        by_provider(accounts).find_map(|account| field(account, &["email"]).filter(is_address))
    })
}

fn name(accounts: &[Value]) -> Option<String> {
    by_provider(accounts).find_map(|account| field(account, &["name", "display_name"]))
}

/// Accounts at providers, those first that know their people by their real names.
fn by_provider(accounts: &[Value]) -> impl Iterator<Item = &Value> {
    let of = |wanted: fn(&str) -> bool| {
        accounts
            .iter()
            .filter(move |account| kind(account).is_some_and(wanted))
    };
    of(|kind| kind == "google_oauth")
        .chain(of(|kind| kind == "apple_oauth"))
        .chain(of(|kind| !matches!(kind, "google_oauth" | "apple_oauth")))
}

fn linked_account(account: &Value) -> Option<LinkedAccount> {
    let kind = kind(account)?;
    // What tells it from others of its kind; of a kind that is not known here, any field may be
    // what its owner would not show.
    let fields: &[&str] = match kind {
        "email" | "wallet" | "smart_wallet" => &["address"],
        "phone" => &["phoneNumber", "number"],
        "farcaster" => &["username", "display_name"],
        "telegram" => &["username", "first_name"],
        "custom_auth" => &["custom_user_id"],
        "passkey" => &["authenticator_name"],
        "twitter_oauth" | "github_oauth" | "discord_oauth" | "instagram_oauth" | "tiktok_oauth"
        | "twitch_oauth" => &["username", "email", "name"],
        "google_oauth" | "apple_oauth" | "linkedin_oauth" | "spotify_oauth" | "line_oauth" => {
            &["email", "name"]
        }
        _ => &[],
    };
    Some(LinkedAccount {
        label: field(account, fields),
        kind: legible(kind)?,
    })
}

fn kind(account: &Value) -> Option<&str> {
    account.get("type")?.as_str()
}

/// The first of these fields that can be read.
fn field(account: &Value, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| account.get(name)?.as_str().and_then(legible))
}

#[cfg(test)]
mod tests;
