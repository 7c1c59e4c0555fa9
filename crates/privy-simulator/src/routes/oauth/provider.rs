//! What Privy keeps of an account at each provider.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Person;

/// The provider's name for a person, the same every time, and the fields of the linked account.
pub(super) fn profile(provider: &str, person: &Person) -> (String, Value) {
    let Person { email, name } = person;
    let username = email.split('@').next().unwrap_or(email);
    let fields = match provider {
        "google" | "spotify" => json!({ "email": email, "name": name }),
        "discord" => json!({ "email": email, "username": format!("{username}#0") }),
        "apple" => json!({ "email": email }),
        "linkedin" => json!({ "email": email, "name": name, "vanity_name": username }),
        "line" => json!({ "email": email, "name": name, "profile_picture_url": null }),
        "twitter" => json!({ "name": name, "username": username, "profile_picture_url": null }),
        "tiktok" => json!({ "name": name, "username": username }),
        "instagram" | "twitch" => json!({ "username": username }),
        _ => json!({ "email": email, "name": name, "username": username }),
    };
    (subject(provider, email), fields)
}

fn subject(provider: &str, email: &str) -> String {
    let digest = Sha256::digest(format!("{provider}\n{email}"));
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        // Digits only, as Google's are.
        _ = write!(text, "{byte:03}");
        text
    })
}
