//! A Privy app at a host of its own, and a clock that moves when told to.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{Clock as _, Milliseconds};
use countersign_egress::{Egress, EgressConfig, Limits};
use countersign_identity::privy::{Privy, PrivyConfig, PrivySecret};
use countersign_jose::algorithm::Algorithm;
use countersign_jose::jwk::JwkSet;
use countersign_jose::key::SigningKey;
use countersign_testnet::{Answer, ApiHost};
use serde_json::{Value, json};

use crate::world::ManualClock;

pub(super) const APP: &str = "clsimulator0000000000aaaa";
pub(super) const SECRET: &str = "app-s3cret";
pub(super) const CLIENT: &str = "client-s1m";
pub(super) const DID: &str = "did:privy:ca15000000000000000000000";
pub(super) const ORIGIN: &str = "https://as.example";

pub(super) const SECOND: Milliseconds = 1000;
pub(super) const MINUTE: Milliseconds = 60 * SECOND;

pub(super) const JWKS: &str = "/v1/apps/clsimulator0000000000aaaa/jwks.json";
pub(super) const SETTINGS: &str = "/api/v1/apps/clsimulator0000000000aaaa";
pub(super) const USER: &str = "/v1/users/did:privy:ca15000000000000000000000";
pub(super) const BEGIN: &str = "/api/oauth/v2/device_authorization";
pub(super) const TOKEN: &str = "/api/oauth/v2/token";
pub(super) const GRANTS: &str = "/api/oauth/v2/grants";

pub(super) struct World {
    pub(super) host: ApiHost,
    pub(super) clock: Arc<ManualClock>,
    pub(super) key: SigningKey,
    pub(super) privy: Privy,
}

impl World {
    /// Nothing is scripted: every request is answered 404 `{}`.
    pub(super) async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    /// The keys are published.
    pub(super) async fn published() -> Self {
        let world = Self::new().await;
        world.publish(&[&world.key]);
        world
    }

    /// With a configuration that was changed; the app's key is given.
    pub(super) async fn with(change: impl FnOnce(&mut PrivyConfig, &SigningKey)) -> Self {
        let host = ApiHost::start().await;
        let clock = Arc::new(ManualClock::at(1_795_428_329_000));
        let key = key();
        let mut config = config(&host.url(""));
        change(&mut config, &key);
        Self {
            privy: Privy::new(config, api(), clock.clone()).unwrap(),
            host,
            clock,
            key,
        }
    }

    pub(super) fn publish(&self, keys: &[&SigningKey]) {
        let set: JwkSet = keys.iter().map(|key| key.public().jwk()).collect();
        self.host
            .answer(JWKS, Answer::json(serde_json::to_vec(&set).unwrap()));
    }

    pub(super) fn fail(&self, target: &str) {
        self.host
            .answer(target, Answer::json(r#"{"error":"x"}"#).status(503));
    }

    /// How often this target was asked for.
    pub(super) fn asked(&self, target: &str) -> usize {
        let requests = self.host.requests();
        requests.iter().filter(|it| it.target == target).count()
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_seconds()
    }

    pub(super) fn claims(&self) -> Value {
        json!({
            "iss": "privy.io", "aud": APP, "sub": DID, "sid": "cmsession0000000000000000",
            "iat": self.now() - 10, "exp": self.now() + 3600
        })
    }

    /// A good access token.
    pub(super) fn token(&self) -> String {
        self.signed_by(&self.key)
    }

    pub(super) fn signed_by(&self, key: &SigningKey) -> String {
        key.sign("JWT", &self.claims()).unwrap()
    }

    /// A rightly signed token with these claims on top; `null` takes one away.
    pub(super) fn token_with(&self, changes: &Value) -> String {
        let mut claims = self.claims();
        let members = claims.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        self.key.sign("JWT", &claims).unwrap()
    }
}

pub(super) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

pub(super) fn config(url: &str) -> PrivyConfig {
    PrivyConfig {
        app_id: APP.into(),
        app_secret: PrivySecret::new(SECRET.into()),
        client_id: None,
        verification_key: None,
        api_url: url.into(),
        auth_url: url.into(),
        origin: ORIGIN.into(),
    }
}

pub(super) fn api() -> countersign_egress::ApiClient {
    let egress = Egress::new(EgressConfig {
        nameservers: Vec::new(),
        extra_roots: Vec::new(),
        allowed_networks: Vec::new(),
        concurrency: 1,
    })
    .unwrap();
    egress.api(Limits {
        bytes: 256 * 1024,
        timeout: Duration::from_secs(20),
    })
}

pub(super) fn refused(status: u16, body: &Value) -> Answer {
    Answer::json(body.to_string()).status(status)
}
