//! A simulator with a clock of the test's own.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_privy_simulator::{Settings, Simulator, SimulatorConfig};
use serde_json::{Value, json};

use crate::client::Request;

pub(crate) const APP: &str = "clsimulator0000000000aaaa";
pub(crate) const CLIENT: &str = "client-sim";
pub(crate) const ORIGIN: &str = "http://localhost:3002";

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    now_ms: Arc<AtomicI64>,
}

impl World {
    /// Every method is on; it is a Friday in 2027.
    pub(crate) async fn start() -> Self {
        Self::with(Settings::with_every_method(vec![ORIGIN.to_owned()])).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let now_ms = Arc::new(AtomicI64::new(1_800_000_000_000));
        let read = Arc::clone(&now_ms);
        let config = SimulatorConfig {
            settings,
            now: Arc::new(move || read.load(Ordering::SeqCst)),
            ..SimulatorConfig::default()
        };
        Self {
            simulator: Simulator::start(config).await.unwrap(),
            now_ms,
        }
    }

    /// Lets seconds pass on the clock that the simulator follows.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// A request without any header.
    pub(crate) fn bare(&self, method: &str, target: &str) -> Request {
        Request::new(self.simulator.address(), method, target)
    }

    /// As the SDK in a page of the app sends it.
    pub(crate) fn page(&self, method: &str, target: &str) -> Request {
        self.bare(method, target)
            .header("origin", ORIGIN)
            .header("privy-app-id", APP)
            .header("privy-client-id", CLIENT)
            .header("privy-client", "js-sdk-core:0.76.2")
    }

    /// As the app's server sends it.
    pub(crate) fn server(&self, method: &str, target: &str) -> Request {
        let credentials = STANDARD.encode(format!("{APP}:simulator-app-secret"));
        self.bare(method, target)
            .header("privy-app-id", APP)
            .header("authorization", &format!("Basic {credentials}"))
    }

    /// With the app id and nothing else.
    pub(crate) fn device(&self, method: &str, target: &str) -> Request {
        self.bare(method, target).header("privy-app-id", APP)
    }

    /// Signs in by e-mail code as a page does.
    pub(crate) async fn sign_in_by_email(&self, email: &str) -> Value {
        let body = json!({ "email": email });
        self.page("POST", "/api/v1/passwordless/init")
            .json(body)
            .send()
            .await
            .ok();
        let code = self.one_time_code(email).unwrap();
        let body = json!({ "email": email, "code": code });
        let request = self.page("POST", "/api/v1/passwordless/authenticate");
        request.json(body).send().await.ok()
    }

    /// One refresh of a session as a page does it.
    pub(crate) fn refresh(&self, bearer: &Value, refresh_token: &Value) -> Request {
        self.page("POST", "/api/v1/sessions")
            .bearer(bearer.as_str().unwrap())
            .json(json!({ "refresh_token": refresh_token }))
    }
}

impl Deref for World {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

/// Header and claims of a token, unverified.
pub(crate) fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

pub(crate) fn claims(token: &Value) -> Value {
    parts(token.as_str().unwrap()).1
}
