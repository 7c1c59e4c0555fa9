//! The calls of one tool call: as one person, and with another token once.

use bytes::Bytes;
use countersign_mcp::{ToolContext, ToolError, UpstreamToken};
use http::Response;
use tokio::sync::Mutex;

use super::ProtocolApi;
use super::call::{Call, refuses_the_token};
use super::fault::Fault;

/// The API, called by one tool for one person. Dropping it, or a call of it, closes the connection.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    api: &'a ProtocolApi,
    context: &'a ToolContext,
    token: Mutex<Token>,
}

#[derive(Debug)]
enum Token {
    /// The one to begin with.
    First(UpstreamToken),
    /// The one that took its place after the API refused it.
    Second(UpstreamToken),
    /// The first was refused, and there is no second.
    Refused,
}

impl<'a> Session<'a> {
    /// Begins with the person's token.
    pub(crate) async fn begin(
        api: &'a ProtocolApi,
        context: &'a ToolContext,
    ) -> Result<Self, ToolError> {
        let token = context.upstream_token().await?;
        Ok(Self {
            api,
            context,
            token: Mutex::new(Token::First(token)),
        })
    }

    /// The API's answer, whatever its status, except one that refuses the token. Calls at the same
    /// time share one token, and the one that takes its place.
    pub(super) async fn send(&self, call: &Call) -> Result<Response<Bytes>, ToolError> {
        let (token, may_be_replaced) = match &*self.token.lock().await {
            Token::First(token) => (token.clone(), true),
            Token::Second(token) => (token.clone(), false),
            Token::Refused => return Err(Fault::TokenRefused.into()),
        };
        let mut answer = self.once(call, &token).await?;
        if may_be_replaced && refuses_the_token(&answer) {
            let another = self.another().await?;
            answer = self.once(call, &another).await?;
        }
        // A token that is still refused leads to no sign-in: whoever signed in would be here again.
        if refuses_the_token(&answer) {
            return Err(Fault::TokenRefused.into());
        }
        Ok(answer)
    }

    /// The token in place of the first one, asked for by whoever comes first.
    async fn another(&self) -> Result<UpstreamToken, ToolError> {
        let mut token = self.token.lock().await;
        match std::mem::replace(&mut *token, Token::Refused) {
            Token::First(refused) => {
                let another = self.context.upstream_token_refused(&refused).await?;
                *token = Token::Second(another.clone());
                Ok(another)
            }
            Token::Second(another) => {
                *token = Token::Second(another.clone());
                Ok(another)
            }
            Token::Refused => Err(Fault::TokenRefused.into()),
        }
    }

    async fn once(&self, call: &Call, token: &UpstreamToken) -> Result<Response<Bytes>, Fault> {
        let ProtocolApi {
            client,
            url,
            breaker,
        } = self.api;
        let request = call.request(url, token.expose())?;
        if !breaker.lets_through() {
            return Err(Fault::LeftAlone);
        }
        let answer = client.send(request).await;
        let answered = answer
            .as_ref()
            .is_ok_and(|answer| !answer.status().is_server_error());
        breaker.note(answered);
        Ok(answer?)
    }
}
