//! An endpoint with the demo's tools, where a token is the name of an account, or says what becomes
//! of the token for the product's API.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_demo::ProductApi;
use countersign_domain::{
    ClientId, Clock, SystemEntropy, Timestamp, UpstreamIdentity, UpstreamProfile, UserId, Username,
};
use countersign_egress::{Egress, EgressConfig, Limits};
use countersign_mcp::{
    AccessError, Authenticate, McpConfig, Principal, SignIn, UpstreamToken, UpstreamTokenError,
    router,
};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::{AddUser, HandOver, HandOverOutcome};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// What the login says when it has ended a session.
pub(crate) const OVER: &str = "the session at the product is over; sign in again";

/// What the API may send: no test of it has more, and none waits as long.
const LIMITS: Limits = Limits {
    bytes: 4096,
    timeout: Duration::from_secs(30),
};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_435_200_000)
    }
}

#[derive(Clone)]
struct Accounts(Arc<HashMap<&'static str, UserId>>);

impl Authenticate for Accounts {
    async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, AccessError> {
        let user_id = self.0.get(token).copied();
        Ok(Arc::new(Principal {
            subject: user_id.map_or_else(|| "did:privy:1".to_owned(), |id| id.to_string()),
            user_id,
            client_id: ClientId::new("cli_1"),
            scope: ScopeSet::parse("notes:read notes:write").unwrap(),
            grant_id: None,
        }))
    }

    async fn upstream_token(
        &self,
        principal: &Principal,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        match self.name(principal) {
            "over" => Err(UpstreamTokenError::SignInAgain(OVER)),
            "outage" => Err(UpstreamTokenError::Unavailable),
            "unconfigured" => Err(UpstreamTokenError::NotConfigured),
            name => Ok(UpstreamToken::new(
                format!("upstream-of-{name}"),
                Noon.now(),
            )),
        }
    }

    async fn upstream_token_refused(
        &self,
        principal: &Principal,
        refused: &UpstreamToken,
    ) -> Result<UpstreamToken, UpstreamTokenError> {
        match self.name(principal) {
            "ended" => Err(UpstreamTokenError::SignInAgain(OVER)),
            "foreign" => Err(UpstreamTokenError::Unavailable),
            _ => Ok(UpstreamToken::new(
                format!("not-{}", refused.expose()),
                Noon.now(),
            )),
        }
    }
}

impl Accounts {
    fn name(&self, principal: &Principal) -> &'static str {
        let is_own = |(_, id): &(&&str, &UserId)| Some(**id) == principal.user_id;
        self.0.iter().find(is_own).unwrap().0
    }
}

/// A product with some accounts. `eve` gets hers at her first sign-in, `gone` had one.
pub(crate) struct Product {
    store: Store,
    accounts: Accounts,
    api: Option<ProductApi>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Product {
    pub(crate) async fn new() -> Self {
        let store = Store::in_memory().unwrap();
        let mut accounts = HashMap::new();
        for name in [
            "ada",
            "bob",
            "eve",
            "gone",
            "over",
            "outage",
            "unconfigured",
            "ended",
            "foreign",
        ] {
            let id = UserId::generate(Noon.now(), &SystemEntropy);
            accounts.insert(name, id);
            if !["eve", "gone"].contains(&name) {
                let username = Username::parse(name).unwrap();
                let account = AddUser {
                    id,
                    username,
                    password: None,
                    now: Noon.now(),
                };
                store.execute(account).await.unwrap();
            }
        }
        Self {
            store,
            accounts: Accounts(Arc::new(accounts)),
            api: None,
        }
    }

    /// A product whose API tells the profile at this address.
    pub(crate) async fn with_api(profile_url: &str) -> Self {
        Self::with_api_within(profile_url, LIMITS).await
    }

    pub(crate) async fn with_api_within(profile_url: &str, limits: Limits) -> Self {
        let egress = Egress::new(EgressConfig {
            nameservers: Vec::new(),
            extra_roots: Vec::new(),
            allowed_networks: Vec::new(),
            concurrency: 1,
        });
        Self {
            api: Some(ProductApi {
                client: egress.unwrap().api(limits),
                profile_url: profile_url.to_owned(),
            }),
            ..Self::new().await
        }
    }

    pub(crate) fn user_id(&self, name: &str) -> UserId {
        self.accounts.0[name]
    }

    /// Signs in `eve` at the product's login.
    pub(crate) async fn hand_over(&self, subject: &str, profile: UpstreamProfile) {
        let identity = UpstreamIdentity {
            issuer: "privy:app".to_owned(),
            subject: subject.to_owned(),
            profile,
            checked_at: Noon.now(),
        };
        let hand_over = HandOver {
            interaction: None,
            token: [7; 32],
            token_expires_at: Noon.now(),
            identity,
            user_id: self.user_id("eve"),
            session: None,
            authenticated_at: Noon.now(),
            now: Noon.now(),
        };
        let outcome = self.store.execute(hand_over).await.unwrap();
        assert!(matches!(outcome, HandOverOutcome::Accepted { .. }));
    }

    pub(crate) async fn post(&self, token: impl Into<Option<&str>>, message: &Value) -> Value {
        self.exchange(token, "", message).await.body
    }

    /// Posts the message as the client with this `User-Agent`.
    pub(crate) async fn exchange(
        &self,
        token: impl Into<Option<&str>>,
        client: &str,
        message: &Value,
    ) -> Answer {
        let tools = countersign_demo::tools(
            self.store.clone(),
            Arc::new(Noon),
            Arc::new(SystemEntropy),
            self.api.clone(),
        );
        let mut config = McpConfig::new("http://localhost:3002", ScopeSet::empty());
        config.sign_in = SignIn::WhenNeeded;
        let (endpoint, _) = router(config, self.accounts.clone(), tools.unwrap()).unwrap();
        let mut request = Request::post("/mcp")
            .header("host", "localhost:3002")
            .header("user-agent", client)
            .header("content-type", "application/json");
        if let Some(token) = token.into() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::new(Bytes::from(message.to_string())));
        let response = endpoint.oneshot(request.unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body: serde_json::from_slice(&body).unwrap(),
        }
    }

    /// Calls a tool; the structured content, or the sentence of the refusal.
    pub(crate) async fn call(
        &self,
        token: impl Into<Option<&str>>,
        tool: &str,
        arguments: Value,
    ) -> Result<Value, String> {
        let result = &self.post(token, &call(tool, &arguments)).await["result"];
        if result["isError"] == true {
            Err(result["content"][0]["text"].as_str().unwrap().to_owned())
        } else {
            Ok(result["structuredContent"].clone())
        }
    }
}

/// The message that calls a tool.
pub(crate) fn call(tool: &str, arguments: &Value) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool, "arguments": arguments },
    })
}
