//! The bare servers, in a process of their own as the product is: this binary, started again.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::routing::get;
use tempfile::TempDir;

use super::echo;
use crate::cores::Cores;
use crate::drive::drive;
use crate::figure::Round;
use crate::fixed::{self, Fixed, call_tool};
use crate::process::{Process, free_address};

/// The argument that makes this binary the bare servers.
pub(crate) const SERVE: &str = "serve-baseline";

/// Serves until it is killed.
pub(crate) fn serve(address: Option<&str>) -> Result<()> {
    let address: SocketAddr = address.context("no address to serve on")?.parse()?;
    let router = Router::new()
        .route("/hello", get(|| async { "hello" }))
        .merge(echo::router());
    // The runtime that the product uses.
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(address).await?;
            axum::serve(listener, router).await?;
            Ok(())
        })
}

/// A bare axum answer and a bare rmcp tool.
pub(crate) struct BaselineServer {
    process: Process,
    hello: Vec<Fixed>,
    echo: Vec<Fixed>,
    // Last, because it must outlive the process.
    _directory: TempDir,
}

impl BaselineServer {
    /// Starts it, for up to `connections` at a time.
    pub(crate) async fn start(cores: Cores, connections: usize) -> Result<Self> {
        let directory = TempDir::new()?;
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args([SERVE, &address.to_string()]);
        let log = directory.path().join("log");
        let process = Process::start(&mut command, address, "/hello", &log, cores).await?;
        let hello = Fixed::new(fixed::get(address, "/hello", ""));
        // With a token as long as a real one, which nobody looks at.
        let token = "a".repeat(700);
        let call = call_tool(address, &token, "echo", r#"{"text":"hello"}"#);
        let echo = Fixed::proven(call, address, "structuredContent").await?;
        Ok(Self {
            process,
            hello: vec![hello; connections],
            echo: vec![echo; connections],
            _directory: directory,
        })
    }

    /// One round of the smallest answer that axum can give.
    pub(crate) async fn hello(&mut self, connections: usize, window: Duration) -> Result<Round> {
        drive(self.process.address, &mut self.hello, connections, window).await
    }

    /// One round of the smallest tool that rmcp can call.
    pub(crate) async fn echo(&mut self, connections: usize, window: Duration) -> Result<Round> {
        drive(self.process.address, &mut self.echo, connections, window).await
    }
}
