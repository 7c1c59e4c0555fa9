//! From `/authorize` to tokens, in a browser that is signed in already.

use std::net::SocketAddr;

use anyhow::Result;
use serde::Deserialize;

use crate::connection::Connection;
use crate::drive::Client;
use crate::fixed::post_form;
use crate::person::{CODE_VERIFIER, Person, REDIRECT_URI};

/// What `/token` gives.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// A signed-in person and the client they let in, over and over.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) person: Person,
    pub(crate) host: SocketAddr,
    pub(crate) client_id: String,
}

impl SignIn {
    /// Authorization request, consent page, consent, token request.
    pub(crate) async fn tokens(&mut self, connection: &mut Connection) -> Result<Tokens> {
        let interaction = self.person.begin(connection).await?;
        let code = self.person.approve(connection, &interaction).await?;
        self.redeem(connection, &code).await
    }

    /// The token request alone.
    pub(crate) async fn redeem(&self, connection: &mut Connection, code: &str) -> Result<Tokens> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", CODE_VERIFIER),
            ("client_id", &self.client_id),
        ];
        let request = post_form(self.host, "/token", "", &fields);
        let answer = connection.exchange(&request).await?;
        Ok(serde_json::from_slice(answer.success()?)?)
    }
}

impl Client for SignIn {
    async fn once(&mut self, connection: &mut Connection) -> Result<()> {
        self.tokens(connection).await.map(drop)
    }
}
