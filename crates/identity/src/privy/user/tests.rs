use serde_json::json;

use super::*;

fn labels(profile: &UpstreamProfile) -> Vec<(&str, Option<&str>)> {
    profile
        .accounts
        .iter()
        .map(|account| (account.kind.as_str(), account.label.as_deref()))
        .collect()
}

#[test]
fn reads_every_kind_of_account_that_people_know() {
    let read = profile(&json!([
        {"type": "wallet", "address": "0x19E7", "chain_type": "ethereum"},
        {"type": "google_oauth", "subject": "1", "email": "ada@gmail.example", "name": "Ada Lovelace"},
        {"type": "email", "address": "ada@example.com", "verified_at": 1_795_428_329},
        {"type": "phone", "phoneNumber": "+15555550123"},
        {"type": "twitter_oauth", "username": "ada", "name": "The Countess"},
        {"type": "farcaster", "fid": 7, "username": "ada.eth"},
        {"type": "passkey", "credential_id": "s3cret"},
    ]));
    assert_eq!(read.email.as_deref(), Some("ada@example.com"));
    assert_eq!(read.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(read.display(), Some("ada@example.com"));
    assert_eq!(
        labels(&read),
        [
            ("wallet", Some("0x19E7")),
            ("google_oauth", Some("ada@gmail.example")),
            ("email", Some("ada@example.com")),
            ("phone", Some("+15555550123")),
            ("twitter_oauth", Some("ada")),
            ("farcaster", Some("ada.eth")),
            ("passkey", None),
        ]
    );
}

#[test]
fn without_an_email_account_a_providers_address_counts() {
    let github = json!({"type": "github_oauth", "username": "ada", "email": "ada@github.example"});
    let apple = json!({"type": "apple_oauth", "email": "x@privaterelay.example"});
    let read = profile(&json!([github, apple]));
    assert_eq!(read.email.as_deref(), Some("x@privaterelay.example"));
    let read = profile(&json!([{"type": "apple_oauth", "email": null}, github]));
    assert_eq!(read.email.as_deref(), Some("ada@github.example"));
}

#[test]
fn an_unknown_kind_keeps_its_name_and_shows_nothing_else() {
    let read = profile(&json!([
        {"type": "brain_implant", "address": "x", "username": "y"},
        {"type": "custom:acme", "subject": "1", "name": "Ada"},
    ]));
    assert_eq!(
        labels(&read),
        [("brain_implant", None), ("custom:acme", None)]
    );
}

#[test]
fn malformed_accounts_are_left_out() {
    for accounts in [
        json!(null),
        json!({}),
        json!("x"),
        json!([7, {}, {"type": 7}, {"type": ""}]),
    ] {
        assert_eq!(profile(&accounts), UpstreamProfile::default(), "{accounts}");
    }
    let read = profile(&json!([{"type": "email", "address": ["x"]}, {"type": "phone"}]));
    assert_eq!(labels(&read), [("email", None), ("phone", None)]);
    assert_eq!(read.display(), None);
}

#[test]
fn only_legible_text_is_kept() {
    let read = profile(&json!([
        {"type": "email\u{202e}", "address": "a@b"},
        {"type": "google_oauth", "email": "ada@ex\u{202e}ample.com", "name": "\u{200b}"},
        {"type": "custom_auth", "custom_user_id": "x".repeat(1000)},
    ]));
    assert_eq!(read.email.as_deref(), Some("ada@example.com"));
    assert_eq!(read.name, None);
    assert_eq!(read.accounts[0].kind, "email");
    assert_eq!(read.accounts[2].label.as_ref().unwrap().len(), 256);
}

#[test]
fn no_more_accounts_than_a_page_can_hold() {
    let many: Vec<Value> = (0..1000)
        .map(|n| json!({"type": "wallet", "address": format!("0x{n}")}))
        .collect();
    assert_eq!(profile(&json!(many)).accounts.len(), 32);
}
