//! rmcp's client as a program that the journey drives: it connects to the address it is given and
//! then does one call a line. It knows countersign only through its address.
//!
//! Its argument says how it meets the server: `auto` asks for MCP 2026-07-28, `legacy` shakes hands.

mod session;
mod wire;

use anyhow::bail;
use rmcp::{ClientLifecycleMode, model::ProtocolVersion};
use serde_json::json;

use crate::{
    session::Session,
    wire::{Request, Wire},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let lifecycle = match std::env::args().nth(1).as_deref() {
        Some("auto") => ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        },
        Some("legacy") => ClientLifecycleMode::Initialize,
        _ => bail!("usage: countersign-client-rmcp auto|legacy"),
    };
    let mut wire = Wire::new();
    let Some(Request::Connect(connect)) = wire.request().await? else {
        bail!("the first request is `connect`");
    };
    let session = match Session::connect(&mut wire, &connect, lifecycle).await {
        Ok(session) => session,
        Err(error) => return wire.answer(Err(error)).await,
    };
    let protocol_version = session.protocol_version();
    wire.answer(Ok(json!({ "protocol_version": protocol_version })))
        .await?;

    while let Some(request) = wire.request().await? {
        let result = match request {
            Request::Tools => session.tools().await,
            Request::Call { name, arguments } => session.call(name, arguments).await,
            Request::Tokens => session.tokens().await,
            Request::ExpireAccessToken => session.expire_access_token().await,
            Request::RefreshTogether { count } => session.refresh_together(count).await,
            Request::Connect(_) => bail!("connected already"),
        };
        wire.answer(result).await?;
    }
    session.close().await
}
