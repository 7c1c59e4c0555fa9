//! rmcp's client and the credentials it holds.

use anyhow::Context;
use futures::future::try_join_all;
use rmcp::{
    ClientLifecycleMode, ClientServiceExt, RoleClient,
    model::{CallToolRequestParams, ProtocolVersion},
    service::RunningService,
    transport::{
        AuthClient, AuthorizationManager, StreamableHttpClientTransport,
        auth::{AuthorizationRequest, CredentialStore, InMemoryCredentialStore, OAuthState},
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Map, Value, json};

use crate::wire::{Connect, Wire};

/// A client that a person has let in.
pub(crate) struct Session {
    mcp_url: String,
    lifecycle: ClientLifecycleMode,
    service: RunningService<RoleClient, ()>,
    credentials: InMemoryCredentialStore,
}

impl Session {
    /// Discovers, registers, sends the person away and redeems what they come back with. Everything
    /// between the address and the tokens is rmcp's own doing.
    pub(crate) async fn connect(
        wire: &mut Wire,
        connect: &Connect,
        lifecycle: ClientLifecycleMode,
    ) -> anyhow::Result<Self> {
        let credentials = InMemoryCredentialStore::new();
        let mut manager = AuthorizationManager::new(connect.mcp_url.as_str()).await?;
        manager.set_credential_store(credentials.clone());

        let mut request = AuthorizationRequest::new(connect.redirect_uri.as_str())
            .with_client_name(connect.client_name.as_str());
        if let Some(url) = &connect.client_metadata_url {
            request = request.with_client_metadata_url(url.as_str());
        }
        let mut state = OAuthState::Unauthorized(manager);
        state.start_authorization(request).await?;
        let callback = wire
            .authorize(&state.get_authorization_url().await?)
            .await?;
        state.handle_callback_url(&callback).await?;
        let manager = state
            .into_authorization_manager()
            .context("authorized once the callback is handled")?;

        Ok(Self {
            service: serve(&connect.mcp_url, manager, lifecycle.clone()).await?,
            mcp_url: connect.mcp_url.clone(),
            lifecycle,
            credentials,
        })
    }

    /// Another window of this client: it starts with what is stored by now, and keeps what it gets
    /// to itself.
    async fn window(&self) -> anyhow::Result<Self> {
        let credentials = InMemoryCredentialStore::new();
        let stored = self.credentials.load().await?.context("no credentials")?;
        credentials.save(stored).await?;
        let mut manager = AuthorizationManager::new(self.mcp_url.as_str()).await?;
        manager.set_credential_store(credentials.clone());
        manager.initialize_from_store().await?;
        Ok(Self {
            service: serve(&self.mcp_url, manager, self.lifecycle.clone()).await?,
            mcp_url: self.mcp_url.clone(),
            lifecycle: self.lifecycle.clone(),
            credentials,
        })
    }

    pub(crate) fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.service
            .peer_info()
            .map(|info| info.protocol_version.clone())
    }

    pub(crate) async fn tools(&self) -> anyhow::Result<Value> {
        let tools = self.service.list_all_tools().await?;
        Ok(tools.iter().map(|tool| json!(tool.name)).collect())
    }

    pub(crate) async fn call(
        &self,
        name: String,
        arguments: Map<String, Value>,
    ) -> anyhow::Result<Value> {
        let call = CallToolRequestParams::new(name).with_arguments(arguments);
        Ok(serde_json::to_value(self.service.call_tool(call).await?)?)
    }

    pub(crate) async fn tokens(&self) -> anyhow::Result<Value> {
        let stored = self.credentials.load().await?.context("no credentials")?;
        Ok(serde_json::to_value(stored.token_response)?)
    }

    /// Makes the tokens look as if they had been received long ago, so that the next call refreshes.
    pub(crate) async fn expire_access_token(&self) -> anyhow::Result<Value> {
        let mut stored = self.credentials.load().await?.context("no credentials")?;
        stored.token_received_at = Some(0);
        self.credentials.save(stored).await?;
        Ok(Value::Null)
    }

    /// Opens `count` windows at once, each of which asks who it is.
    pub(crate) async fn refresh_together(&self, count: usize) -> anyhow::Result<Value> {
        let windows = (0..count).map(|_| async {
            let window = self.window().await?;
            let result = window.call("whoami".to_owned(), Map::new()).await?;
            let tokens = window.tokens().await?;
            window.close().await?;
            anyhow::Ok(json!({ "result": result, "tokens": tokens }))
        });
        Ok(try_join_all(windows).await?.into())
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.service.cancel().await?;
        Ok(())
    }
}

async fn serve(
    mcp_url: &str,
    manager: AuthorizationManager,
    lifecycle: ClientLifecycleMode,
) -> anyhow::Result<RunningService<RoleClient, ()>> {
    let transport = StreamableHttpClientTransport::with_client(
        AuthClient::new(reqwest::Client::new(), manager),
        StreamableHttpClientTransportConfig::with_uri(mcp_url),
    );
    Ok(().serve_with_lifecycle(transport, lifecycle).await?)
}
