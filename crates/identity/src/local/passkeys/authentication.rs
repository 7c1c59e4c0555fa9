//! Signing in with a passkey (WebAuthn section 7.2).

use std::net::IpAddr;

use countersign_domain::{PlainPasskeyCeremony, User, UserId};
use countersign_storage::StorageError;
use countersign_storage::commands::{FindPasskey, FindUser, Passkey, UpdatePasskey};
use webauthn_rs::prelude::{AuthenticationResult, PublicKeyCredential};

use super::super::rate_limit;
use super::{Ceremony, PasskeyError, Passkeys, json, rejected};

impl Passkeys {
    /// Begins a sign-in from this address (the browser's, not a proxy's). Answers the handle to
    /// bring back, and the options for `navigator.credentials.get` as JSON with one member
    /// `publicKey` (WebAuthn section 5.5). They name no credential, so they serve a button as
    /// well as autofill (`mediation: "conditional"`).
    pub async fn start_authentication(
        &self,
        address: IpAddr,
    ) -> Result<(PlainPasskeyCeremony, String), PasskeyError> {
        let relying_party = self.relying_party()?;
        rate_limit::ceremony(&self.store, address, self.clock.now()).await??;
        let (mut options, state) = relying_party
            .start_discoverable_authentication()
            .map_err(|error| rejected(&error))?;
        // Whether to autofill or to ask is the page's choice.
        options.mediation = None;
        let options = json(&options)?;
        let handle = self.remember(&Ceremony::Authentication { state }).await?;
        Ok((handle, options))
    }

    /// Who signs in with the assertion `credential` (JSON, WebAuthn section 5.1).
    pub async fn finish_authentication(
        &self,
        handle: &str,
        credential: &str,
    ) -> Result<User, PasskeyError> {
        let relying_party = self.relying_party()?;
        let Ceremony::Authentication { state } = self.recall(handle).await? else {
            return Err(PasskeyError::Expired);
        };
        let credential: PublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| PasskeyError::Rejected)?;
        let (user_handle, credential_id) = relying_party
            .identify_discoverable_authentication(&credential)
            .map_err(|error| rejected(&error))?;
        let claimed = UserId::from_bytes(user_handle.into_bytes());
        let find = FindPasskey {
            credential_id: credential_id.to_vec(),
        };
        let passkey = self.store.read(find).await?.ok_or(PasskeyError::Rejected)?;
        // Step 6: the user handle must name the owner of the credential.
        if passkey.user_id != claimed {
            return Err(PasskeyError::Rejected);
        }
        let registered = read(&passkey)?;
        // Refuses a signature counter that did not advance, too (step 22).
        let result = relying_party
            .finish_discoverable_authentication_v2(&credential, state, &registered)
            .map_err(|error| rejected(&error))?;
        let user = self.store.read(FindUser::ById(passkey.user_id)).await?;
        let user = user.filter(User::is_active).ok_or(PasskeyError::Rejected)?;
        self.advance(passkey, registered, &result).await?;
        Ok(user)
    }

    /// Stores the new counter. Two assertions with the same counter at once have been verified
    /// against the same stored one; the second finds it gone.
    async fn advance(
        &self,
        passkey: Passkey,
        mut registered: webauthn_rs::prelude::Passkey,
        result: &AuthenticationResult,
    ) -> Result<(), PasskeyError> {
        let credential = match registered.update_credential(result) {
            Some(true) => json(&registered)?,
            Some(false) => passkey.credential.clone(),
            None => return Err(PasskeyError::Rejected),
        };
        let update = UpdatePasskey {
            credential_id: passkey.credential_id,
            verified: passkey.credential,
            credential,
            now: self.clock.now(),
        };
        if self.store.execute(update).await? {
            Ok(())
        } else {
            Err(PasskeyError::Rejected)
        }
    }
}

fn read(passkey: &Passkey) -> Result<webauthn_rs::prelude::Passkey, StorageError> {
    serde_json::from_str(&passkey.credential).map_err(|_| StorageError::Corrupt {
        table: "passkey",
        column: "credential",
        id: String::new(),
    })
}
