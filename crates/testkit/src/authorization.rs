//! A client's side of an authorization.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::server::encode;
use crate::{Answer, Browser, TestServer};

/// An authorization request in the making: good unless changed.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// The secret of a confidential client.
    pub secret: Option<String>,
    /// The parameters, to be changed at will.
    pub parameters: Vec<(String, String)>,
}

/// What a client holds after a successful token request.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl Tokens {
    /// Reads a successful answer of the token endpoint.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.code(), 200, "{}", answer.text());
        let json = answer.json();
        Self {
            access: json["access_token"].as_str().unwrap().to_owned(),
            refresh: json["refresh_token"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

impl Authorization {
    /// The redirect URI of [`Authorization::public`].
    pub const REDIRECT_URI: &'static str = "https://client.example/callback";

    /// The request of a client that is already registered.
    pub fn of(client_id: &str, redirect_uri: &str) -> Self {
        let verifier = "a-verifier-of-more-than-forty-three-characters-1".to_owned();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let resource = format!("{}/mcp", TestServer::URL);
        let parameters = [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("scope", "notes:read notes:write"),
            ("state", "the state"),
            ("resource", &resource),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            verifier,
            secret: None,
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }

    /// The request of a newly registered public client.
    pub async fn public(server: &TestServer) -> Self {
        let client_id = server.public_client(Self::REDIRECT_URI).await;
        Self::of(&client_id, Self::REDIRECT_URI)
    }

    /// The same with a parameter set to another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    /// The same with a parameter once more.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// The address that the browser opens.
    pub fn target(&self) -> String {
        let fields: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        format!("/authorize?{}", encode(&fields))
    }

    /// What a browser that has never been here gets to see.
    pub async fn ask(&self, server: &TestServer) -> Answer {
        Browser::new(server).open(&self.target()).await
    }

    /// A new person signs up and approves; answers the code.
    pub async fn code(&self, server: &TestServer, username: &str) -> String {
        let mut browser = Browser::new(server);
        let interaction = browser.begin(&self.target()).await;
        browser.sign_up(&interaction, username).await;
        let answer = browser.approve(&interaction).await;
        answer
            .sent("code")
            .unwrap_or_else(|| panic!("{}", answer.location()))
    }

    /// The fields that redeem a code.
    pub fn redemption<'a>(&'a self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ]
    }

    /// Redeems a code.
    pub async fn redeem(&self, server: &TestServer, code: &str) -> Answer {
        let mut fields = self.redemption(code);
        fields.extend(
            self.secret
                .as_deref()
                .map(|secret| ("client_secret", secret)),
        );
        server.post("/token", &fields).await
    }

    /// The fields that rotate a refresh token.
    pub fn rotation<'a>(&'a self, refresh_token: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("refresh_token", refresh_token),
        ]
    }

    /// Rotates a refresh token.
    pub async fn rotate(&self, server: &TestServer, refresh_token: &str) -> Answer {
        server.post("/token", &self.rotation(refresh_token)).await
    }

    /// A new person signs up and approves, and the code is redeemed.
    pub async fn tokens(&self, server: &TestServer, username: &str) -> Tokens {
        let code = self.code(server, username).await;
        Tokens::of(&self.redeem(server, &code).await)
    }
}
