//! The state behind the routes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_domain::Entropy;
use countersign_jose::key::{KeyError, SignError};
use http::StatusCode;
use serde_json::{Value, json};

use crate::clock::SimClock;
use crate::device_grant::{Devices, Grant};
use crate::failure::Failure;
use crate::fault::Faults;
use crate::keys::KeyRing;
use crate::log::Log;
use crate::one_time_code::{Counter, Outbox};
use crate::routes::oauth::OAuth;
use crate::routes::passkeys::Ceremonies;
use crate::routes::siwe::Nonces;
use crate::session::{Session, Sessions};
use crate::settings::Settings;
use crate::token::{self, Life};
use crate::user::{LinkedAccount, Mode, SignedIn, User, Users};

/// The names and the secret of the simulated app.
#[derive(Clone)]
pub struct App {
    /// A cuid of 25 characters.
    pub id: String,
    /// The password of the server's requests.
    pub secret: String,
    /// The one app client.
    pub client_id: String,
    /// What people read.
    pub name: String,
}

impl Default for App {
    fn default() -> Self {
        Self {
            id: "clsimulator0000000000aaaa".to_owned(),
            secret: "simulator-app-secret".to_owned(),
            client_id: "client-sim".to_owned(),
            name: "Simulated app".to_owned(),
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("App")
            .field("id", &self.id)
            .field("client_id", &self.client_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What every route shares.
pub(crate) struct Core {
    pub(crate) app: App,
    /// Where browsers reach the simulator, without a slash at the end.
    pub(crate) url: String,
    pub(crate) clock: SimClock,
    pub(crate) entropy: Arc<dyn Entropy>,
    world: Mutex<World>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) keys: KeyRing,
    pub(crate) users: Users,
    pub(crate) sessions: Sessions,
    pub(crate) outbox: Outbox,
    pub(crate) requested: Counter,
    pub(crate) oauth: OAuth,
    pub(crate) nonces: Nonces,
    pub(crate) ceremonies: Ceremonies,
    pub(crate) devices: Devices,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
}

/// Whose request it is, by its bearer token.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) did: String,
    pub(crate) sid: String,
    pub(crate) expires_at: i64,
}

impl Core {
    pub(crate) fn new(
        app: App,
        url: String,
        clock: SimClock,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            app,
            url,
            clock,
            entropy,
            world: Mutex::new(World {
                settings,
                keys: KeyRing::generate()?,
                users: Users::default(),
                sessions: Sessions::default(),
                outbox: Outbox::default(),
                requested: Counter::default(),
                oauth: OAuth::default(),
                nonces: Nonces::default(),
                ceremonies: Ceremonies::default(),
                devices: Devices::default(),
                faults: Faults::default(),
                log: Log::default(),
            }),
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A method of signing in that the app configuration switches, such as `email_auth`.
    pub(crate) fn require_method(&self, world: &World, switch: &str) -> Result<(), Failure> {
        let on = self
            .app_configuration(world)
            .get(switch)
            .and_then(Value::as_bool);
        if on == Some(true) {
            return Ok(());
        }
        Err(Failure::new(
            StatusCode::FORBIDDEN,
            format!("Login method not allowed: {switch} is off for this app"),
            "disallowed_login_method",
        ))
    }

    /// Signs in whoever has this account, and answers as every `authenticate` does.
    pub(crate) fn sign_in(
        &self,
        world: &mut World,
        account: LinkedAccount,
        mode: Mode,
        client_id: Option<String>,
    ) -> Result<Value, Failure> {
        let who = world
            .users
            .sign_in(account, mode, self.clock.now(), &*self.entropy)?;
        self.begin_session(world, &who, client_id)
    }

    /// A new login session for somebody who has just signed in.
    pub(crate) fn begin_session(
        &self,
        world: &mut World,
        who: &SignedIn,
        client_id: Option<String>,
    ) -> Result<Value, Failure> {
        let expires_at = self.clock.now() + world.settings.refresh_token_ttl;
        let session = world
            .sessions
            .open(&who.did, client_id, expires_at, &*self.entropy);
        let mut answer = self.authenticated(world, &session)?;
        if let Some(members) = answer.as_object_mut() {
            members.insert("is_new_user".to_owned(), who.is_new.into());
        }
        Ok(answer)
    }

    /// The user with fresh tokens of this session.
    pub(crate) fn authenticated(&self, world: &World, session: &Session) -> Result<Value, Failure> {
        let user = world
            .users
            .get(&session.did)
            .ok_or_else(Failure::user_not_found)?;
        let life = self.life(world.settings.access_token_ttl);
        let access = token::access_claims(&self.app.id, &user.did, &session.id, life);
        let privy = if world.settings.privy_access_token {
            let claims = token::privy_access_claims(&user.did, &session.id, life);
            Some(token::sign(&world.keys, &claims).map_err(unsigned)?)
        } else {
            None
        };
        let mut answer = json!({
            "user": user.to_json(),
            "token": token::sign(&world.keys, &access).map_err(unsigned)?,
            "privy_access_token": privy,
            "refresh_token": session.refresh_token(),
            "session_update_action": "set",
        });
        if let (Some(identity), Some(members)) =
            (self.identity_token(world, user)?, answer.as_object_mut())
        {
            members.insert("identity_token".to_owned(), identity.into());
        }
        Ok(answer)
    }

    /// An identity token, where the app gives them.
    pub(crate) fn identity_token(
        &self,
        world: &World,
        user: &User,
    ) -> Result<Option<String>, Failure> {
        if !world.settings.identity_token {
            return Ok(None);
        }
        let life = self.life(world.settings.access_token_ttl);
        let claims = token::identity_claims(&self.app.id, user, life);
        token::sign(&world.keys, &claims)
            .map(Some)
            .map_err(unsigned)
    }

    /// An access token of a device, which Privy describes as an ordinary one.
    pub(crate) fn device_token(&self, world: &World, grant: &Grant) -> Result<String, SignError> {
        let settings = &world.settings.device;
        let life = self.life(settings.access_token_ttl);
        let mut claims = token::access_claims(&self.app.id, &grant.did, &grant.id, life);
        token::overlay(&mut claims, &settings.claims);
        token::sign(&world.keys, &claims)
    }

    pub(crate) fn life(&self, ttl: i64) -> Life {
        Life {
            issued_at: self.clock.now(),
            ttl,
        }
    }

    /// Whose token this is: any access token of the app or of Privy that its keys signed, however
    /// old.
    pub(crate) fn read_bearer(&self, world: &World, token: &str) -> Option<Bearer> {
        let claims = world.keys.read(token)?;
        let audience = claims.get("aud")?.as_str()?;
        let known = audience == self.app.id || audience == token::PRIVY_AUDIENCE;
        (known && claims.get("iss")?.as_str()? == token::ISSUER).then_some(())?;
        Some(Bearer {
            did: claims.get("sub")?.as_str()?.to_owned(),
            sid: claims.get("sid")?.as_str()?.to_owned(),
            expires_at: claims.get("exp")?.as_i64()?,
        })
    }

    /// Whose request it is, if the token still holds and its session or grant lives.
    pub(crate) fn require_bearer(
        &self,
        world: &World,
        token: Option<&str>,
    ) -> Result<Bearer, Failure> {
        let missing = Failure::invalid_token(StatusCode::UNAUTHORIZED, "Missing auth token");
        let invalid = Failure::invalid_token(StatusCode::UNAUTHORIZED, "Invalid auth token");
        let bearer = self
            .read_bearer(world, token.ok_or(missing)?)
            .ok_or_else(|| invalid.clone())?;
        let lives =
            world.sessions.get(&bearer.sid).is_some() || world.devices.get(&bearer.sid).is_some();
        if self.clock.now() >= bearer.expires_at || !lives {
            return Err(invalid);
        }
        if world.users.get(&bearer.did).is_none() {
            return Err(invalid);
        }
        Ok(bearer)
    }

    /// Takes a person out with every session and grant. Answers whether there was one.
    pub(crate) fn delete_user(world: &mut World, did: &str) -> bool {
        world.sessions.close_all(did);
        world.devices.revoke_all(did);
        world.users.remove(did).is_some()
    }
}

/// A fault of the simulator itself.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` wants"
)]
pub(crate) fn unsigned(error: SignError) -> Failure {
    Failure::plain(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
