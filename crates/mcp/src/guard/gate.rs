//! Who may send what: the token of a request, and what each of its messages needs.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_oauth::www_authenticate::BearerError;
use http::{HeaderMap, HeaderValue};

use super::authorization::{Credentials, credentials};
use super::challenge::Challenges;
use super::client::{Wording, wording};
use super::envelope::Envelope;
use super::refusal::{Refusal, refused_call};
use super::sign_in::SIGN_IN;
use super::version;
use crate::{AccessError, Authenticate, McpConfig, Principal, SignIn, ToolRegistry};

/// What is answered without a token where sign-in waits until it is needed: it connects, and it
/// lists what is the same for everybody. A list and not its opposite, so that a method nobody
/// thought of needs a token.
const OPEN_METHODS: &[&str] = &[
    "initialize",
    "server/discover",
    "ping",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
];

/// Who sends a request; `None` without a token.
pub(crate) type Caller = Option<Arc<Principal>>;

/// Decides before dispatch, because rmcp cannot answer 401 or 403.
pub(crate) struct Gate<A> {
    authenticator: Arc<A>,
    challenges: Challenges,
    sign_in: SignIn,
    registry: Arc<ToolRegistry>,
}

impl<A: Authenticate> Gate<A> {
    pub(crate) fn new(
        config: &McpConfig,
        authenticator: Arc<A>,
        registry: Arc<ToolRegistry>,
    ) -> Self {
        Self {
            authenticator,
            challenges: Challenges::new(config),
            sign_in: config.sign_in,
            registry,
        }
    }

    /// Judges the token of a request. One that is sent and is no good is refused always: whoever
    /// sends it believes to be signed in, and ChatGPT signs in again at a 401 only.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let invalid = |description| Refusal::InvalidToken {
            challenge: self
                .challenges
                .error(BearerError::InvalidToken, description),
            description: Cow::Borrowed(description),
        };
        let token = match credentials(headers) {
            Credentials::Bearer(token) => token,
            Credentials::Unreadable => {
                return Err(invalid("the Authorization header carries no bearer token"));
            }
            Credentials::Absent if self.sign_in == SignIn::WhenNeeded => return Ok(None),
            Credentials::Absent => return Err(self.unauthenticated()),
            Credentials::Ambiguous => {
                let description = "send one Authorization header";
                let challenge = self
                    .challenges
                    .error(BearerError::InvalidRequest, description);
                return Err(Refusal::AmbiguousCredentials { challenge });
            }
        };
        self.authenticator
            .authenticate(token)
            .await
            .map(Some)
            .map_err(|error| match error {
                AccessError::InvalidToken(description) => invalid(description),
                AccessError::Unavailable => Refusal::Unavailable,
            })
    }

    /// Lets one message pass, or says why not. A message in return is the refusal as this client
    /// understands it, and stands in for the answer.
    pub(crate) fn check(
        &self,
        caller: Option<&Principal>,
        envelope: &Envelope<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Refusal> {
        match caller {
            Some(principal) => self.check_scope(principal, envelope, headers),
            None => self.check_open(envelope, headers),
        }
    }

    fn check_open(
        &self,
        envelope: &Envelope<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Refusal> {
        let method = &*envelope.method;
        let open = match envelope.tool.as_deref() {
            Some(name) => self
                .registry
                .get(name)
                .is_some_and(|tool| tool.scope().is_none()),
            None if envelope.id.is_none() => method.starts_with("notifications/"),
            None => OPEN_METHODS.contains(&method) || self.reads_widgets(method),
        };
        if open {
            return Ok(None);
        }
        let in_words = envelope
            .tool
            .is_some()
            .then(|| self.challenges.sign_in(SIGN_IN));
        in_words
            .and_then(|challenge| tool_result(envelope, headers, &challenge, SIGN_IN))
            .map_or_else(|| Err(self.unauthenticated()), |answer| Ok(Some(answer)))
    }

    fn check_scope(
        &self,
        principal: &Principal,
        envelope: &Envelope<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Refusal> {
        let tool = envelope
            .tool
            .as_deref()
            .and_then(|name| self.registry.get(name));
        let Some((tool, scope)) = tool.and_then(|tool| Some((tool, tool.scope()?))) else {
            return Ok(None);
        };
        let missing = scope.difference(&principal.scope);
        if missing.is_empty() {
            return Ok(None);
        }
        let name = &tool.definition().name;
        let description = format!("the tool {name} also needs the scope {missing}");
        let challenge = self
            .challenges
            .insufficient_scope(&principal.scope, scope, &description);
        if let Some(answer) = tool_result(envelope, headers, &challenge, &description) {
            return Ok(Some(answer));
        }
        Err(Refusal::InsufficientScope {
            challenge,
            description,
        })
    }

    /// Widgets are for everybody like the list that names them. What another handler lets be read
    /// need not be.
    fn reads_widgets(&self, method: &str) -> bool {
        method == "resources/read" && !self.registry.widgets().is_empty()
    }

    fn unauthenticated(&self) -> Refusal {
        Refusal::Unauthenticated {
            challenge: self.challenges.unauthenticated(),
        }
    }
}

/// The refusal as the result of the call, for a client that reads it there and nowhere else.
fn tool_result(
    envelope: &Envelope<'_>,
    headers: &HeaderMap,
    challenge: &HeaderValue,
    description: &str,
) -> Option<String> {
    let id = envelope.id?;
    match wording(headers, || envelope.client_name()) {
        Wording::Status => None,
        Wording::ToolResult => Some(refused_call(
            id,
            challenge,
            description,
            version::has_result_type(headers),
        )),
    }
}
