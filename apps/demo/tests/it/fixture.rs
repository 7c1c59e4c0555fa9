//! An endpoint with the demo's tools, where a token is the name of an account.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use countersign_domain::{ClientId, Clock, SystemEntropy, Timestamp, UserId, Username};
use countersign_mcp::{AccessError, Authenticate, McpConfig, Principal, SignIn, router};
use countersign_oauth::scope::ScopeSet;
use countersign_storage::Store;
use countersign_storage::commands::AddUser;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tower::ServiceExt as _;

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
}

/// A product with the accounts `ada`, `bob` and `gone`, the last of which has no row.
pub(crate) struct Product {
    store: Store,
    accounts: Accounts,
}

impl Product {
    pub(crate) async fn new() -> Self {
        let store = Store::in_memory().unwrap();
        let mut accounts = HashMap::new();
        for name in ["ada", "bob", "gone"] {
            let id = UserId::generate(Noon.now(), &SystemEntropy);
            accounts.insert(name, id);
            if name != "gone" {
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
        }
    }

    pub(crate) fn subject(&self, name: &str) -> String {
        self.accounts.0[name].to_string()
    }

    pub(crate) async fn post(&self, token: impl Into<Option<&str>>, message: &Value) -> Value {
        let tools =
            countersign_demo::tools(self.store.clone(), Arc::new(Noon), Arc::new(SystemEntropy));
        let mut config = McpConfig::new("http://localhost:3002", ScopeSet::empty());
        config.sign_in = SignIn::WhenNeeded;
        let endpoint = router(config, self.accounts.clone(), tools.unwrap()).unwrap();
        let mut request = Request::post("/mcp")
            .header("host", "localhost:3002")
            .header("content-type", "application/json");
        if let Some(token) = token.into() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::new(Bytes::from(message.to_string())));
        let response = endpoint.oneshot(request.unwrap()).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    /// Calls a tool; the structured content, or the sentence of the refusal.
    pub(crate) async fn call(
        &self,
        token: impl Into<Option<&str>>,
        tool: &str,
        arguments: Value,
    ) -> Result<Value, String> {
        let call = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let result = &self.post(token, &call).await["result"];
        if result["isError"] == true {
            Err(result["content"][0]["text"].as_str().unwrap().to_owned())
        } else {
            Ok(result["structuredContent"].clone())
        }
    }
}
