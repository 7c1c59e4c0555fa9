//! The server with Privy as its login, the simulator that plays Privy, and the product's API.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::Body;
use countersign_config::{Client as ConfiguredClient, Config, Provider, Secret};
use countersign_domain::{Clock as _, Username};
use countersign_privy_simulator::{Settings, Simulator, SimulatorConfig};
use countersign_server::upstream::ApiToken;
use countersign_storage::commands::{DisableUser, FindUser};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::{
    Answer, Authorization, Browser, Database, ManualClock, ProductApi, TestServer, Tokens, Trust,
};

/// A server, its Privy and the API that its tools call, with one clock.
pub struct PrivyServer {
    /// The server.
    pub server: TestServer,
    /// Privy.
    pub privy: Simulator,
    /// The product's API, which takes the tokens that the server is configured to send.
    pub api: ProductApi,
}

impl Deref for PrivyServer {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl PrivyServer {
    /// A client that may exchange tokens, named by the operator.
    pub const BACKEND: (&'static str, &'static str) =
        ("backend", "the backend's secret, 32 characters");

    /// Starts all three.
    pub async fn start(database: Database, configure: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let shared = Arc::clone(&clock);
        let privy = Simulator::start(SimulatorConfig {
            settings: Settings::with_every_method(vec![TestServer::URL.to_owned()]),
            now: Arc::new(move || shared.now().as_millis()),
            ..SimulatorConfig::default()
        })
        .await
        .unwrap();
        let api = ProductApi::start(Arc::clone(&clock)).await;
        let server = TestServer::with_clock(database, clock, |config| {
            config.login.provider = Provider::Privy;
            let login = &mut config.login.privy;
            let app = privy.app();
            login.app_id = Some(app.id.clone());
            login.app_secret = Some(Secret::new(app.secret.clone()));
            login.client_id = Some(app.client_id.clone());
            login.api_url = privy.url().parse().unwrap();
            login.auth_url = privy.url().parse().unwrap();
            config.api.url = Some(api.url().parse().unwrap());
            config.api.audience = Some("https://api.example".to_owned());
            config.clients.push(Self::backend());
            configure(config);
        })
        .await;
        api.trust(match &server.server.settings().api_token {
            ApiToken::Countersign { audience } => Trust::Countersign {
                keys: serde_json::from_value(server.get("/.well-known/jwks.json").await.json())
                    .unwrap(),
                issuer: TestServer::URL.to_owned(),
                audience: audience.clone().unwrap(),
            },
            ApiToken::Device | ApiToken::Browser => Trust::Privy {
                keys: privy.jwks(),
                app_id: privy.app().id.clone(),
            },
        });
        Self { server, privy, api }
    }

    fn backend() -> ConfiguredClient {
        let (id, secret) = Self::BACKEND;
        ConfiguredClient {
            id: id.to_owned(),
            name: "The product's backend".to_owned(),
            redirect_uris: vec!["https://backend.example/callback".to_owned()],
            secret: Some(Secret::new(secret.to_owned())),
            secret_file: None,
            scope: None,
            token_exchange: true,
        }
    }

    /// An access token of Privy for whoever has this e-mail address, as the page gets it.
    pub fn token_of(&self, email: &str) -> String {
        self.privy.sign_in(email).unwrap().access_token
    }

    /// From nothing to tokens: agrees, signs in at Privy, hands over, consents, redeems.
    pub async fn connect(&self, email: &str) -> Tokens {
        self.connect_as(&Authorization::public(&self.server).await, email)
            .await
    }

    /// The same for a client.
    pub async fn connect_as(&self, authorization: &Authorization, email: &str) -> Tokens {
        let mut browser = Browser::new(&self.server);
        let interaction = browser.begin(&authorization.target()).await;
        browser.agree(&interaction).await;
        let answer = self.sign_in(&mut browser, &interaction, email).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        let code = browser.approve(&interaction).await.sent("code").unwrap();
        Tokens::of(&authorization.redeem(&self.server, &code).await)
    }

    /// What the page does with the login's token: approves device codes if it is to, and hands over.
    pub async fn sign_in(
        &self,
        browser: &mut Browser<'_>,
        interaction: &str,
        email: &str,
    ) -> Answer {
        let tokens = self.privy.sign_in(email).unwrap();
        let page = browser.open(interaction).await;
        if let Some(device) = page.attribute("data-device") {
            let answer = browser.script(&page, &device, "{}").await;
            for code in answer.json()["user_codes"].as_array().unwrap() {
                self.privy
                    .decide_device(code.as_str().unwrap(), &tokens.did, true)
                    .unwrap();
            }
        }
        browser.hand_over(&page, &tokens.access_token).await
    }

    /// Exchanges an access token as the product's backend.
    pub async fn exchange(&self, access_token: &str) -> Answer {
        self.exchange_with(access_token, &[]).await
    }

    /// The same with more parameters.
    pub async fn exchange_with(&self, access_token: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = self.exchange_fields(access_token);
        fields.extend_from_slice(more);
        self.post("/token", &fields).await
    }

    /// Disables the account of a person, as the command line does.
    pub async fn disable(&self, did: &str) {
        let store = self.server.server.store();
        let name = FindUser::ByName(Username::parse(did).unwrap());
        let id = store.read(name).await.unwrap().unwrap().id;
        let now = self.clock.now();
        store.execute(DisableUser { id, now }).await.unwrap();
    }

    /// The fields of an exchange by the product's backend.
    pub fn exchange_fields<'a>(&self, access_token: &'a str) -> Vec<(&'a str, &'a str)> {
        let (id, secret) = Self::BACKEND;
        let token_type = "urn:ietf:params:oauth:token-type:access_token";
        vec![
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("subject_token", access_token),
            ("subject_token_type", token_type),
            ("client_id", id),
            ("client_secret", secret),
        ]
    }

    /// The token for the product's API that an exchange brings.
    pub async fn upstream_token(&self, access_token: &str) -> String {
        let answer = self.exchange(access_token).await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A JSON request as a program sends it.
    pub fn json(target: &str, body: &Value) -> Request<Body> {
        TestServer::request(Method::POST, target)
            .header("content-type", "application/json")
            .body(body.to_string().into())
            .unwrap()
    }
}

impl Browser<'_> {
    /// Goes on from the page that asks first.
    pub async fn agree(&mut self, interaction: &str) {
        let action = format!("{interaction}/agree");
        let answer = self
            .submit(interaction, &action, &[("decision", "continue")])
            .await;
        assert_eq!(answer.location(), interaction);
    }

    /// Hands a token over as the script of this page does.
    pub async fn hand_over(&mut self, page: &Answer, token: &str) -> Answer {
        let target = page
            .attribute("data-hand-over")
            .unwrap_or_else(|| panic!("no Privy form in {}", page.text()));
        let body = json!({ "token": token }).to_string();
        self.script(page, &target, &body).await
    }

    /// Sends what the script of this page sends.
    pub async fn script(&mut self, page: &Answer, target: &str, body: &str) -> Answer {
        let csrf = page.attribute("data-csrf").unwrap_or_default();
        let request = self.script_request(target, &csrf, body);
        self.send(request).await
    }

    /// The request of a script with this token of its page.
    pub fn script_request(&self, target: &str, csrf: &str, body: &str) -> Request<Body> {
        TestServer::request(Method::POST, target)
            .header("cookie", self.sent())
            .header("origin", TestServer::URL)
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", csrf)
            .header("content-type", "application/json")
            .body(body.to_owned().into())
            .unwrap()
    }
}
