//! Making, ending and impersonating people.

use serde::Serialize;
use serde_json::Value;

use super::Control;
use crate::core::{Core, World};
use crate::routes::account_named;
use crate::user::Mode;

/// Nobody has this DID or this account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody has this DID, e-mail address, telephone number or account")]
pub struct UnknownUser;

/// What a page holds after a sign-in.
#[derive(Clone, Debug, Serialize)]
pub struct Tokens {
    /// Who signed in.
    pub did: String,
    /// `sid` of the tokens.
    pub session_id: String,
    /// What the app's own server gets.
    pub access_token: String,
    /// What continues the session.
    pub refresh_token: String,
    /// What Privy's own API gets, if the app has that.
    pub privy_access_token: Option<String>,
    /// The user in a token, if the app has that.
    pub identity_token: Option<String>,
}

impl Control {
    /// The DID of whoever has this account: an e-mail address, or a telephone number.
    pub fn did(&self, name: &str) -> Result<String, UnknownUser> {
        let world = self.core.world();
        find(&world, name)
    }

    /// The user as Privy's API shows it.
    pub fn user(&self, name: &str) -> Result<Value, UnknownUser> {
        let world = self.core.world();
        let user = world.users.find_by_anything(name).ok_or(UnknownUser)?;
        Ok(user.to_json())
    }

    /// Signs in, without codes and pages, whoever has this e-mail address or telephone number,
    /// and makes an account for somebody new. Fails for somebody who is blocked and for a name
    /// that is neither.
    pub fn sign_in(&self, name: &str) -> Result<Tokens, UnknownUser> {
        let mut world = self.core.world();
        let account = account_named(name).ok_or(UnknownUser)?;
        // The one app client, as the pages of an app would name it.
        let client_id = Some(self.core.app.client_id.clone());
        let answer = self
            .core
            .sign_in(&mut world, account, Mode::LoginOrSignUp, client_id)
            .map_err(|_| UnknownUser)?;
        self.tokens(&world, &answer).ok_or(UnknownUser)
    }

    fn tokens(&self, world: &World, answer: &Value) -> Option<Tokens> {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let access_token = text("token")?;
        let bearer = self.core.read_bearer(world, &access_token)?;
        Some(Tokens {
            did: bearer.did,
            session_id: bearer.sid,
            access_token,
            refresh_token: text("refresh_token")?,
            privy_access_token: text("privy_access_token"),
            identity_token: text("identity_token"),
        })
    }

    /// Decides on a user code as the person with this DID would.
    pub fn decide_device(
        &self,
        user_code: &str,
        did: &str,
        approve: bool,
    ) -> Result<(), UnknownUser> {
        let now = self.core.clock.now();
        let approved_by = approve.then_some(did);
        let mut world = self.core.world();
        world
            .devices
            .decide(user_code, approved_by, now)
            .map_err(|_| UnknownUser)
    }

    /// Ends every login session and every device grant of a person. Answers how many there were.
    pub fn revoke(&self, name: &str) -> Result<usize, UnknownUser> {
        let mut world = self.core.world();
        let did = find(&world, name)?;
        Ok(world.sessions.close_all(&did) + world.devices.revoke_all(&did))
    }

    /// Lets a person not sign in any more, or again.
    pub fn block(&self, name: &str, blocked: bool) -> Result<(), UnknownUser> {
        let mut world = self.core.world();
        let did = find(&world, name)?;
        let user = world.users.get_mut(&did).ok_or(UnknownUser)?;
        user.blocked = blocked;
        Ok(())
    }

    /// Deletes a person with every session and grant.
    pub fn delete_user(&self, name: &str) -> Result<(), UnknownUser> {
        let mut world = self.core.world();
        let did = find(&world, name)?;
        Core::delete_user(&mut world, &did);
        Ok(())
    }
}

fn find(world: &World, name: &str) -> Result<String, UnknownUser> {
    let user = world.users.find_by_anything(name).ok_or(UnknownUser)?;
    Ok(user.did.clone())
}
