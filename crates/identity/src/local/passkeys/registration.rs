//! Adding a passkey to an account (WebAuthn section 7.1).

use countersign_domain::{PlainPasskeyCeremony, User};
use countersign_storage::StorageError;
use countersign_storage::commands::{AddPasskey, ListPasskeys, Passkey, PasskeyAddition};
use serde_json::Value;
use webauthn_rs::prelude::{CreationChallengeResponse, RegisterPublicKeyCredential, Uuid};

use super::{
    Ceremony, PASSKEYS_PER_USER, PasskeyError, PasskeyId, Passkeys, json, rejected, unwritable,
};

/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 64;

impl Passkeys {
    /// Begins to add a passkey to the account of a person who is signed in. Answers the handle to
    /// bring back, and the options for `navigator.credentials.create` as JSON with one member
    /// `publicKey` (WebAuthn section 5.4).
    pub async fn start_registration(
        &self,
        user: &User,
    ) -> Result<(PlainPasskeyCeremony, String), PasskeyError> {
        let relying_party = self.relying_party()?;
        let existing = self.store.read(ListPasskeys { user_id: user.id }).await?;
        let exclude = existing
            .into_iter()
            .map(|passkey| passkey.credential_id)
            .collect();
        let name = user.username.as_str();
        let (options, state) = relying_party
            .start_passkey_registration(
                Uuid::from_bytes(user.id.to_bytes()),
                name,
                name,
                Some(exclude),
            )
            .map_err(|error| rejected(&error))?;
        let options = discoverable(&options)?;
        let handle = self
            .remember(&Ceremony::Registration {
                user_id: user.id,
                state,
            })
            .await?;
        Ok((handle, options))
    }

    /// Adds the passkey that `credential` describes (JSON, WebAuthn section 5.1) under `name`.
    /// `user` must be the person who began.
    pub async fn finish_registration(
        &self,
        handle: &str,
        user: &User,
        credential: &str,
        name: &str,
    ) -> Result<PasskeyId, PasskeyError> {
        let relying_party = self.relying_party()?;
        let Ceremony::Registration { user_id, state } = self.recall(handle).await? else {
            return Err(PasskeyError::Expired);
        };
        if user_id != user.id {
            return Err(PasskeyError::Expired);
        }
        let credential: RegisterPublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| PasskeyError::Rejected)?;
        let registered = relying_party
            .finish_passkey_registration(&credential, &state)
            .map_err(|error| rejected(&error))?;
        let passkey = Passkey {
            credential_id: registered.cred_id().clone(),
            user_id,
            name: readable(name),
            credential: json(&registered)?,
            created_at: self.clock.now(),
            last_used_at: None,
        };
        let id = PasskeyId::new(passkey.credential_id.clone());
        match self
            .store
            .execute(AddPasskey {
                passkey,
                cap: PASSKEYS_PER_USER,
            })
            .await?
        {
            PasskeyAddition::Added => Ok(id),
            PasskeyAddition::AlreadyRegistered => Err(PasskeyError::AlreadyRegistered),
            PasskeyAddition::TooMany => Err(PasskeyError::TooMany),
        }
    }
}

/// Asks for a discoverable credential. The library discourages it, to spare the few places of old
/// security keys; without it nobody could sign in before typing a name.
fn discoverable(options: &CreationChallengeResponse) -> Result<String, StorageError> {
    let mut options = serde_json::to_value(options).map_err(|error| unwritable(&error))?;
    let selection = options.pointer_mut("/publicKey/authenticatorSelection");
    if let Some(selection) = selection.and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
    }
    json(&options)
}

/// A name that can be shown: one line, not empty, not endless.
fn readable(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_NAME)
        .collect();
    match name.trim() {
        "" => "Passkey".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(readable("  Ada's phone\r\n"), "Ada's phone");
        assert_eq!(readable("\0\n "), "Passkey");
        assert_eq!(readable(&"長".repeat(1000)).chars().count(), LONGEST_NAME);
    }
}
