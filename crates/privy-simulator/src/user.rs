//! The people of the app and the accounts they sign in with.

use std::collections::BTreeMap;

use countersign_domain::Entropy;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use crate::failure::Failure;
use crate::random;

/// What a sign-in does with somebody who never signed in before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    #[default]
    LoginOrSignUp,
    NoSignup,
}

/// One way in which a person signs in.
#[derive(Clone, Debug)]
pub(crate) struct LinkedAccount {
    /// Privy's `type`.
    kind: String,
    /// What makes it this account among those of its type.
    key: String,
    fields: Map<String, Value>,
    first_verified_at: i64,
    latest_verified_at: i64,
}

impl LinkedAccount {
    fn new(kind: impl Into<String>, key: &str, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self {
            kind: kind.into(),
            key: key.to_owned(),
            fields,
            first_verified_at: 0,
            latest_verified_at: 0,
        }
    }

    /// An e-mail address, already folded.
    pub(crate) fn email(address: &str) -> Self {
        Self::new("email", address, json!({ "address": address }))
    }

    /// A telephone number in E.164.
    pub(crate) fn phone(number: &str) -> Self {
        Self::new(
            "phone",
            number,
            json!({ "phoneNumber": number, "number": number }),
        )
    }

    /// An account at an OAuth provider, with the fields that Privy keeps of it.
    pub(crate) fn oauth(provider: &str, subject: &str, mut fields: Value) -> Self {
        if let Some(members) = fields.as_object_mut() {
            members.insert("subject".to_owned(), subject.into());
        }
        Self::new(format!("{provider}_oauth"), subject, fields)
    }

    /// An Ethereum wallet, its address with the checksum.
    pub(crate) fn wallet(
        address: &str,
        chain_id: Option<&str>,
        wallet_client_type: Option<&str>,
        connector_type: Option<&str>,
    ) -> Self {
        let fields = json!({
            "address": address,
            "chain_type": "ethereum",
            "chain_id": chain_id.unwrap_or("eip155:1"),
            "wallet_client": "unknown",
            "wallet_client_type": wallet_client_type.unwrap_or("unknown"),
            "connector_type": connector_type.unwrap_or("injected"),
        });
        Self::new("wallet", address, fields)
    }

    /// A passkey by the name of its credential.
    pub(crate) fn passkey(credential_id: &str) -> Self {
        let fields = json!({ "credential_id": credential_id, "enrolled_in_mfa": false });
        Self::new("passkey", credential_id, fields)
    }

    /// A subject of another issuer's JWTs.
    pub(crate) fn custom_auth(custom_user_id: &str) -> Self {
        let fields = json!({ "custom_user_id": custom_user_id });
        Self::new("custom_auth", custom_user_id, fields)
    }

    fn is(&self, kind: &str, key: &str) -> bool {
        self.kind == kind && self.key.eq_ignore_ascii_case(key)
    }

    /// As it stands in a user object.
    fn to_json(&self) -> Value {
        let mut members = self.fields.clone();
        members.insert("type".to_owned(), self.kind.as_str().into());
        members.insert("verified_at".to_owned(), self.first_verified_at.into());
        members.insert(
            "first_verified_at".to_owned(),
            self.first_verified_at.into(),
        );
        members.insert(
            "latest_verified_at".to_owned(),
            self.latest_verified_at.into(),
        );
        Value::Object(members)
    }

    /// As it stands in an identity token, which names a telephone number otherwise than a user
    /// object does.
    fn to_light_json(&self) -> Value {
        let mut members = self.fields.clone();
        if let Some(number) = members.remove("phoneNumber") {
            members.remove("number");
            members.insert("phone_number".to_owned(), number);
        }
        members.insert("type".to_owned(), self.kind.as_str().into());
        members.insert("lv".to_owned(), self.latest_verified_at.into());
        Value::Object(members)
    }
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) did: String,
    pub(crate) created_at: i64,
    accounts: Vec<LinkedAccount>,
    pub(crate) blocked: bool,
    /// What authenticators call the person (WebAuthn section 5.4.3).
    pub(crate) passkey_handle: Uuid,
    pub(crate) passkeys: Vec<Passkey>,
}

impl User {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.did,
            "created_at": self.created_at,
            "linked_accounts": self.accounts.iter().map(LinkedAccount::to_json).collect::<Vec<_>>(),
            "mfa_methods": [],
            "has_accepted_terms": false,
            "is_guest": false,
        })
    }

    /// The claim `linked_accounts` of an identity token: JSON in a string.
    pub(crate) fn light_accounts(&self) -> String {
        let accounts: Vec<_> = self
            .accounts
            .iter()
            .map(LinkedAccount::to_light_json)
            .collect();
        Value::from(accounts).to_string()
    }
}

/// Everybody, by DID.
#[derive(Debug, Default)]
pub(crate) struct Users(BTreeMap<String, User>);

impl Users {
    pub(crate) fn get(&self, did: &str) -> Option<&User> {
        self.0.get(did)
    }

    pub(crate) fn get_mut(&mut self, did: &str) -> Option<&mut User> {
        self.0.get_mut(did)
    }

    pub(crate) fn remove(&mut self, did: &str) -> Option<User> {
        self.0.remove(did)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &User> {
        self.0.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut User> {
        self.0.values_mut()
    }

    pub(crate) fn find(&self, kind: &str, key: &str) -> Option<&User> {
        self.iter()
            .find(|user| user.accounts.iter().any(|account| account.is(kind, key)))
    }

    /// The person with this DID, or whose account of any type this is.
    pub(crate) fn find_by_anything(&self, name: &str) -> Option<&User> {
        self.get(name).or_else(|| {
            self.iter().find(|user| {
                user.accounts.iter().any(|account| {
                    account.key.eq_ignore_ascii_case(name)
                        || account.fields.get("email").and_then(Value::as_str) == Some(name)
                })
            })
        })
    }

    /// The person with this account, who is new if nobody had it.
    pub(crate) fn sign_in(
        &mut self,
        account: LinkedAccount,
        mode: Mode,
        now: i64,
        entropy: &dyn Entropy,
    ) -> Result<SignedIn, Failure> {
        let found = self
            .find(&account.kind, &account.key)
            .map(|user| user.did.clone());
        if let Some(user) = found.and_then(|did| self.0.get_mut(&did)) {
            if user.blocked {
                return Err(Failure::new(
                    StatusCode::FORBIDDEN,
                    "User is not allowed to log in",
                    "allowlist_rejected",
                ));
            }
            user.verify(account, now);
            return Ok(SignedIn {
                did: user.did.clone(),
                is_new: false,
            });
        }
        if mode == Mode::NoSignup {
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "User does not exist",
                "user_does_not_exist",
            ));
        }
        let did = self.create(account, now, entropy);
        Ok(SignedIn { did, is_new: true })
    }

    /// A new person with this account. Answers the DID.
    pub(crate) fn create(
        &mut self,
        account: LinkedAccount,
        now: i64,
        entropy: &dyn Entropy,
    ) -> String {
        let did = format!("did:privy:{}", random::cuid(entropy));
        let mut handle = [0; 16];
        entropy.fill(&mut handle);
        let mut user = User {
            did: did.clone(),
            created_at: now,
            accounts: Vec::new(),
            blocked: false,
            passkey_handle: Uuid::from_bytes(handle),
            passkeys: Vec::new(),
        };
        user.verify(account, now);
        self.0.insert(did.clone(), user);
        did
    }
}

impl User {
    /// Notes that the person has just proved to have this account.
    pub(crate) fn verify(&mut self, mut account: LinkedAccount, now: i64) {
        account.latest_verified_at = now;
        account.first_verified_at = now;
        let known = self
            .accounts
            .iter_mut()
            .find(|known| known.is(&account.kind, &account.key));
        match known {
            Some(known) => {
                account.first_verified_at = known.first_verified_at;
                *known = account;
            }
            None => self.accounts.push(account),
        }
    }
}

/// Who signed in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) did: String,
    pub(crate) is_new: bool,
}
